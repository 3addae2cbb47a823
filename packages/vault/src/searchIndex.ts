/** The port `SearchIndex` by SQLite's FTS5, in memory only: nothing of it ever reaches the disk (spec §12.10). */
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { SearchIndex } from '@triode/core'

export interface MemorySearchIndex extends SearchIndex {
  /** Lets go of everything; every further use throws. Idempotent. */
  close(): void
}

/** Hits when the caller doesn't say how many. */
const DEFAULT_LIMIT = 50
/** A longer query is cut: nobody types more, and its cost grows with it. */
const MAX_QUERY_LENGTH = 256
const MAX_QUERY_WORDS = 16
/** Changes gathered into one transaction: FTS5 then writes one segment for all of them. */
const PUTS_PER_COMMIT = 1_000
/** New texts wait this long, so that a message is shown first. */
const WAIT_MS = 50
/** Indexing goes on for so long at a time, in milliseconds, and pauses for so long: calls are answered meanwhile. */
const SLICE_MS = 4
const PAUSE_MS = 4
/** Texts that may wait: a search indexes them first, in some 20 ms. Beyond it they are indexed as they come. */
const MAX_WAITING = 512
/** With more hits the words are too common for their count to tell anything, and rating them all would take 0.1 s: newest first. */
const MAX_RATED = 2_000

/** The indices of short beginnings keep search-as-you-type fast from the first letter. */
const SCHEMA = `
  PRAGMA temp_store = MEMORY;
  CREATE TABLE document (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;
  CREATE VIRTUAL TABLE words USING fts5 (
    scope, text, content = '', contentless_delete = 1, prefix = '1 2 3', tokenize = "unicode61 remove_diacritics 2"
  );
  INSERT INTO words (words, rank) VALUES ('rank', 'bm25(0.0, 1.0)');
`

const SQL = {
  number: 'SELECT number FROM document WHERE id = ?',
  add: 'INSERT INTO document (number, id) VALUES (?, ?)',
  index: 'INSERT INTO words (rowid, scope, text) VALUES (?, ?, ?)',
  drop: 'DELETE FROM document WHERE number = ?',
  unindex: 'DELETE FROM words WHERE rowid = ?',
  newest: 'SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?',
  best: 'SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank, rowid DESC LIMIT ?',
  id: 'SELECT id FROM document WHERE number = ?',
} as const

const CHANGES = ['add', 'index', 'drop', 'unindex'] as const

interface Entry {
  readonly scope: string
  readonly text: string
}

export function createSearchIndex(): MemorySearchIndex {
  return new Fts5Index()
}

class Fts5Index implements MemorySearchIndex {
  private readonly database = new DatabaseSync(':memory:', { returnArrays: true })
  private readonly sql: Readonly<Record<keyof typeof SQL, StatementSync>>
  /** A scope is indexed as one more word, `s` and its number: FTS5 then narrows while it searches. */
  private readonly scopes = new Map<string, number>()
  private lastNumber = 0
  private changes = 0
  /** Texts to index, undefined to remove: indexing takes a third of what storing a message takes, and can wait. */
  private readonly waiting = new Map<string, Entry | undefined>()
  private timer: NodeJS.Timeout | undefined

  constructor() {
    this.database.exec(SCHEMA)
    const prepared = Object.entries(SQL).map(([key, sql]) => [key, this.database.prepare(sql)])
    this.sql = Object.fromEntries(prepared) as Record<keyof typeof SQL, StatementSync>
    // `run` reports the last row number, and FTS5's own are beyond what a JavaScript number holds.
    for (const statement of CHANGES) this.sql[statement].setReadBigInts(true)
  }

  put(id: string, scope: string, text: string): void {
    this.later(id, { scope, text })
  }

  remove(id: string): void {
    this.later(id, undefined)
  }

  /** Of more than MAX_RATED hits the last ones put come first; of fewer, the best by BM25. */
  find(query: string, { scope, limit = DEFAULT_LIMIT }: { scope?: string; limit?: number } = {}): string[] {
    this.work(Infinity)
    const match = this.matchExpression(query, scope)
    const most = Math.min(Math.floor(limit), Number.MAX_SAFE_INTEGER)
    if (match === undefined || !(most >= 1)) return []
    let rows = this.sql.newest.all(match, Math.max(most, MAX_RATED + 1))
    if (rows.length <= MAX_RATED) rows = this.sql.best.all(match, most)
    return rows.slice(0, most).map((row) => first(this.sql.id.get(first(row) as number)) as string)
  }

  close(): void {
    clearTimeout(this.timer)
    this.waiting.clear()
    this.scopes.clear()
    if (this.database.isOpen) this.database.close()
  }

  /** Changes come in the order of the last call for each id. */
  private later(id: string, entry: Entry | undefined): void {
    if (!this.database.isOpen) throw new Error('the search index is closed')
    this.waiting.delete(id)
    this.waiting.set(id, entry)
    if (this.waiting.size > MAX_WAITING) this.work(SLICE_MS)
    else this.workAfter(WAIT_MS)
  }

  private workAfter(delayMs: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined
      this.work(SLICE_MS)
      if (this.waiting.size > 0) this.workAfter(PAUSE_MS)
    }, delayMs).unref()
  }

  /** Indexes what waits, the oldest first, for about so long. */
  private work(forMs: number): void {
    if (this.waiting.size === 0) return
    const end = performance.now() + forMs
    for (const [id, entry] of this.waiting) {
      this.waiting.delete(id)
      this.drop(id)
      if (entry !== undefined) this.add(id, entry)
      if (performance.now() > end) return
    }
  }

  private add(id: string, { scope, text }: Entry): void {
    this.gather()
    const number = ++this.lastNumber
    this.sql.add.run(number, id)
    this.sql.index.run(number, `s${this.scopeNumber(scope)}`, spaced(text))
  }

  private drop(id: string): void {
    const number = first(this.sql.number.get(id)) as number | undefined
    if (number === undefined) return
    this.gather()
    this.sql.unindex.run(number)
    this.sql.drop.run(number)
  }

  private scopeNumber(scope: string): number {
    const known = this.scopes.get(scope) ?? this.scopes.size
    this.scopes.set(scope, known)
    return known
  }

  private matchExpression(query: string, scope: string | undefined): string | undefined {
    const words = wordsOf(query)
    if (words.length === 0) return undefined
    // Quoted, so that no word is ever syntax; the last one may be the beginning of a word.
    const text = `text : (${words.map((word) => `"${word}"`).join(' AND ')}*)`
    if (scope === undefined) return text
    const number = this.scopes.get(scope)
    return number === undefined ? undefined : `scope : "s${number}" AND ${text}`
  }

  private gather(): void {
    if (!this.database.isTransaction) this.database.exec('BEGIN')
    else if (++this.changes >= PUTS_PER_COMMIT) {
      this.changes = 0
      this.database.exec('COMMIT; BEGIN')
    }
  }
}

function wordsOf(query: string): string[] {
  return spaced(query.slice(0, MAX_QUERY_LENGTH))
    .split(/[^\p{L}\p{N}\p{M}\p{Co}]+/u)
    .filter((word) => word !== '')
    .slice(0, MAX_QUERY_WORDS)
}

/** Scripts written without spaces are taken letter by letter: FTS5 would take a whole sentence for one word. */
function spaced(text: string): string {
  return text.replace(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu, ' $& ')
}

/** The first column of a row that came as an array. */
function first(row: unknown): unknown {
  return (row as readonly unknown[] | undefined)?.[0]
}

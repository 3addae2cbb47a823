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

const SCHEMA = `
  PRAGMA journal_mode = OFF;
  PRAGMA temp_store = MEMORY;
  CREATE TABLE document (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, scope TEXT NOT NULL) STRICT;
  CREATE VIRTUAL TABLE words USING fts5 (
    text, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2"
  );
`

export function createSearchIndex(): MemorySearchIndex {
  return new Fts5Index()
}

class Fts5Index implements MemorySearchIndex {
  private readonly database = new DatabaseSync(':memory:', { returnArrays: true })
  private readonly sql: Record<keyof typeof SQL, StatementSync>
  private pending = 0

  constructor() {
    this.database.exec(SCHEMA)
    const prepare = (key: keyof typeof SQL): StatementSync => this.database.prepare(SQL[key])
    this.sql = {
      number: prepare('number'),
      add: prepare('add'),
      index: prepare('index'),
      drop: prepare('drop'),
      unindex: prepare('unindex'),
      find: prepare('find'),
      findIn: prepare('findIn'),
    }
  }

  put(id: string, scope: string, text: string): void {
    this.remove(id)
    const { lastInsertRowid } = this.sql.add.run(id, scope)
    this.sql.index.run(lastInsertRowid, spaced(text))
    this.gather()
  }

  remove(id: string): void {
    const number = (this.sql.number.get(id) as unknown as [number] | undefined)?.[0]
    if (number === undefined) return
    this.gather()
    this.sql.unindex.run(number)
    this.sql.drop.run(number)
  }

  find(query: string, { scope, limit = DEFAULT_LIMIT }: { scope?: string; limit?: number } = {}): string[] {
    const match = matchExpression(query)
    if (match === undefined || limit < 1) return []
    const rows =
      scope === undefined ? this.sql.find.all(match, limit) : this.sql.findIn.all(match, scope, limit)
    return (rows as unknown as [string][]).map(([id]) => id)
  }

  close(): void {
    if (this.database.isOpen) this.database.close()
  }

  private gather(): void {
    if (!this.database.isTransaction) this.database.exec('BEGIN')
    else if (++this.pending >= PUTS_PER_COMMIT) {
      this.pending = 0
      this.database.exec('COMMIT')
    }
  }
}

const SQL = {
  number: 'SELECT number FROM document WHERE id = ?',
  add: 'INSERT INTO document (id, scope) VALUES (?, ?)',
  index: 'INSERT INTO words (rowid, text) VALUES (?, ?)',
  drop: 'DELETE FROM document WHERE number = ?',
  unindex: 'DELETE FROM words WHERE rowid = ?',
  find: `SELECT id FROM words JOIN document ON number = words.rowid WHERE words MATCH ? ORDER BY rank LIMIT ?`,
  findIn: `SELECT id FROM words JOIN document ON number = words.rowid WHERE words MATCH ? AND scope = ? ORDER BY rank LIMIT ?`,
} as const

/** Each word quoted, so that it is never syntax; the last one may be a beginning. undefined: nothing to look for. */
function matchExpression(query: string): string | undefined {
  const words = spaced(query.slice(0, MAX_QUERY_LENGTH))
    .split(/[^\p{L}\p{N}\p{M}\p{Co}]+/u)
    .filter((word) => word !== '')
    .slice(0, MAX_QUERY_WORDS)
  if (words.length === 0) return undefined
  return `${words.map((word) => `"${word}"`).join(' ')}*`
}

/** Scripts written without spaces are taken letter by letter: FTS5 would take a whole sentence for one word. */
function spaced(text: string): string {
  return text.replace(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu, ' $& ')
}

/** The port `Store` over one database and one keyring: every value sealed, every name hidden (spec §12.3). */
import type { Durability, RecordMap, RecordSeries, SeriesRange, SeriesRecord, Store } from '@triode/core'
import { KIND, type Kind } from './spec.ts'
import { recordDamaged } from './faults.ts'
import type { Database, Row } from './database.ts'
import { type Keyring, type NameKeys, zero } from './keyring.ts'
import * as record from './sealedRecord.ts'

const SQL = {
  name: 'SELECT id, wrapped_key FROM name WHERE tag = ?',
  nextId: 'SELECT coalesce(max(id), 0) + 1 FROM name',
  addName: 'INSERT INTO name (id, tag, wrapped_key) VALUES (?, ?, ?)',
  dropName: 'DELETE FROM name WHERE id = ?',
  dropRecords: 'DELETE FROM record WHERE name = ?',
  get: 'SELECT value FROM record WHERE name = ? AND sub = ?',
  set: `INSERT INTO record (name, sub, value) VALUES (?, ?, ?)
        ON CONFLICT (name, sub) DO UPDATE SET value = excluded.value`,
  delete: 'DELETE FROM record WHERE name = ? AND sub = ?',
  all: 'SELECT sub, value FROM record WHERE name = ?',
} as const

const FIRST_SUB = new Uint8Array(0)

export class SealedStore implements Store {
  private readonly database: Database
  private readonly ring: Keyring

  constructor(database: Database, ring: Keyring) {
    this.database = database
    this.ring = ring
    // A name made in the transaction that was undone is no name: what is cached may be untrue now.
    database.afterRollback(() => ring.forgetAll())
  }

  map(name: string): RecordMap {
    return new SealedMap(this.place(KIND.map, name), this.database, this.ring)
  }

  series(name: string): RecordSeries {
    return new SealedSeries(this.place(KIND.series, name), this.database, this.ring)
  }

  transaction<T>(work: () => T, durability?: Durability): T {
    return this.database.transaction(work, durability)
  }

  erase(name: string): void {
    this.transaction(() => {
      for (const kind of [KIND.map, KIND.series]) this.place(kind, name).erase()
    })
  }

  private place(kind: Kind, name: string): Place {
    return new Place(kind, name, this.database, this.ring)
  }
}

/** A logical name: where its records lie and the keys that open them. */
class Place {
  private readonly kind: Kind
  private readonly name: string
  private readonly cacheKey: string
  private readonly database: Database
  private readonly ring: Keyring

  constructor(kind: Kind, name: string, database: Database, ring: Keyring) {
    this.kind = kind
    this.name = name
    this.cacheKey = `${kind}${name}`
    this.database = database
    this.ring = ring
  }

  /** undefined while nothing was ever stored under this name */
  find(): NameKeys | undefined {
    const cached = this.ring.cached(this.cacheKey)
    if (cached !== undefined) return cached
    const tag = this.ring.tag(this.kind, this.name)
    const row = this.database.get(SQL.name, tag)
    if (row === undefined) return undefined
    const opened = this.ring.open(row[0] as number, tag, row[1] as Uint8Array)
    if (opened.kind !== this.kind || opened.name !== this.name) throw recordDamaged()
    this.ring.remember(this.cacheKey, opened.keys)
    return opened.keys
  }

  findOrMake(): NameKeys {
    const found = this.find()
    if (found !== undefined) return found
    const tag = this.ring.tag(this.kind, this.name)
    const id = this.database.get(SQL.nextId)?.[0] as number
    const { keys, wrapped } = this.ring.create(this.kind, this.name, tag, id)
    this.database.run(SQL.addName, id, tag, wrapped)
    this.ring.remember(this.cacheKey, keys)
    return keys
  }

  erase(): void {
    const keys = this.find()
    if (keys === undefined) return
    this.database.run(SQL.dropName, keys.id)
    this.database.run(SQL.dropRecords, keys.id)
    this.database.scrub()
    this.ring.forget(this.cacheKey)
    zero(keys)
  }
}

/** The records under one name, by the sub-key under which they lie: sealed here, opened here. */
class SealedRecords {
  private readonly place: Place
  private readonly database: Database
  private readonly ring: Keyring

  constructor(place: Place, database: Database, ring: Keyring) {
    this.place = place
    this.database = database
    this.ring = ring
  }

  /** @param subOf where the record lies, which may depend on the name's keys */
  protected read(subOf: SubOf): Uint8Array | undefined {
    const keys = this.place.find()
    if (keys === undefined) return undefined
    const sub = subOf(keys, this.ring)
    const row = this.database.get(SQL.get, keys.id, sub)
    return row === undefined ? undefined : record.openRecord(this.ring, keys, sub, row[0] as Uint8Array)
  }

  protected write(subOf: SubOf, plaintext: Uint8Array): void {
    this.inTransaction(() => {
      const keys = this.place.findOrMake()
      const sub = subOf(keys, this.ring)
      this.database.run(SQL.set, keys.id, sub, record.sealRecord(this.ring, keys, sub, plaintext))
    })
  }

  protected remove(subOf: SubOf): void {
    this.inTransaction(() => {
      const keys = this.place.find()
      if (keys !== undefined) this.database.run(SQL.delete, keys.id, subOf(keys, this.ring))
    })
  }

  /** What `sql` selects of this name, its first parameter; nothing when there is none yet. */
  protected select(sql: string, ...values: (Uint8Array | number)[]): Row[] {
    const keys = this.place.find()
    return keys === undefined ? [] : this.database.all(sql, keys.id, ...values)
  }

  /** The same, of statements that select `sub, value`. */
  protected selectOpened(sql: string, ...values: (Uint8Array | number)[]): SeriesRecord[] {
    const keys = this.place.find()
    if (keys === undefined) return []
    return this.select(sql, ...values).map((row) => {
      const [sub, sealed] = row as [Uint8Array, Uint8Array]
      return { sub, value: record.openRecord(this.ring, keys, sub, sealed) }
    })
  }

  /** In the running transaction, or in one of its own. */
  private inTransaction(work: () => void): void {
    if (this.database.inTransaction) work()
    else this.database.transaction(work)
  }
}

type SubOf = (keys: NameKeys, ring: Keyring) => Uint8Array

class SealedMap extends SealedRecords implements RecordMap {
  get(key: string): Uint8Array | undefined {
    const packed = this.read(subOfKey(key))
    if (packed === undefined) return undefined
    const found = record.unpackMapRecord(packed)
    if (found.key !== key) throw recordDamaged()
    return found.value
  }

  set(key: string, value: Uint8Array): void {
    record.checkValue(value)
    this.write(subOfKey(key), record.packMapRecord(key, value))
  }

  delete(key: string): void {
    this.remove(subOfKey(key))
  }

  entries(): [key: string, value: Uint8Array][] {
    return this.selectOpened(SQL.all).map((opened) => {
      const { key, value } = record.unpackMapRecord(opened.value)
      return [key, value]
    })
  }
}

/** Map keys are hidden: their records lie under a keyed hash. */
function subOfKey(key: string): SubOf {
  return (keys, ring) => record.mapSub(ring, keys, key)
}

class SealedSeries extends SealedRecords implements RecordSeries {
  get(sub: Uint8Array): Uint8Array | undefined {
    return this.read(() => sub)
  }

  set(sub: Uint8Array, value: Uint8Array): void {
    record.checkSub(sub)
    record.checkValue(value)
    this.write(() => sub, value)
  }

  delete(sub: Uint8Array): void {
    this.remove(() => sub)
  }

  range(range: SeriesRange = {}): SeriesRecord[] {
    const order = range.reverse === true ? 'DESC' : 'ASC'
    const sql = `SELECT sub, value FROM record ${where(range)} ORDER BY sub ${order} LIMIT ?`
    return this.selectOpened(sql, ...bounds(range), sqlLimit(range.limit))
  }

  count(range: Pick<SeriesRange, 'from' | 'to'> = {}): number {
    const [row] = this.select(`SELECT count(*) FROM record ${where(range)}`, ...bounds(range))
    return row === undefined ? 0 : (row[0] as number)
  }
}

function where({ to }: SeriesRange): string {
  return `WHERE name = ? AND sub >= ?${to === undefined ? '' : ' AND sub < ?'}`
}

/** What `where` asks for. */
function bounds({ from = FIRST_SUB, to }: SeriesRange): Uint8Array[] {
  return to === undefined ? [from] : [from, to]
}

/** SQLite takes whole numbers; a negative one means all. */
function sqlLimit(limit = Infinity): number {
  return Number.isFinite(limit) ? Math.max(0, Math.ceil(limit)) : -1
}

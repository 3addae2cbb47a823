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

class SealedMap implements RecordMap {
  private readonly place: Place
  private readonly database: Database
  private readonly ring: Keyring

  constructor(place: Place, database: Database, ring: Keyring) {
    this.place = place
    this.database = database
    this.ring = ring
  }

  get(key: string): Uint8Array | undefined {
    const keys = this.place.find()
    if (keys === undefined) return undefined
    const sub = record.mapSub(this.ring, keys, key)
    const row = this.database.get(SQL.get, keys.id, sub)
    if (row === undefined) return undefined
    const found = record.unpackMapRecord(record.openRecord(this.ring, keys, sub, row[0] as Uint8Array))
    if (found.key !== key) throw recordDamaged()
    return found.value
  }

  set(key: string, value: Uint8Array): void {
    record.checkValue(value)
    const packed = record.packMapRecord(key, value)
    write(this.database, () => {
      const keys = this.place.findOrMake()
      const sub = record.mapSub(this.ring, keys, key)
      this.database.run(SQL.set, keys.id, sub, record.sealRecord(this.ring, keys, sub, packed))
    })
  }

  delete(key: string): void {
    write(this.database, () => {
      const keys = this.place.find()
      if (keys !== undefined) this.database.run(SQL.delete, keys.id, record.mapSub(this.ring, keys, key))
    })
  }

  entries(): [key: string, value: Uint8Array][] {
    const keys = this.place.find()
    if (keys === undefined) return []
    return this.database.all(SQL.all, keys.id).map((row) => {
      const [sub, sealed] = row as [Uint8Array, Uint8Array]
      const { key, value } = record.unpackMapRecord(record.openRecord(this.ring, keys, sub, sealed))
      return [key, value]
    })
  }
}

class SealedSeries implements RecordSeries {
  private readonly place: Place
  private readonly database: Database
  private readonly ring: Keyring

  constructor(place: Place, database: Database, ring: Keyring) {
    this.place = place
    this.database = database
    this.ring = ring
  }

  get(sub: Uint8Array): Uint8Array | undefined {
    const keys = this.place.find()
    if (keys === undefined) return undefined
    const row = this.database.get(SQL.get, keys.id, sub)
    return row === undefined ? undefined : record.openRecord(this.ring, keys, sub, row[0] as Uint8Array)
  }

  set(sub: Uint8Array, value: Uint8Array): void {
    record.checkSub(sub)
    record.checkValue(value)
    write(this.database, () => {
      const keys = this.place.findOrMake()
      this.database.run(SQL.set, keys.id, sub, record.sealRecord(this.ring, keys, sub, value))
    })
  }

  delete(sub: Uint8Array): void {
    write(this.database, () => {
      const keys = this.place.find()
      if (keys !== undefined) this.database.run(SQL.delete, keys.id, sub)
    })
  }

  range(range: SeriesRange = {}): SeriesRecord[] {
    const keys = this.place.find()
    if (keys === undefined) return []
    const order = range.reverse === true ? 'DESC' : 'ASC'
    const sql = `SELECT sub, value FROM record ${where(range)} ORDER BY sub ${order} LIMIT ?`
    return this.rows(sql, keys, range, [sqlLimit(range.limit)]).map((row) => {
      const [sub, sealed] = row as [Uint8Array, Uint8Array]
      return { sub, value: record.openRecord(this.ring, keys, sub, sealed) }
    })
  }

  count(range: Pick<SeriesRange, 'from' | 'to'> = {}): number {
    const keys = this.place.find()
    if (keys === undefined) return 0
    const [row] = this.rows(`SELECT count(*) FROM record ${where(range)}`, keys, range, [])
    return row?.[0] as number
  }

  private rows(sql: string, keys: NameKeys, { from = FIRST_SUB, to }: SeriesRange, rest: number[]): Row[] {
    return this.database.all(sql, keys.id, from, ...(to === undefined ? [] : [to]), ...rest)
  }
}

function where({ to }: SeriesRange): string {
  return `WHERE name = ? AND sub >= ?${to === undefined ? '' : ' AND sub < ?'}`
}

/** SQLite takes whole numbers; a negative one means all. */
function sqlLimit(limit = Infinity): number {
  return Number.isFinite(limit) ? Math.max(0, Math.ceil(limit)) : -1
}

/** Inside the running transaction, or in one of its own. */
function write(database: Database, work: () => void): void {
  if (database.inTransaction) work()
  else database.transaction(work)
}

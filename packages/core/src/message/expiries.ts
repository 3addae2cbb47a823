/**
 * When messages disappear, or what is sealed of them: lists of (time, position or message id), 256 to a record, under keys that can't be read at rest (a time in a
 * sub-key could be). The earliest time is in memory; with one timer for all, messages expire in the order they came.
 */
import { encodeValue } from '../codec/cbor.ts'
import type { RecordMap } from '../ports/store.ts'
import { POSITION_BYTES, type Position } from './order.ts'
import { decodeStoredList } from '../codec/stored.ts'
import { EXPIRY_CHUNK } from './tuning.ts'

export interface Expiry {
  readonly at: number
  /** 20 bytes: the position of a message, or an entry's id. */
  readonly position: Position
}

interface Chunk {
  readonly number: number
  earliest: number
  /** Loaded when needed. */
  items: Expiry[] | undefined
  dirty: boolean
}

export class Expiries {
  private readonly map: RecordMap
  private readonly name: string
  private loaded: Chunk[] | undefined
  private listDirty = false
  /** The earliest time, once asked for; Infinity without any. */
  private least: number | undefined

  /** @param name of its records in `map` */
  constructor(map: RecordMap, name: string) {
    this.map = map
    this.name = name
  }

  /** The earliest expiry time; undefined if nothing expires. */
  earliest(): number | undefined {
    this.least ??= this.chunks().reduce((least, chunk) => Math.min(least, chunk.earliest), Infinity)
    return this.least === Infinity ? undefined : this.least
  }

  add(expiry: Expiry): void {
    if (this.least !== undefined) this.least = Math.min(this.least, expiry.at)
    const chunks = this.chunks()
    let chunk = chunks.at(-1)
    if (chunk === undefined || this.items(chunk).length >= EXPIRY_CHUNK) {
      chunk = { number: (chunk?.number ?? -1) + 1, earliest: expiry.at, items: [], dirty: true }
      chunks.push(chunk)
      this.listDirty = true
    }
    this.items(chunk).push(expiry)
    chunk.dirty = true
    if (expiry.at >= chunk.earliest) return
    chunk.earliest = expiry.at
    this.listDirty = true
  }

  /** Takes out up to about `limit` (whole records of them) that are due at `now`. */
  takeDue(now: number, limit: number): Expiry[] {
    const due: Expiry[] = []
    for (const chunk of [...this.chunks()]) {
      if (chunk.earliest > now) continue
      if (due.length >= limit) break
      const items = this.items(chunk)
      due.push(...items.filter((item) => item.at <= now))
      this.keep(
        chunk,
        items.filter((item) => item.at > now),
      )
    }
    return due
  }

  flush(): void {
    for (const chunk of this.chunks()) {
      if (!chunk.dirty) continue
      this.map.set(
        this.keyOf(chunk.number),
        encodeValue(this.items(chunk).map(({ at, position }) => [at, position])),
      )
      chunk.dirty = false
    }
    if (!this.listDirty) return
    this.map.set(this.name, encodeValue(this.chunks().map(({ number, earliest }) => [number, earliest])))
    this.listDirty = false
  }

  discard(): void {
    this.loaded = undefined
    this.least = undefined
    this.listDirty = false
  }

  private keep(chunk: Chunk, items: Expiry[]): void {
    this.listDirty = true
    this.least = undefined
    if (items.length === 0) {
      this.loaded = this.chunks().filter((other) => other !== chunk)
      this.map.delete(this.keyOf(chunk.number))
      return
    }
    chunk.items = items
    chunk.earliest = items.reduce((least, item) => Math.min(least, item.at), Infinity)
    chunk.dirty = true
  }

  private chunks(): Chunk[] {
    this.loaded ??= readList(this.map.get(this.name))
    return this.loaded
  }

  private items(chunk: Chunk): Expiry[] {
    chunk.items ??= decodeStoredList(this.map.get(this.keyOf(chunk.number)), (reader) => ({
      at: reader.int(),
      position: reader.bytes(POSITION_BYTES),
    }))
    return chunk.items
  }

  private keyOf(number: number): string {
    return `${this.name}/${number}`
  }
}

function readList(bytes: Uint8Array | undefined): Chunk[] {
  return decodeStoredList(bytes, (reader) => ({
    number: reader.int(),
    earliest: reader.int(),
    items: undefined,
    dirty: false,
  }))
}

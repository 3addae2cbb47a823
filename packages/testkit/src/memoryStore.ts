/**
 * The store of the core, in memory: real transactions, exact byte order, and a crash that keeps what a disk would keep.
 * Records are copied on the way in and out, so that a caller may zero what it was given.
 */
import {
  Unavailable,
  type Fault,
  type RecordMap,
  type RecordSeries,
  type SeriesRange,
  type Store,
} from '@triode/core'
import { SortedRecords } from './sortedRecords.ts'

export interface MemoryStore extends Store {
  /** A copy of the state as of the last completed transaction; `createMemoryStore(snapshot)` opens it. */
  snapshot(): MemorySnapshot
  /**
   * The process dies here: this store refuses every further call, an open transaction is lost, and the returned store
   * holds what the last completed transaction left. Costs no copy.
   */
  crash(): MemoryStore
  /** From now on every write and transaction throws `fault`; undefined heals. */
  failWith(fault: Fault | undefined): void
  /** Number of outermost transactions completed, and of single writes outside of any. */
  readonly commits: number
  /** Records in all maps and series. */
  readonly records: number
}

/** Opaque: what a MemoryStore's disk holds. */
export class MemorySnapshot {
  readonly maps = new Map<string, Map<string, Uint8Array>>()
  readonly series = new Map<string, SortedRecords>()

  copy(): MemorySnapshot {
    const out = new MemorySnapshot()
    for (const [name, records] of this.maps) out.maps.set(name, new Map(records))
    for (const [name, records] of this.series) out.series.set(name, records.copy())
    return out
  }
}

/** How to take one write back; values in `disk` are never changed in place, so old ones can be kept by reference. */
type Undo = (disk: MemorySnapshot) => void

export function createMemoryStore(from?: MemorySnapshot): MemoryStore {
  return new Memory(from?.copy() ?? new MemorySnapshot())
}

class Memory implements MemoryStore {
  commits = 0
  private readonly disk: MemorySnapshot
  private readonly undos: Undo[] = []
  private depth = 0
  private dead = false
  private fault: Fault | undefined

  constructor(disk: MemorySnapshot) {
    this.disk = disk
  }

  map(name: string): RecordMap {
    return {
      get: (key) => copyOf(this.read().maps.get(name)?.get(key)),
      set: (key, value) => {
        this.writeMap(name, key, value.slice())
      },
      delete: (key) => {
        this.writeMap(name, key, undefined)
      },
      entries: () => Array.from(this.read().maps.get(name) ?? [], ([key, value]) => [key, value.slice()]),
    }
  }

  series(name: string): RecordSeries {
    return {
      get: (sub) => copyOf(this.read().series.get(name)?.get(keyOf(sub))),
      set: (sub, value) => {
        this.writeSeries(name, keyOf(sub), value.slice())
      },
      delete: (sub) => {
        this.writeSeries(name, keyOf(sub), undefined)
      },
      range: (range = {}) => {
        const records = this.read().series.get(name)
        if (records === undefined) return []
        const [from, to] = bounds(range)
        const found = records.range(from, to, range.reverse ?? false, range.limit ?? Infinity)
        return found.map(([key, value]) => ({ sub: bytesOf(key), value: value.slice() }))
      },
      count: (range = {}) =>
        this.read()
          .series.get(name)
          ?.count(...bounds(range)) ?? 0,
    }
  }

  transaction<T>(work: () => T): T {
    this.checkWritable()
    const mark = this.undos.length
    this.depth++
    let result: T
    try {
      result = work()
      // A crash or a full disk inside `work` means that there is no commit to return from.
      this.checkWritable()
    } catch (error) {
      this.depth--
      if (!this.dead) this.rollBack(mark)
      throw error
    }
    this.depth--
    if (this.depth === 0) this.commit()
    return result
  }

  erase(name: string): void {
    this.checkWritable()
    const map = this.disk.maps.get(name)
    const series = this.disk.series.get(name)
    this.disk.maps.delete(name)
    this.disk.series.delete(name)
    this.wrote((disk) => {
      if (map === undefined) disk.maps.delete(name)
      else disk.maps.set(name, disk === this.disk ? map : new Map(map))
      if (series === undefined) disk.series.delete(name)
      else disk.series.set(name, disk === this.disk ? series : series.copy())
    })
  }

  snapshot(): MemorySnapshot {
    const copy = this.read().copy()
    for (const undo of this.undos.toReversed()) undo(copy)
    return copy
  }

  crash(): MemoryStore {
    this.read()
    this.rollBack(0)
    this.dead = true
    return new Memory(this.disk)
  }

  failWith(fault: Fault | undefined): void {
    this.fault = fault
  }

  get records(): number {
    let records = 0
    for (const map of this.read().maps.values()) records += map.size
    for (const series of this.disk.series.values()) records += series.size
    return records
  }

  private read(): MemorySnapshot {
    if (this.dead) throw new Unavailable('store-locked')
    return this.disk
  }

  private checkWritable(): void {
    this.read()
    if (this.fault !== undefined) throw this.fault
  }

  private writeMap(name: string, key: string, value: Uint8Array | undefined): void {
    this.checkWritable()
    const before = this.disk.maps.get(name)?.get(key)
    putMap(this.disk, name, key, value)
    this.wrote((disk) => {
      putMap(disk, name, key, before)
    })
  }

  private writeSeries(name: string, key: string, value: Uint8Array | undefined): void {
    this.checkWritable()
    const before = putSeries(this.disk, name, key, value)
    this.wrote((disk) => {
      putSeries(disk, name, key, before)
    })
  }

  private wrote(undo: Undo): void {
    if (this.depth > 0) this.undos.push(undo)
    else this.commit()
  }

  private commit(): void {
    this.undos.length = 0
    this.commits++
  }

  private rollBack(mark: number): void {
    while (this.undos.length > mark) this.undos.pop()?.(this.disk)
  }
}

function putMap(disk: MemorySnapshot, name: string, key: string, value: Uint8Array | undefined): void {
  const map = disk.maps.get(name)
  if (value === undefined) map?.delete(key)
  else if (map === undefined) disk.maps.set(name, new Map([[key, value]]))
  else map.set(key, value)
}

/** @returns what was there before */
function putSeries(
  disk: MemorySnapshot,
  name: string,
  key: string,
  value: Uint8Array | undefined,
): Uint8Array | undefined {
  let series = disk.series.get(name)
  if (series === undefined) {
    if (value === undefined) return undefined
    series = new SortedRecords()
    disk.series.set(name, series)
  }
  return value === undefined ? series.delete(key) : series.set(key, value)
}

function bounds(range: SeriesRange): [from: string | undefined, to: string | undefined] {
  return [range.from && keyOf(range.from), range.to && keyOf(range.to)]
}

function copyOf(value: Uint8Array | undefined): Uint8Array | undefined {
  return value?.slice()
}

/** One UTF-16 unit a byte: JavaScript's string order is then the byte order. */
function keyOf(sub: Uint8Array): string {
  return String.fromCharCode(...sub)
}

function bytesOf(key: string): Uint8Array {
  const out = new Uint8Array(key.length)
  for (let i = 0; i < key.length; i++) out[i] = key.charCodeAt(i)
  return out
}

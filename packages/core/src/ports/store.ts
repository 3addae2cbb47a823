export const DURABILITY = {
  /** The end of the process, and a power cut. */
  now: 'now',
  /**
   * The end of the process; a power cut only once a later transaction has returned that survives it 'now'. Costs no
   * wait for the disk: for what others have told and will tell again.
   */
  soon: 'soon',
} as const
export type Durability = (typeof DURABILITY)[keyof typeof DURABILITY]

/**
 * The sealed store. Synchronous, so that a state change and its records commit together.
 * A name costs a key and a row; names are never visible at rest, and neither are the keys of a map.
 */
export interface Store {
  /** Unordered records by key. Neither `name` nor keys can be read at rest. */
  map(name: string): RecordMap
  /** Records ordered by byte-string sub-keys, which are readable at rest: numbers and hashes keyed for the purpose only. */
  series(name: string): RecordSeries
  /**
   * Runs `work` as one transaction; on return, what it wrote survives a crash. Nested calls join the outer one.
   * If `work` throws, nothing was written.
   * @param durability how much of a crash it must survive when this returns; default: 'now'
   * @throws Unavailable 'disk-full' | 'store-locked'; IntegrityFault 'store-damaged'
   */
  transaction<T>(work: () => T, durability?: Durability): T
  /** Erases every record of map and series `name`, and the key that sealed them (crypto-erase). Idempotent. */
  erase(name: string): void
}

export interface RecordMap {
  /** @throws IntegrityFault 'record-damaged' */
  get(key: string): Uint8Array | undefined
  /** Same key: replaces. Durable when the enclosing transaction returns (its own, if there is none). */
  set(key: string, value: Uint8Array): void
  /** Idempotent. */
  delete(key: string): void
  /** All records, in no promised order. */
  entries(): [key: string, value: Uint8Array][]
}

export interface SeriesRange {
  /** Inclusive lower bound. */
  readonly from?: Uint8Array
  /** Exclusive upper bound. */
  readonly to?: Uint8Array
  readonly reverse?: boolean
  readonly limit?: number
}

export interface RecordSeries {
  get(sub: Uint8Array): Uint8Array | undefined
  set(sub: Uint8Array, value: Uint8Array): void
  delete(sub: Uint8Array): void
  range(range?: SeriesRange): SeriesRecord[]
  /** Number of records in the range. */
  count(range?: Pick<SeriesRange, 'from' | 'to'>): number
}

export interface SeriesRecord {
  readonly sub: Uint8Array
  readonly value: Uint8Array
}

/** A store that gives one value for whatever is asked: what lies at rest, as something else than this program left it. */
import type { RecordMap, RecordSeries, Store } from '@triode/core'

export interface Place {
  /** Under which `entries()` lists the value. */
  readonly key?: string
  readonly sub?: Uint8Array
}

export function plantedStore(value: Uint8Array, { key = 'key', sub = new Uint8Array(8) }: Place = {}): Store {
  const nothing = (): void => undefined
  const map: RecordMap = { get: () => value, set: nothing, delete: nothing, entries: () => [[key, value]] }
  const series: RecordSeries = {
    get: () => value,
    set: nothing,
    delete: nothing,
    range: () => [{ sub, value }],
    count: () => 1,
  }
  return { map: () => map, series: () => series, transaction: (work) => work(), erase: nothing }
}

/** What `write` puts into a store that keeps nothing: the values, for seeds. */
export function valuesOf(write: (store: Store) => void): Uint8Array[] {
  const values: Uint8Array[] = []
  const blank = plantedStore(new Uint8Array(0))
  const map: RecordMap = {
    ...blank.map(''),
    get: () => undefined,
    entries: () => [],
    set: (_, value) => values.push(value),
  }
  const series: RecordSeries = {
    ...blank.series(''),
    get: () => undefined,
    range: () => [],
    set: (_, value) => values.push(value),
  }
  write({ ...blank, map: () => map, series: () => series })
  return values
}

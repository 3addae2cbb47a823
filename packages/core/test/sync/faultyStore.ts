/** A store that fails when the test says so: the disk is full, or the process dies in the middle of writing. */
import { Unavailable, type RecordMap, type RecordSeries, type Store } from '@triode/core'
import type { MemoryStore } from '@triode/testkit'

export interface FaultyStore extends Store {
  /** Writes until the next fault; none comes while it is undefined. */
  writesLeft: number | undefined
  /** Once there: every write fails like this until the test makes room. */
  full: boolean
  /** Instead of failing, the process dies. */
  dies: boolean
  /** What the dead process left on disk. */
  readonly remains: MemoryStore | undefined
  /** Transactions open now. */
  readonly depth: number
  readonly failures: number
}

export function faultyStore(store: MemoryStore): FaultyStore {
  let depth = 0
  let failures = 0
  let remains: MemoryStore | undefined

  function write(): void {
    if (faulty.writesLeft !== undefined && faulty.writesLeft-- <= 0) {
      faulty.writesLeft = undefined
      if (faulty.dies) {
        remains = store.crash()
        throw new Unavailable('store-locked')
      }
      faulty.full = true
    }
    if (!faulty.full) return
    failures++
    throw new Unavailable('disk-full')
  }

  function mapOf(map: RecordMap): RecordMap {
    return {
      get: (key) => map.get(key),
      entries: () => map.entries(),
      set(key, value) {
        write()
        map.set(key, value)
      },
      delete(key) {
        write()
        map.delete(key)
      },
    }
  }

  function seriesOf(series: RecordSeries): RecordSeries {
    return {
      get: (sub) => series.get(sub),
      range: (range) => series.range(range),
      count: (range) => series.count(range),
      set(sub, value) {
        write()
        series.set(sub, value)
      },
      delete(sub) {
        write()
        series.delete(sub)
      },
    }
  }

  const faulty: FaultyStore = {
    writesLeft: undefined,
    full: false,
    dies: false,
    get remains() {
      return remains
    },
    get depth() {
      return depth
    },
    get failures() {
      return failures
    },
    map: (name) => mapOf(store.map(name)),
    series: (name) => seriesOf(store.series(name)),
    erase(name) {
      write()
      store.erase(name)
    },
    transaction(work) {
      depth++
      try {
        return store.transaction(() => {
          const result = work()
          // The commit itself is where most disks find out.
          if (depth === 1) write()
          return result
        })
      } finally {
        depth--
      }
    },
  }
  return faulty
}

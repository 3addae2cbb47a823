/** The store of a simulated device: a memory store that can die in the middle of a write, and knows when it is being written to. */
import type { ConversationId, RecordMap, RecordSeries, Store } from '@triode/core'
import type { MemoryStore } from '../memoryStore.ts'
import { holdsKeys, type KeyRecord } from './loot.ts'
import type { SealLedger } from './observedPrimitives.ts'

/** Thrown where the process dies. Whoever catches it gains nothing: the store and the links of the device are dead. */
export class Killed extends Error {}

export interface DeathPlan {
  /** Writes that still succeed. */
  writes: number
  /** Dies when the transaction of the last of them has been committed, before anyone learns of it. */
  readonly afterCommit: boolean
}

/** Series of the messages of a conversation, in the order in which they are shown (spec §11.8). */
const TIMELINE = /^timeline\/([a-z2-7]+)$/

const NO_POSITION = new Uint8Array(0)

export function timelineName(conversation: ConversationId): string {
  return `timeline/${conversation}`
}

export class ObservedStore implements Store {
  /** Called when the process dies as planned. */
  onDeath: () => void = () => undefined
  /** Called with each record of keys that is written. */
  onKeys: (record: KeyRecord) => void = () => undefined
  /** Called with the position of each row of a timeline that is written or deleted; of all that are erased at once, with none. */
  onRow: (conversation: ConversationId, position: Uint8Array) => void = () => undefined
  readonly inner: MemoryStore
  private readonly ledger: SealLedger
  private readonly counts: () => boolean
  private death: DeathPlan | undefined
  private depth = 0

  /** @param counts whether what the device seals goes into the ledger: not what a hostile one does to its own keys */
  constructor(inner: MemoryStore, ledger: SealLedger, counts: () => boolean) {
    this.inner = inner
    this.ledger = ledger
    this.counts = counts
  }

  /** Whether a transaction is open: nothing may leave the device now. */
  get writing(): boolean {
    return this.depth > 0
  }

  get dying(): boolean {
    return this.death !== undefined
  }

  dieAt(death: DeathPlan): void {
    this.death = death
  }

  map(name: string): RecordMap {
    const map = this.inner.map(name)
    return {
      get: (key) => map.get(key),
      entries: () => map.entries(),
      set: (key, value) => {
        this.beforeWrite()
        if (holdsKeys(name, key)) this.onKeys({ name, value: value.slice() })
        map.set(key, value)
      },
      delete: (key) => {
        this.beforeWrite()
        map.delete(key)
      },
    }
  }

  series(name: string): RecordSeries {
    const series = this.inner.series(name)
    const conversation = TIMELINE.exec(name)?.[1] as ConversationId | undefined
    return {
      get: (sub) => series.get(sub),
      range: (range) => series.range(range),
      count: (range) => series.count(range),
      set: (sub, value) => {
        this.beforeWrite()
        series.set(sub, value)
        if (conversation !== undefined) this.onRow(conversation, sub)
      },
      delete: (sub) => {
        this.beforeWrite()
        series.delete(sub)
        if (conversation !== undefined) this.onRow(conversation, sub)
      },
    }
  }

  transaction<T>(work: () => T): T {
    if (this.depth > 0) return this.inner.transaction(work)
    const result = this.outermost(work)
    if (this.death?.afterCommit === true && this.death.writes < 0) this.die()
    return result
  }

  erase(name: string): void {
    this.beforeWrite()
    this.inner.erase(name)
    const conversation = TIMELINE.exec(name)?.[1] as ConversationId | undefined
    if (conversation !== undefined) this.onRow(conversation, NO_POSITION)
  }

  private outermost<T>(work: () => T): T {
    this.ledger.begin()
    this.depth++
    try {
      const result = this.inner.transaction(work)
      if (this.counts()) this.ledger.commit()
      else this.ledger.rollBack()
      return result
    } catch (error) {
      this.ledger.rollBack()
      throw error
    } finally {
      this.depth--
    }
  }

  private beforeWrite(): void {
    if (this.death === undefined) return
    this.death.writes--
    if (this.death.writes < 0 && !this.death.afterCommit) this.die()
  }

  private die(): never {
    this.death = undefined
    this.onDeath()
    throw new Killed('the process was killed')
  }
}

/**
 * By what a keeper counts how long it holds things (spec §16.4): the time that it runs. A wall clock can be set by weeks at any moment, and
 * on a machine that has none while it is off it is, at each start: what was left before that would be over at once.
 */
import { encodeValue } from '../codec/cbor.ts'
import { decodeStored } from '../codec/stored.ts'
import type { ConversationId } from '../id.ts'
import type { Clock } from '../ports/clock.ts'
import type { RecordMap, Store } from '../ports/store.ts'
import { KEPT_TIME_NOTED_MS } from './tuning.ts'

export interface KeptTimeContext {
  readonly store: Store
  readonly control: ConversationId
  readonly clock: Pick<Clock, 'now' | 'elapsed'>
}

const KEY = 'now'

export class KeptTime {
  private readonly context: KeptTimeContext
  /** What it was, and `elapsed()` then. */
  private begun: { readonly at: number; readonly elapsed: number } | undefined
  private notedAt: number | undefined

  constructor(context: KeptTimeContext) {
    this.context = context
  }

  /** Milliseconds, from any beginning: it never goes back, and stands still while nothing runs here. */
  now(): number {
    const elapsed = this.context.clock.elapsed()
    this.begun ??= { at: this.stored() ?? this.context.clock.now(), elapsed }
    return this.begun.at + Math.floor(elapsed - this.begun.elapsed)
  }

  /** The same, for what is stored in the caller's transaction: there it is noted now and then, so that it goes on after a restart. */
  stamp(): number {
    const now = this.now()
    if (now - (this.notedAt ?? -Infinity) >= KEPT_TIME_NOTED_MS) {
      this.records.set(KEY, encodeValue([now]))
      this.notedAt = now
    }
    return now
  }

  /** A transaction was undone. */
  forget(): void {
    this.notedAt = undefined
  }

  private stored(): number | undefined {
    const bytes = this.records.get(KEY)
    return bytes && decodeStored(bytes, (reader) => reader.int())
  }

  private get records(): RecordMap {
    return this.context.store.map(`conversation/${this.context.control}/kept-time`)
  }
}

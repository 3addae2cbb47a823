/**
 * How far other devices have this device's own feeds, and since when: one record a device and feed (spec §10.5). Kept twice: of what
 * they have as readers, and of what they hold as keepers.
 */
import { encodeValue, type Value } from '../codec/cbor.ts'
import type { Reader } from '../codec/reader.ts'
import { decodeStored } from '../codec/stored.ts'
import { MAX_SEQ } from '../feed/spec.ts'
import type { ConversationId, DeviceId, FeedId } from '../id.ts'
import type { RecordMap, Store } from '../ports/store.ts'
import type { Standing } from '../sync/session.ts'

/** Of each device and feed, when this device heard of the last so many steps: enough for the messages that people look at. */
export const KEPT_STEPS = 16

/** From `at` on it is known here that a device has, or has read, up to `seq`. */
interface Step {
  readonly seq: number
  /** Milliseconds since 1970, by this device's clock. */
  readonly at: number
}

interface Kept extends Standing {
  readonly has: readonly Step[]
  readonly reads: readonly Step[]
}

/** When this device heard that another has an entry, and has read it; undefined: not, or too long ago. */
export interface Heard {
  readonly deliveredAt: number | undefined
  readonly readAt: number | undefined
}

const NONE: Kept = { seq: 0, read: 0, has: [], reads: [] }

export class Delivered {
  private readonly records: RecordMap
  private readonly known = new Map<FeedId, Map<DeviceId, Kept>>()

  /** @param part `held`: what keepers hold for others, without being able to read it */
  constructor(store: Store, conversation: ConversationId, part: 'delivered' | 'held' = 'delivered') {
    this.records = store.map(`conversation/${conversation}/${part}`)
    for (const [key, value] of this.records.entries()) {
      const [feed, device] = key.split('/') as [FeedId, DeviceId]
      this.standings(feed).set(device, decode(value))
    }
  }

  of(feed: FeedId, device: DeviceId): Standing {
    return this.kept(feed, device)
  }

  heard(feed: FeedId, device: DeviceId, seq: number): Heard {
    const { has, reads } = this.kept(feed, device)
    return { deliveredAt: firstWith(has, seq), readAt: firstWith(reads, seq) }
  }

  /** Whoever has some of it, also those that are in the circle no more. */
  devicesWith(feed: FeedId): readonly DeviceId[] {
    return [...(this.known.get(feed)?.keys() ?? [])]
  }

  /**
   * Only grows. @param at milliseconds since 1970; undefined: when is of no interest
   * @returns where the device stood before, or undefined when it says nothing new
   */
  advance(feed: FeedId, device: DeviceId, to: Standing, at?: number): Standing | undefined {
    const before = this.kept(feed, device)
    if (to.seq <= before.seq && to.read <= before.read) return undefined
    const after: Kept = {
      seq: Math.max(to.seq, before.seq),
      read: Math.max(to.read, before.read),
      has: stepped(before.has, before.seq, to.seq, at),
      reads: stepped(before.reads, before.read, to.read, at),
    }
    this.standings(feed).set(device, after)
    this.records.set(`${feed}/${device}`, encode(after))
    return before
  }

  /** A keeper has no more than this any more. @returns whether that is less than before */
  retract(feed: FeedId, device: DeviceId, seq: number): boolean {
    const before = this.kept(feed, device)
    if (seq >= before.seq) return false
    const has = before.has.filter((step) => step.seq <= seq)
    const after: Kept = { ...before, seq, read: Math.min(before.read, seq), has }
    this.standings(feed).set(device, after)
    this.records.set(`${feed}/${device}`, encode(after))
    return true
  }

  private kept(feed: FeedId, device: DeviceId): Kept {
    return this.known.get(feed)?.get(device) ?? NONE
  }

  private standings(feed: FeedId): Map<DeviceId, Kept> {
    const known = this.known.get(feed) ?? new Map<DeviceId, Kept>()
    this.known.set(feed, known)
    return known
  }
}

/** The first step of all says what came before the others were kept: of what it covers no time is known. */
function stepped(
  steps: readonly Step[],
  before: number,
  to: number,
  at: number | undefined,
): readonly Step[] {
  if (to <= before || at === undefined) return steps
  const from = steps.length === 0 ? [{ seq: before, at: 0 }] : steps
  return [...from, { seq: to, at }].slice(-KEPT_STEPS)
}

function firstWith(steps: readonly Step[], seq: number): number | undefined {
  const index = steps.findIndex((step) => step.seq >= seq)
  return index <= 0 ? undefined : steps[index]?.at
}

function encode({ seq, read, has, reads }: Kept): Uint8Array {
  return encodeValue([seq, read, stepFields(has), stepFields(reads)])
}

function stepFields(steps: readonly Step[]): Value {
  return steps.map(({ seq, at }) => [seq, at])
}

function decode(bytes: Uint8Array): Kept {
  return decodeStored(bytes, (reader) => ({
    seq: reader.int(0, MAX_SEQ),
    read: reader.int(0, MAX_SEQ),
    has: stepsOf(reader),
    reads: stepsOf(reader),
  }))
}

function stepsOf(reader: Reader): readonly Step[] {
  return reader.record((list) => {
    const steps: Step[] = []
    while (list.more && steps.length < KEPT_STEPS)
      steps.push(list.record((step) => ({ seq: step.int(0, MAX_SEQ), at: step.int() })))
    return steps
  })
}

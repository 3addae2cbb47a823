/** Which entries of a feed were sealed to whom: what was sealed to others alone, a device can never read and is not owed. */
import type { DeviceId, FeedId } from '../id.ts'
import { readerTag } from './epochStore.ts'
import type { FeedSet } from './feedSet.ts'

interface Known {
  /** By tag: where epochs start with which that device came in, went out, came in again. */
  readonly turns: Map<string, number[]>
  /** Epochs that start here or before have been looked at. */
  upTo: number
}

export class SealedSince {
  private readonly feeds: FeedSet
  private readonly known = new Map<FeedId, Known>()
  private readonly tags = new Map<DeviceId, string>()

  constructor(feeds: FeedSet) {
    this.feeds = feeds
  }

  /** Whether entry `seq` of `feed` was sealed to `device`; taken for granted of a feed without epochs. */
  includes(feed: FeedId, seq: number, device: DeviceId): boolean {
    const { turns } = this.read(feed, seq)
    return turns.size === 0 || isIn((turns.get(this.tagOf(device)) ?? []).filter((start) => start <= seq))
  }

  /** How many of the entries `from` to `to` were sealed to `device`; both count. */
  count(
    feed: FeedId,
    { from, to }: { readonly from: number; readonly to: number },
    device: DeviceId,
  ): number {
    if (to < from) return 0
    const { turns } = this.read(feed, to)
    if (turns.size === 0) return to - from + 1
    const starts = turns.get(this.tagOf(device)) ?? []
    let count = 0
    for (let at = 0; at < starts.length; at += 2) {
      const [first = to, end = to + 1] = [starts[at], starts[at + 1]]
      count += Math.max(0, Math.min(to + 1, end) - Math.max(from, first))
    }
    return count
  }

  /** The first of the entries `from` to `to` that was sealed to `device`; both count. */
  first(
    feed: FeedId,
    { from, to }: { readonly from: number; readonly to: number },
    device: DeviceId,
  ): number | undefined {
    if (to < from) return undefined
    const { turns } = this.read(feed, to)
    if (turns.size === 0) return from
    const starts = turns.get(this.tagOf(device)) ?? []
    for (let at = 0; at < starts.length; at += 2) {
      const [first = to, end = to + 1] = [starts[at], starts[at + 1]]
      const found = Math.max(from, first)
      if (found < end) return found <= to ? found : undefined
    }
    return undefined
  }

  private read(feed: FeedId, seq: number): Known {
    const known = this.known.get(feed) ?? { turns: new Map<string, number[]>(), upTo: -1 }
    this.known.set(feed, known)
    if (known.upTo >= seq) return known
    for (const start of this.feeds.epochs(feed).startsFrom(known.upTo + 1)) {
      turn(known.turns, start.seq, new Set(start.tags))
      known.upTo = start.seq
    }
    known.upTo = Math.max(known.upTo, seq)
    return known
  }

  /** Remembered: a page asks it of every reader for every message. */
  private tagOf(device: DeviceId): string {
    const tag = this.tags.get(device) ?? readerTag(device)
    this.tags.set(device, tag)
    return tag
  }
}

function isIn(turns: readonly number[]): boolean {
  return turns.length % 2 === 1
}

/** From `seq` on it is sealed to `tags`, and to nobody else. */
function turn(turns: Map<string, number[]>, seq: number, tags: ReadonlySet<string>): void {
  for (const tag of tags) if (!turns.has(tag)) turns.set(tag, [])
  for (const [tag, starts] of turns) if (isIn(starts) !== tags.has(tag)) starts.push(seq)
}

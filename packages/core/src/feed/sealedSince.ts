/** From which entry on a feed was sealed to whom: what was written before, a device that came later can never read. */
import type { DeviceId, FeedId } from '../id.ts'
import { readerTag } from './epochStore.ts'
import type { FeedSet } from './feedSet.ts'

interface Known {
  /** By tag: where the first epoch starts that was sealed to that device. */
  readonly since: Map<string, number>
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

  /** Whether entry `seq` of `feed`, or one before it, was sealed to `device`; taken for granted of a feed without epochs. */
  includes(feed: FeedId, seq: number, device: DeviceId): boolean {
    const { since } = this.read(feed, seq)
    return since.size === 0 || (since.get(this.tagOf(device)) ?? Infinity) <= seq
  }

  private read(feed: FeedId, seq: number): Known {
    const known = this.known.get(feed) ?? { since: new Map<string, number>(), upTo: -1 }
    this.known.set(feed, known)
    if (known.upTo >= seq) return known
    for (const start of this.feeds.epochs(feed).startsFrom(known.upTo + 1)) {
      for (const tag of start.tags) if (!known.since.has(tag)) known.since.set(tag, start.seq)
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

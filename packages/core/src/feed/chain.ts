/** The hash chain of a feed and the signature over its head (spec §9.2). */
import { concat, u32, utf8 } from '../bytes.ts'
import { fromBase32, base32 } from '../base32.ts'
import type { Suite } from '../crypto/suite.ts'
import { LABEL } from '../crypto/labels.ts'
import type { ConversationId, DeviceId, FeedId } from '../id.ts'
import { expiryHourOf, ITEM, type Item } from './item.ts'
import { FEED_ID_BYTES } from './spec.ts'

/** A place in a feed: how many entries precede and include it, and the hash over all of them. */
export interface Head {
  readonly seq: number
  readonly hash: Uint8Array
}

/** The id of the feed that `device` keeps in `conversation` since it drew `incarnation` (8 bytes). */
export function feedIdOf(
  suite: Suite,
  conversation: ConversationId,
  device: DeviceId,
  incarnation: Uint8Array,
): FeedId {
  const input = concat(utf8(LABEL.feedId), fromBase32(conversation), fromBase32(device), incarnation)
  return base32(suite.hash(input).subarray(0, FEED_ID_BYTES)) as FeedId
}

/** The head before the first entry. */
export function emptyHead(suite: Suite): Head {
  return { seq: 0, hash: new Uint8Array(suite.hashBytes) }
}

/** Sequence number, epoch, kind and expiry hour. */
const FIXED_BYTES = 13

/** Folds entries into a chain, reusing one buffer: this runs once an entry in a catch-up. */
export class Chain {
  private readonly suite: Suite
  private readonly buffer: Uint8Array
  private readonly view: DataView

  constructor(suite: Suite, feed: FeedId) {
    this.suite = suite
    this.buffer = new Uint8Array(FEED_ID_BYTES + FIXED_BYTES + 2 * suite.hashBytes)
    this.buffer.set(fromBase32(feed))
    this.view = new DataView(this.buffer.buffer)
  }

  /** The head after `item`, the next entry after `head`, in `epoch` (for an epoch start: the epoch it starts). */
  next(head: Head, epoch: number, item: Item): Head {
    const bodyHash = item.kind === 'erased' ? item.bodyHash : this.suite.hash(item.body)
    const seq = head.seq + 1
    this.view.setUint32(FEED_ID_BYTES, seq)
    this.view.setUint32(FEED_ID_BYTES + 4, epoch)
    this.buffer[FEED_ID_BYTES + 8] = item.kind === 'epoch' ? ITEM.epoch : ITEM.data
    this.view.setUint32(FEED_ID_BYTES + 9, expiryHourOf(item))
    this.buffer.set(head.hash, FEED_ID_BYTES + FIXED_BYTES)
    this.buffer.set(bodyHash, FEED_ID_BYTES + FIXED_BYTES + head.hash.length)
    return { seq, hash: this.suite.hash(this.buffer) }
  }
}

/** What a device signs: its feed's head. */
export function headStatement(feed: FeedId, head: Head): Uint8Array {
  return concat(utf8(LABEL.feedHead), fromBase32(feed), u32(head.seq), head.hash)
}

/** What a device knows of one feed: how far it has it, and the key of the next entry (spec §9.4). */
import { base32, fromBase32 } from '../base32.ts'
import { encodeValue } from '../codec/cbor.ts'
import type { Suite } from '../crypto/suite.ts'
import type { ConversationId, DeviceId, FeedId } from '../id.ts'
import { decodeStored } from '../codec/stored.ts'
import { emptyHead, feedIdOf, type Head } from './chain.ts'
import { EPOCH_SECRET_BYTES, INCARNATION_BYTES, MAX_SEQ } from './spec.ts'

export interface Feed {
  readonly id: FeedId
  readonly conversation: ConversationId
  readonly device: DeviceId
  readonly incarnation: Uint8Array
  readonly head: Head
  /** 0 before the first epoch. */
  readonly epoch: number
  /** Key of the next data entry: a secret. Absent when this device was not sealed to. */
  readonly chainKey: Uint8Array | undefined
  /** The author signed two histories; nothing more is taken from it. */
  readonly forked: boolean
  /** When the epoch began, by the author's clock, and its entries: kept by the author only. */
  readonly epochStartedAt: number
  readonly epochEntries: number
  /** Digests of the devices the epoch was sealed to, and of their sealing keys as last seen: kept by the author only. */
  readonly readers: Uint8Array
}

/** A feed of which nothing is known yet. */
export function emptyFeed(
  suite: Suite,
  conversation: ConversationId,
  device: DeviceId,
  incarnation: Uint8Array,
): Feed {
  return {
    id: feedIdOf(suite, conversation, device, incarnation),
    conversation,
    device,
    incarnation,
    head: emptyHead(suite),
    epoch: 0,
    chainKey: undefined,
    forked: false,
    epochStartedAt: 0,
    epochEntries: 0,
    readers: new Uint8Array(0),
  }
}

export function encodeFeed(feed: Feed): Uint8Array {
  return encodeValue([
    fromBase32(feed.device),
    feed.incarnation,
    feed.head.seq,
    feed.head.hash,
    feed.epoch,
    feed.chainKey ?? null,
    feed.forked,
    feed.epochStartedAt,
    feed.epochEntries,
    feed.readers,
  ])
}

/** @throws IntegrityFault 'record-damaged' */
export function decodeFeed(suite: Suite, conversation: ConversationId, bytes: Uint8Array): Feed {
  return decodeStored(bytes, (reader) => {
    const device = base32(reader.bytes(32)) as DeviceId
    const incarnation = reader.bytes(INCARNATION_BYTES)
    return {
      id: feedIdOf(suite, conversation, device, incarnation),
      conversation,
      device,
      incarnation,
      head: { seq: reader.int(0, MAX_SEQ), hash: reader.bytes(suite.hashBytes) },
      epoch: reader.int(0, MAX_SEQ),
      chainKey: reader.optional((field) => field.bytes(EPOCH_SECRET_BYTES)),
      forked: reader.bool(),
      epochStartedAt: reader.int(),
      epochEntries: reader.int(),
      readers: reader.bytes(0, 64),
    }
  })
}

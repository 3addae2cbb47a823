/** Content that goes from feeds (spec §9.7): whose word is taken for it, what this device signs, and when it is due. */
import { PeerFault } from '../fault.ts'
import type { Block } from '../feed/block.ts'
import { bodyHashOf, erasedFrom, isProven, signErasure, type ErasureContext } from '../feed/erasure.ts'
import type { Feed } from '../feed/feed.ts'
import type { FeedSet } from '../feed/feedSet.ts'
import { expiryHourOf } from '../feed/item.ts'
import { EXPIRY_UNIT_MS, WINDOW_ENTRIES } from '../feed/spec.ts'
import type { Suite } from '../crypto/suite.ts'
import type { DeviceId, FeedId, MemberId, MessageId } from '../id.ts'
import type { Change } from '../message/change.ts'
import { encodeContent, type Body, type Content, type Erasure } from '../message/content.ts'
import { parseMessageId } from '../message/messageId.ts'
import { MAX_CONTENT_BYTES } from '../message/spec.ts'
import type { Timeline } from '../message/timeline.ts'
import type { SigningKey } from '../ports/primitives.ts'
import type { Membership } from './membership.ts'

type EraseChange = Extract<Change, { kind: 'erase' }>

/** Feeds of which is remembered who said that hours have passed: as many as 1,000 devices have in a conversation. */
const MAX_VOUCHED_FEEDS = 1_024

export interface ErasuresContext {
  readonly suite: Suite
  readonly membership: Membership
  readonly self: DeviceId
  readonly signingKey: SigningKey
}

export class Erasures {
  private readonly suite: Suite
  private readonly membership: Membership
  private readonly signingKey: SigningKey
  private readonly self: DeviceId
  /** By feed and sequence number: the first member who said that an hour had passed which has not by this device's clock. */
  private readonly vouched = new Map<FeedId, Map<number, MemberId>>()

  private readonly onErased: (feeds: FeedSet, feed: FeedId) => void

  /** @param onErased content was erased from a feed, in the open transaction */
  constructor(
    { suite, membership, self, signingKey }: ErasuresContext,
    onErased: (feeds: FeedSet, feed: FeedId) => void,
  ) {
    this.onErased = onErased
    this.self = self
    this.suite = suite
    this.membership = membership
    this.signingKey = signingKey
  }

  /** Whose word is taken for content of `feed` that `source` hands on without it. */
  contextFor(feed: Feed, source: DeviceId, now: number): Omit<ErasureContext, 'suite'> {
    const member = this.membership.memberOf(feed.device)
    const from = this.membership.memberOf(source)
    return {
      now,
      eraserKey: (device) => this.keyOf(device, member),
      fromAuthor: member !== undefined && from === member,
      isVouchedFor: (seq) => from !== undefined && this.isVouchedFor(feed.id, seq, from),
    }
  }

  /**
   * `content` encoded, with this device's signature that what it replaces is to go; without, if that would be too long.
   * @throws CallerFault as encodeContent() and Timeline.check()
   */
  encode(feeds: FeedSet, timeline: Timeline, content: Content): Uint8Array {
    const plain = encodeContent(content)
    timeline.check(content.body)
    const { body } = content
    if (body.kind !== 'edit' && body.kind !== 'delete') return plain
    const erasures = timeline.replacedBy(body).flatMap((entry) => this.sign(feeds, entry) ?? [])
    if (erasures.length === 0) return plain
    const signed: Body = { ...body, erasures }
    const encoded = encodeContent({ ...content, body: signed })
    return encoded.length > MAX_CONTENT_BYTES ? plain : encoded
  }

  /** When an entry with `body`, written at `now`, disappears: a text by its own time, an edit in the hour of what it edits. */
  expiryOf(feeds: FeedSet, body: Body, now: number): number | undefined {
    if (body.kind === 'text') return body.expiresAfterMs && now + body.expiresAfterMs
    if (body.kind !== 'edit') return undefined
    const { feed, seq } = parseMessageId(body.target)
    const target = feeds.log(feed).item(seq)
    const hour = target === undefined ? 0 : expiryHourOf(target)
    return hour === 0 ? undefined : hour * EXPIRY_UNIT_MS
  }

  /** Notes when the content of what is stored of `feed` is to go. */
  schedule(timeline: Timeline, feed: FeedId, blocks: readonly Block[]): void {
    for (const { from, items } of blocks) {
      for (const [index, item] of items.entries()) {
        if (item.kind === 'data' && item.expiryHour !== undefined)
          timeline.eraseAt(feed, from + index, erasedFrom(item.expiryHour))
      }
    }
  }

  /** Erases it, if it may be: its time has come, or the proof is of the member who wrote it. @throws PeerFault 'erasure-wrong' */
  erase(feeds: FeedSet, { feed, seq, proof }: EraseChange): void {
    const log = feeds.log(feed)
    const item = log.item(seq)
    const author = feeds.get(feed)?.device
    if (item?.kind !== 'data' || author === undefined) return
    if (proof !== undefined) {
      const key = this.keyOf(proof.device, this.membership.memberOf(author))
      const bodyHash = bodyHashOf(this.suite, item)
      if (key === undefined || !isProven(this.suite, key, feed, seq, bodyHash, proof)) {
        throw new PeerFault('erasure-wrong', {
          message: 'A member asked to erase what it did not write, or with a wrong signature.',
        })
      }
    }
    log.erase(seq, proof)
    this.onErased(feeds, feed)
  }

  /** Erases an entry of this device's own member, by this device's word. */
  eraseOwn(feeds: FeedSet, id: MessageId): void {
    const erasure = this.sign(feeds, id)
    if (erasure === undefined) return
    const { feed, seq } = parseMessageId(id)
    feeds.log(feed).erase(seq, { device: this.self, signature: erasure.signature })
    this.onErased(feeds, feed)
  }

  private isVouchedFor(feed: FeedId, seq: number, member: MemberId): boolean {
    const known = this.vouched.get(feed) ?? this.vouchedIn(feed)
    if (known.size >= WINDOW_ENTRIES && !known.has(seq)) known.clear()
    const first = known.get(seq) ?? member
    this.vouched.set(feed, known.set(seq, first))
    return first !== member
  }

  /** Nothing of these feeds need be stored: who writes ever new ones pushes out what was said of others, which only waits. */
  private vouchedIn(feed: FeedId): Map<number, MemberId> {
    const [oldest] = this.vouched.keys()
    if (oldest !== undefined && this.vouched.size >= MAX_VOUCHED_FEEDS) this.vouched.delete(oldest)
    const known = new Map<number, MemberId>()
    this.vouched.set(feed, known)
    return known
  }

  private sign(feeds: FeedSet, entry: MessageId): Erasure | undefined {
    const { feed, seq } = parseMessageId(entry)
    const item = feeds.log(feed).item(seq)
    if (item?.kind !== 'data') return undefined
    return { entry, signature: signErasure(this.signingKey, feed, seq, bodyHashOf(this.suite, item)) }
  }

  private keyOf(device: DeviceId, member: MemberId | undefined): Uint8Array | undefined {
    const same = member !== undefined && this.membership.memberOf(device) === member
    return same ? this.membership.publicKey(device) : undefined
  }
}

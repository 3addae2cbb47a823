/** The feeds of one conversation, as this device has them: states cached, records in the store (spec §9.4). */
import { equalBytes } from '../bytes.ts'
import { encodeValue } from '../codec/cbor.ts'
import { decodeStored } from '../codec/stored.ts'
import type { Suite } from '../crypto/suite.ts'
import type { ConversationId, DeviceId, FeedId } from '../id.ts'
import type { Random } from '../ports/random.ts'
import type { RecordMap, Store } from '../ports/store.ts'
import type { Block } from './block.ts'
import { feedIdOf } from './chain.ts'
import type { Envelope } from './epoch.ts'
import { EpochStore } from './epochStore.ts'
import { decodeFeed, emptyFeed, encodeFeed, type Feed } from './feed.ts'
import { FeedLog } from './feedLog.ts'
import { INCARNATION_BYTES, MAX_SEQ } from './spec.ts'

export interface FeedSetContext {
  readonly suite: Suite
  readonly store: Store
  readonly random: Random
  readonly self: DeviceId
  /** Drawn anew whenever the store is made or restored: a feed never outlives it, so no key is used twice. */
  readonly storeIncarnation: Uint8Array
}

/** Records are written at once, in the caller's transaction; if that fails, the whole set must be opened again. */
export class FeedSet {
  readonly conversation: ConversationId
  private readonly context: FeedSetContext
  private readonly records: RecordMap
  private readonly feeds = new Map<FeedId, Feed>()
  private ownId: FeedId | undefined

  constructor(context: FeedSetContext, conversation: ConversationId) {
    this.context = context
    this.conversation = conversation
    this.records = context.store.map(`conversation/${conversation}/feeds`)
    for (const [key, value] of this.records.entries()) {
      if (key === OWN) continue
      const feed = decodeFeed(context.suite, conversation, value)
      this.feeds.set(feed.id, feed)
    }
    this.ownId = this.storedOwn()
  }

  all(): IterableIterator<Feed> {
    return this.feeds.values()
  }

  get(id: FeedId): Feed | undefined {
    return this.feeds.get(id)
  }

  /** The feed of `device` and `incarnation`, empty if nothing of it is stored. */
  of(device: DeviceId, incarnation: Uint8Array): Feed {
    const { suite } = this.context
    const id = feedIdOf(suite, this.conversation, device, incarnation)
    return this.feeds.get(id) ?? emptyFeed(suite, this.conversation, device, incarnation)
  }

  countOf(device: DeviceId): number {
    let count = 0
    for (const feed of this.feeds.values()) if (feed.device === device) count++
    return count
  }

  /** The feed that this device writes to, empty before its first entry. Another is started where one can't go on. */
  own(): Feed {
    const feed = this.storedOwnFeed()
    return feed === undefined || feed.forked || feed.head.seq > MAX_SEQ - MAX_ITEMS_PER_APPEND
      ? this.startOwn()
      : feed
  }

  /** This device's feed, if it has been started. */
  storedOwnFeed(): Feed | undefined {
    return this.ownId === undefined ? undefined : this.feeds.get(this.ownId)
  }

  /** Whether this device writes to it now, not only that it once did. */
  isOwn({ id }: Pick<Feed, 'id'>): boolean {
    return id === this.ownId
  }

  /** Starts a new feed at the next entry: someone has more of the present one than this device. */
  startOwn(): Feed {
    const { suite, random, self, storeIncarnation } = this.context
    const incarnation = random.bytes(INCARNATION_BYTES)
    const feed = emptyFeed(suite, this.conversation, self, incarnation)
    this.records.set(OWN, encodeValue([incarnation, storeIncarnation]))
    this.ownId = feed.id
    this.save(feed)
    return feed
  }

  /** The key that `feed` has moved on from is erased. */
  save(feed: Feed): void {
    const used = this.feeds.get(feed.id)?.chainKey
    this.feeds.set(feed.id, feed)
    this.records.set(feed.id, encodeFeed(feed))
    if (used !== feed.chainKey) used?.fill(0)
  }

  /** Stores blocks and epochs that belong to a feed which was saved, or is about to be. */
  store(
    feed: FeedId,
    blocks: readonly Block[],
    epochs: readonly { epoch: number; seq: number; envelopes: readonly Envelope[] }[],
  ): void {
    const log = this.log(feed)
    for (const block of blocks) log.append(block)
    for (const epoch of epochs) this.epochs(feed).add(epoch, epoch.envelopes)
  }

  log(feed: FeedId): FeedLog {
    return new FeedLog(this.context.store, this.context.suite, feed)
  }

  epochs(feed: FeedId): EpochStore {
    return new EpochStore(this.context.store, feed)
  }

  /** Erases every feed of the conversation. */
  erase(): void {
    const { store } = this.context
    for (const feed of this.feeds.keys()) {
      for (const part of ['entries', 'epochs', 'envelopes']) store.erase(`feed/${feed}/${part}`)
    }
    store.erase(`conversation/${this.conversation}/feeds`)
    this.feeds.clear()
    this.ownId = undefined
  }

  private storedOwn(): FeedId | undefined {
    const record = this.records.get(OWN)
    if (record === undefined) return undefined
    const own = decodeStored(record, (reader) => ({
      incarnation: reader.bytes(INCARNATION_BYTES),
      store: reader.bytes(0, 32),
    }))
    if (!equalBytes(own.store, this.context.storeIncarnation)) return undefined
    return feedIdOf(this.context.suite, this.conversation, this.context.self, own.incarnation)
  }
}

/** An epoch's start and an entry. */
const MAX_ITEMS_PER_APPEND = 2
/** Not base32, so never a feed's id. */
const OWN = 'OWN'

/**
 * What this device leaves at keepers, by its own feeds, those of before a restore too (spec §16.2): the secret in force, which is drawn anew
 * when those who may read change, when a week is over, and when content was erased that a keeper may hold.
 */
import { base32, fromBase32 } from '../base32.ts'
import { concat, equalBytes } from '../bytes.ts'
import { encodeValue } from '../codec/cbor.ts'
import { decodeStored } from '../codec/stored.ts'
import type { Suite } from '../crypto/suite.ts'
import type { EnvelopeTarget } from '../feed/epoch.ts'
import type { Feed } from '../feed/feed.ts'
import { FEED_ID_BYTES, MAX_SEQ } from '../feed/spec.ts'
import type { ConversationId, DeviceId, DropHandle, DropTag, FeedId } from '../id.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { RecordMap, Store } from '../ports/store.ts'
import { dropHandle, dropTag } from './dropKeys.ts'
import { handleOf } from './notices.ts'
import { DROP_SECRET_BYTES } from './spec.ts'
import { DROP_LIFE_MS, DROP_RENEW_MS, MARK_EVERY_MS, MAX_FORMER_DROPS, MAX_MARKS } from './tuning.ts'

/** Entries from `seq` on were written at `at` (milliseconds since 1970) or later. */
interface Mark {
  readonly seq: number
  readonly at: number
}

export interface OwnDrop {
  readonly tag: DropTag
  /** By which its keepers are told of it. */
  readonly handle: DropHandle
  /** A secret. */
  readonly secret: Uint8Array
  readonly feed: FeedId
  readonly createdAt: number
  /** Tells whom it is for. */
  readonly readers: Uint8Array
  /** A keeper may hold what was erased here since. */
  readonly stale: boolean
  /** Drops before, which are to be given up. */
  readonly former: readonly DropHandle[]
  readonly marks: readonly Mark[]
}

/** What a drop is of. */
type OwnFeed = Pick<Feed, 'id' | 'conversation'>

export interface OwnDropsContext {
  readonly suite: Suite
  readonly self: DeviceId
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
}

export class OwnDrops {
  private readonly context: OwnDropsContext
  private readonly known = new Map<FeedId, OwnDrop | undefined>()
  private readonly digests = new WeakMap<readonly EnvelopeTarget[], Uint8Array>()

  constructor(context: OwnDropsContext) {
    this.context = context
  }

  /** The drop of `feed` for `targets`; undefined while it has to be prepared. */
  current(feed: Feed, targets: readonly EnvelopeTarget[]): OwnDrop | undefined {
    const drop = this.get(feed)
    const now = this.context.clock.now()
    if (drop === undefined || this.isOver(drop, this.digestOf(targets), now)) return undefined
    return isMarkDue(drop, now) ? undefined : drop
  }

  /** The same, another one than before where that is due. To be called in a transaction. */
  prepare(feed: Feed, targets: readonly EnvelopeTarget[]): OwnDrop {
    const before = this.get(feed)
    const now = this.context.clock.now()
    const readers = this.digestOf(targets)
    const isOver = before === undefined || this.isOver(before, readers, now)
    const drop = isOver ? this.draw(before, feed, readers, now) : before
    const marked = isMarkDue(drop, now) ? mark(drop, feed, now) : drop
    if (marked !== before) this.save(feed, marked)
    return marked
  }

  get(feed: OwnFeed): OwnDrop | undefined {
    if (!this.known.has(feed.id)) this.known.set(feed.id, this.read(feed))
    return this.known.get(feed.id)
  }

  /** Content of this device's feed was erased: what keepers hold of it is replaced before long. */
  erased(feed: OwnFeed): void {
    const drop = this.get(feed)
    if (drop !== undefined && !drop.stale) this.save(feed, { ...drop, stale: true })
  }

  /** The first entry that may have been written within the last `holdMs`. */
  floor({ marks }: OwnDrop, holdMs: number): number {
    const since = this.context.clock.now() - holdMs
    return marks.findLast(({ at }) => at <= since)?.seq ?? 1
  }

  erase(conversation: ConversationId): void {
    this.context.store.erase(nameOf(conversation))
    this.known.clear()
  }

  /** The store has the truth. */
  forget(): void {
    this.known.clear()
  }

  // ---- inside

  private isOver(drop: OwnDrop, readers: Uint8Array, now: number): boolean {
    const age = now - drop.createdAt
    if (!equalBytes(drop.readers, readers)) return true
    return age < 0 || age >= DROP_LIFE_MS || (drop.stale && age >= DROP_RENEW_MS)
  }

  private draw(before: OwnDrop | undefined, feed: Feed, readers: Uint8Array, now: number): OwnDrop {
    const { random } = this.context
    const secret = random.bytes(DROP_SECRET_BYTES)
    const former = before === undefined ? [] : [before.handle, ...before.former].slice(0, MAX_FORMER_DROPS)
    const marks = before?.marks ?? []
    const names = this.namesOf(secret, feed.id)
    return { ...names, secret, feed: feed.id, createdAt: now, readers, stale: false, former, marks }
  }

  private namesOf(secret: Uint8Array, feed: FeedId): Pick<OwnDrop, 'tag' | 'handle'> {
    const { suite, self } = this.context
    const handle = dropHandle(suite, secret, feed)
    return { handle, tag: dropTag(suite, self, handle) }
  }

  /** Remembered with the list: it is asked for with each entry. */
  private digestOf(targets: readonly EnvelopeTarget[]): Uint8Array {
    const known = this.digests.get(targets) ?? this.digest(targets)
    this.digests.set(targets, known)
    return known
  }

  private digest(targets: readonly EnvelopeTarget[]): Uint8Array {
    const devices = targets.map(({ device }) => device).sort()
    return this.context.suite.hash(concat(...devices.map((device) => fromBase32(device))))
  }

  private save({ id, conversation }: OwnFeed, drop: OwnDrop): void {
    this.known.set(id, drop)
    this.records(conversation).set(id, encode(drop))
  }

  private read({ id, conversation }: OwnFeed): OwnDrop | undefined {
    const bytes = this.records(conversation).get(id)
    return bytes && decode(bytes, this.context.suite.hashBytes, (secret, feed) => this.namesOf(secret, feed))
  }

  private records(conversation: ConversationId): RecordMap {
    return this.context.store.map(nameOf(conversation))
  }
}

function isMarkDue({ marks }: OwnDrop, now: number): boolean {
  const last = marks.at(-1)
  return last === undefined || now - last.at >= MARK_EVERY_MS
}

function mark(drop: OwnDrop, feed: Feed, now: number): OwnDrop {
  const seq = Math.min(MAX_SEQ, feed.head.seq + 1)
  return { ...drop, marks: [...drop.marks, { seq, at: now }].slice(-MAX_MARKS) }
}

function nameOf(conversation: ConversationId): string {
  return `conversation/${conversation}/drop`
}

function encode({ secret, feed, createdAt, readers, stale, former, marks }: OwnDrop): Uint8Array {
  const past = [former.map((handle) => fromBase32(handle)), marks.map(({ seq, at }) => [seq, at])]
  return encodeValue([secret, fromBase32(feed), createdAt, readers, stale, ...past])
}

function decode(
  bytes: Uint8Array,
  hashBytes: number,
  namesOf: (secret: Uint8Array, feed: FeedId) => Pick<OwnDrop, 'tag' | 'handle'>,
): OwnDrop {
  return decodeStored(bytes, (reader) => {
    const secret = reader.bytes(DROP_SECRET_BYTES)
    const feed = base32(reader.bytes(FEED_ID_BYTES)) as FeedId
    return {
      ...namesOf(secret, feed),
      secret,
      feed,
      createdAt: reader.int(),
      readers: reader.bytes(hashBytes),
      stale: reader.bool(),
      former: reader.record((list) => {
        const handles: DropHandle[] = []
        while (list.more && handles.length < MAX_FORMER_DROPS) handles.push(handleOf(list))
        return handles
      }),
      marks: reader.record((list) => {
        const marks: Mark[] = []
        while (list.more && marks.length < MAX_MARKS)
          marks.push(list.record((mark) => ({ seq: mark.int(0, MAX_SEQ), at: mark.int() })))
        return marks
      }),
    }
  })
}

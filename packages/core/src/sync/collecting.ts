/**
 * Fetching from keepers what others left there for this device (spec §16.3). A keeper is believed in nothing: what comes from one
 * is verified as from anyone who hands a feed on.
 */
import { equalBytes } from '../bytes.ts'
import { PeerFault } from '../fault.ts'
import type { Block } from '../feed/block.ts'
import { feedIdOf } from '../feed/chain.ts'
import { envelopeTag, type Envelope } from '../feed/epoch.ts'
import type { Feed } from '../feed/feed.ts'
import type { BlobId, ConversationId, DeviceId, DropTag, FeedId } from '../id.ts'
import { openBox, openNotice, type BoxPlace, type Drop, type Notice } from '../keeping/dropKeys.ts'
import { MAX_DROPS_PER_FRAME } from '../keeping/spec.ts'
import { COLLECT_TIMEOUT_MS, MAX_KNOWN_DROPS } from '../keeping/tuning.ts'
import { decodeFrame, type Frame } from './frame.ts'
import type { KeepingHost, SyncHost } from './host.ts'
import { MissingEntries } from './missingEntries.ts'
import { hasTooMany } from './positions.ts'
import type { Session } from './session.ts'
import { MAX_OPEN_COLLECTS, MAX_PENDING_ENVELOPES } from './tuning.ts'

type FrameOf<T extends Frame['type']> = Extract<Frame, { type: T }>

/** A drop that is being fetched. */
interface Collection {
  readonly session: Session
  readonly drop: Drop
  /** What its keeper offered when it was asked: the entry after the last. */
  readonly offered: number
  progressAt: number
  /** Of the box whose parts come now, and which part is next. */
  from: number
  part: number
  envelopes: Envelope[]
}

/** What a keeper offers, by drop: the entry after the last. */
type Offered = Map<DropTag, number>

export interface CollectingCalls {
  /** A block of a feed was looked at; `after` is the feed if it got longer. */
  readonly taken: (before: Feed, after: Feed | undefined) => void
  readonly guarded: (work: () => void) => void
  /** A keeper has something of a conversation for this device. */
  readonly offered: (conversation: ConversationId) => void
}

export class Collecting {
  private readonly host: SyncHost
  private readonly keeping: KeepingHost
  private readonly calls: CollectingCalls
  /** What keepers have no more, and this device lacks. */
  readonly missing: MissingEntries
  private readonly offered = new Map<Session, Offered>()
  /** Whose drops keepers offered, as far as they are known. */
  private readonly authors = new Map<Session, Set<DeviceId>>()
  /** Blobs that keepers have for this device. */
  private readonly blobs = new Map<Session, Set<BlobId>>()
  private readonly running = new Map<DropTag, Collection>()
  /** How many of these each keeper is asked for. */
  private readonly open = new Map<Session, number>()
  /** Those that wait for another keeper, or until one that offers them is asked for less. */
  private readonly waiting = new Set<DropTag>()
  private cancelTimer: (() => void) | undefined
  private cancelResume: (() => void) | undefined

  constructor(host: SyncHost, keeping: KeepingHost, calls: CollectingCalls) {
    this.host = host
    this.keeping = keeping
    this.calls = calls
    this.missing = new MissingEntries(host)
  }

  onOffers(session: Session, { offers }: FrameOf<'offers'>): void {
    const offered = this.offered.get(session) ?? new Map<DropTag, number>()
    this.offered.set(session, offered)
    for (const { tag, next } of offers) {
      if (offered.size >= MAX_KNOWN_DROPS && !offered.has(tag)) continue
      offered.set(tag, next)
    }
    this.consider(
      session,
      offers.map(({ tag }) => tag),
    )
  }

  onNotices(session: Session, { notices }: FrameOf<'notices'>): void {
    const offered = this.offered.get(session)
    if (offered === undefined || !this.isOpenTo(session)) return
    for (const notice of notices) {
      if (notice.device !== this.host.self || !offered.has(notice.tag)) continue
      const drop = this.opened(notice)
      if (drop === undefined) {
        // Nor will it ever open: it is not asked for again.
        offered.delete(notice.tag)
        continue
      }
      this.keeping.known.put(notice.tag, drop, this.host.clock.now())
      this.noteAuthor(session, drop)
      this.plan(notice.tag)
    }
  }

  onBox(session: Session, { bytes, type: _, ...place }: FrameOf<'box'>): void {
    const collection = this.running.get(place.tag)
    if (collection?.session !== session) return
    const inside = openBox(this.host.suite, collection.drop.secret, place, bytes)
    const isTaken = inside !== undefined && this.takeInside(collection, place, inside)
    if (!isTaken) this.giveUp(session, place.tag)
  }

  onCollected(session: Session, { tag }: FrameOf<'collected'>): void {
    const collection = this.running.get(tag)
    if (collection?.session !== session) return
    // It may have more since it was asked; else nothing is asked for twice, whatever came of it.
    const offered = this.offered.get(session)
    if (offered?.get(tag) === collection.offered) offered.delete(tag)
    this.done(tag)
  }

  onBlobOffers(session: Session, { blobs }: FrameOf<'blob-offers'>): void {
    const offered = this.blobs.get(session) ?? new Set<BlobId>()
    this.blobs.set(session, offered)
    const before = offered.size
    for (const id of blobs) if (offered.size < MAX_KNOWN_DROPS) offered.add(id)
    // All that is fetched is looked at then.
    if (offered.size > before) this.keeping.files?.offered(session.device)
  }

  authorsAt(session: Session): Iterable<DeviceId> {
    return this.authors.get(session) ?? []
  }

  isOffered(keeper: DeviceId, blob: BlobId): boolean {
    for (const [session, ids] of this.blobs)
      if (session.device === keeper && ids.has(blob)) return this.isOpenTo(session)
    return false
  }

  /** Who is in the circle, or may read what, changed: what could not be understood may be now. */
  membershipChanged(): void {
    for (const [session, offered] of this.offered) this.consider(session, [...offered.keys()])
    for (const { device } of this.blobs.keys()) this.keeping.files?.offered(device)
  }

  /** What was fetched from it is asked for elsewhere, but later: it may have ended because nothing can be read now. */
  ended(session: Session): void {
    this.blobs.delete(session)
    this.authors.delete(session)
    if (!this.offered.delete(session)) return
    this.open.delete(session)
    for (const [tag, { session: other }] of [...this.running]) {
      if (other !== session) continue
      this.running.delete(tag)
      this.waiting.add(tag)
    }
    if (this.waiting.size === 0) return
    this.resumeLater()
    this.watch()
  }

  stop(): void {
    this.cancelTimer?.()
    this.cancelTimer = undefined
    this.cancelResume?.()
    this.cancelResume = undefined
    this.offered.clear()
    this.blobs.clear()
    this.authors.clear()
    this.running.clear()
    this.open.clear()
    this.waiting.clear()
    this.missing.forget()
  }

  // ---- inside

  private isOpenTo(session: Session): boolean {
    return this.keeping.isKeeper(session.device) && !this.keeping.isKeeper(this.host.self)
  }

  /** Fetches what is known, and asks for the notices of what is not. */
  private consider(session: Session, tags: readonly DropTag[]): void {
    if (!this.isOpenTo(session)) return
    const unknown: DropTag[] = []
    for (const tag of tags) {
      const known = this.keeping.known.get(tag)
      if (known === undefined) unknown.push(tag)
      else {
        this.noteAuthor(session, known)
        this.plan(tag)
      }
    }
    for (let at = 0; at < unknown.length; at += MAX_DROPS_PER_FRAME)
      session.send({ type: 'notices-request', tags: unknown.slice(at, at + MAX_DROPS_PER_FRAME) })
  }

  private noteAuthor(session: Session, { device, conversation }: Drop): void {
    this.calls.offered(conversation)
    this.authors.set(session, (this.authors.get(session) ?? new Set()).add(device))
  }

  /** Once: whether it is of somebody who may write where this device may read is looked at when it is fetched. */
  private opened(notice: Notice): Drop | undefined {
    const key = this.keeping.sealingKey(notice.generation)
    return key && openNotice(this.host.suite, key, notice)
  }

  /** Of somebody who may write where this device may read. */
  private isWanted({ conversation, device }: Drop): boolean {
    const { self } = this.host
    return (
      device !== self &&
      this.host.accepts(device, conversation) &&
      this.host.readers(conversation).includes(self)
    )
  }

  private feedOf({ conversation, device, incarnation }: Drop): FeedId {
    return feedIdOf(this.host.suite, conversation, device, incarnation)
  }

  private plan(tag: DropTag): void {
    const drop = this.keeping.known.get(tag)
    if (drop === undefined || this.running.has(tag) || !this.isWanted(drop)) return
    const known = this.host.feeds(drop.conversation).get(this.feedOf(drop))
    if (known?.forked === true) return
    const from = (known?.head.seq ?? 0) + 1
    for (const [session, offers] of this.offered) {
      const offered = offers.get(tag) ?? 0
      if (session.closed || offered <= from || !this.isOpenTo(session)) continue
      const open = this.open.get(session) ?? 0
      if (open >= MAX_OPEN_COLLECTS) {
        this.waiting.add(tag)
        continue
      }
      this.waiting.delete(tag)
      this.open.set(session, open + 1)
      const progressAt = this.host.clock.elapsed()
      this.running.set(tag, { session, drop, offered, progressAt, from: 0, part: 0, envelopes: [] })
      session.send({ type: 'collect', tag, from })
      this.watch()
      return
    }
  }

  /** @returns whether it was what belongs there */
  private takeInside(collection: Collection, { from, part }: BoxPlace, inside: Uint8Array): boolean {
    const { session, drop } = collection
    // One that comes again says nothing new, and is no progress: else a keeper that repeats itself would never be passed over.
    if (from < collection.from) return true
    if (from > collection.from) Object.assign(collection, { from, part: 0, envelopes: [] })
    if (part !== collection.part) return part < collection.part
    collection.part++
    collection.progressAt = this.host.clock.elapsed()
    try {
      const frame = decodeFrame(inside, this.host.suite.hashBytes)
      if (frame.type === 'envelopes') {
        collection.envelopes.push(...frame.envelopes)
        return collection.envelopes.length <= MAX_PENDING_ENVELOPES
      }
      if (frame.type !== 'block') return false
      this.take(session, drop, frame.block, collection.envelopes)
      collection.envelopes = []
      return true
    } catch (fault) {
      if (!(fault instanceof PeerFault)) throw fault
      // Whose doing it is can't be told: the keeper's, the author's, or another reader's.
      this.host.fault(undefined, new PeerFault('drop-wrong', { cause: fault }))
      return false
    }
  }

  /** As from anyone who hands a feed on; what is not sealed to this device, it has no use for (spec §9.6). */
  private take(session: Session, drop: Drop, block: Block, envelopes: readonly Envelope[]): void {
    const { conversation, device, incarnation } = drop
    const feeds = this.host.feeds(conversation)
    const before = feeds.of(device, incarnation)
    if (before.head.seq === 0 && hasTooMany(feeds, before.id, device)) return
    const mayBegin = envelopes.some(({ tag }) => equalBytes(tag, envelopeTag(this.host.self)))
    if (before.chainKey === undefined && !mayBegin) return
    const source = session.device
    const incoming = { source, conversation, device, incarnation, block, envelopes: () => envelopes }
    const after = this.host.receive(incoming)
    if (after === undefined && this.missing.note(before, block)) this.keeping.noteMissing(conversation)
    this.calls.taken(before, after)
  }

  /** What a keeper has there is of no use: another one is asked. */
  private giveUp(session: Session, tag: DropTag): void {
    this.offered.get(session)?.delete(tag)
    this.done(tag)
  }

  /** It may be asked for elsewhere, and another one here. */
  private done(tag: DropTag): void {
    const session = this.running.get(tag)?.session
    this.running.delete(tag)
    if (session !== undefined) this.open.set(session, (this.open.get(session) ?? 1) - 1)
    this.plan(tag)
    this.resume()
  }

  private resumeLater(): void {
    this.cancelResume ??= this.host.clock.after(0, () => {
      this.cancelResume = undefined
      this.calls.guarded(() => {
        this.resume()
      })
      for (const session of this.offered.keys()) session.flush()
    })
  }

  /** Those that wait for a keeper, some at a time, while there is one to ask. */
  private resume(): void {
    const before = this.waiting.size
    for (const next of [...this.waiting.keys().take(MAX_OPEN_COLLECTS)]) {
      if (!this.offered.keys().some((one) => (this.open.get(one) ?? 0) < MAX_OPEN_COLLECTS)) return
      this.waiting.delete(next)
      try {
        this.plan(next)
      } catch (cause) {
        this.waiting.add(next)
        throw cause
      }
    }
    if (this.waiting.size > 0 && this.waiting.size < before) this.resumeLater()
  }

  private watch(): void {
    this.cancelTimer ??= this.host.clock.after(COLLECT_TIMEOUT_MS, () => {
      this.cancelTimer = undefined
      const late = this.host.clock.elapsed() - COLLECT_TIMEOUT_MS
      this.calls.guarded(() => {
        for (const [tag, { session, progressAt }] of [...this.running])
          if (progressAt <= late) this.giveUp(session, tag)
        this.resume()
      })
      for (const session of this.offered.keys()) session.flush()
      if (this.running.size + this.waiting.size > 0) this.watch()
    })
  }
}

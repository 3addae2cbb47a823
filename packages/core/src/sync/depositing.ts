/** Leaving at keepers what readers that are away do not have yet (spec §16.3): the feeds of one's own, a box for each block. */
import { equalBytes } from '../bytes.ts'
import { epochAfter, lastSeq, sliceBlock, type Block } from '../feed/block.ts'
import type { EnvelopeTarget } from '../feed/epoch.ts'
import type { Feed } from '../feed/feed.ts'
import type { ConversationId, DeviceId, DropHandle, FeedId } from '../id.ts'
import { sealBox, sealNotice } from '../keeping/dropKeys.ts'
import type { BlobToKeep } from '../keeping/keptBlobs.ts'
import { noticesDigest } from '../keeping/notices.ts'
import { MAX_DROPS_PER_FRAME, MAX_NOTICES_PER_FRAME } from '../keeping/spec.ts'
import { MAX_NOTICE_ROUNDS, REVIEW_MS, REVIEW_SOON_MS } from '../keeping/tuning.ts'
import { heldThere, newDeposit, type Deposit, type HeldThere } from './deposit.ts'
import { encodeFrame, type Frame } from './frame.ts'
import type { KeepingHost, SyncHost } from './host.ts'
import { inPlaceOfTag, RELEASE_ALL, type KeptStanding } from './keepingFrames.ts'
import { envelopeFrames } from './serving.ts'
import type { Session } from './session.ts'
import { atKeeper, fitting } from './toldBlobs.ts'

/** As a keeper told them. */
export interface ToldTerms {
  readonly holdHours: number
  /** Of the devices of one member together. */
  readonly memberBytes: number
  /** The largest file that it takes; 0: none. */
  readonly fileBytes: number
}

/** A connected keeper. */
interface AtKeeper {
  readonly holdMs: number
  readonly fileBytes: number
  readonly deposits: Map<DropHandle, Deposit>
  /** Drops of before that are still there. */
  readonly former: Map<DropHandle, Former>
  hasRoom: boolean
  /** Feeds of whose entries it took some no more, for want of room, though readers lack them. */
  readonly refused: Set<FeedId>
}

/** A drop of before. */
interface Former {
  /** That which takes its place. */
  readonly present: DropHandle
  /** One more than the last entry that the keeper said it has; 0: it has not said so yet. */
  next: number
}

export interface DepositingCalls {
  /** Runs what a timer does: nobody else catches what the store throws. */
  readonly guarded: (work: () => void) => void
  /** Something may be sent. */
  readonly serve: () => void
}

export class Depositing {
  private readonly host: SyncHost
  private readonly keeping: KeepingHost
  private readonly calls: DepositingCalls
  private readonly keepers = new Map<Session, AtKeeper>()
  /** Who says that it is a keeper, which the log here may not yet, and what it takes. */
  private readonly terms = new Map<Session, ToldTerms>()
  /** How often notices were sealed for whom, and since when: also over several sessions, since each costs as much. */
  private readonly sealed = new Map<string, { readonly since: number; readonly rounds: number }>()
  private cancelReview: (() => void) | undefined
  private reviewAt = Infinity

  constructor(host: SyncHost, keeping: KeepingHost, calls: DepositingCalls) {
    this.host = host
    this.keeping = keeping
    this.calls = calls
  }

  onTerms(session: Session, { type: _, ...terms }: Extract<Frame, { type: 'keeper-terms' }>): void {
    this.terms.set(session, terms)
    this.open(session)
  }

  termsOf(keeper: DeviceId): ToldTerms | undefined {
    for (const session of this.keepers.keys()) if (session.device === keeper) return this.terms.get(session)
    return undefined
  }

  /** Undefined as of termsOf(). */
  heldBy(keeper: DeviceId): HeldThere | undefined {
    for (const [session, { deposits }] of this.keepers)
      if (session.device === keeper) return heldThere(deposits.values())
    return undefined
  }

  /** Whether it has no room for entries that readers lack. */
  isFull(keeper: DeviceId): boolean {
    for (const [session, { refused }] of this.keepers) if (session.device === keeper) return refused.size > 0
    return false
  }

  onBlobsKept(session: Session, { handle, blobs }: Extract<Frame, { type: 'blobs-kept' }>): void {
    const deposit = this.keepers.get(session)?.deposits.get(handle)
    if (deposit === undefined) return
    for (const [id, standing] of deposit.blobs.answered(blobs)) {
      this.keeping.files?.stands(deposit.conversation, session.device, id, atKeeper(standing))
    }
  }

  /** What is owed of files in a conversation changed. */
  filesChanged(conversation: ConversationId): void {
    if (this.keepers.size === 0 || this.keeping.ownFeed(conversation) === undefined) return
    this.reviewIn(REVIEW_SOON_MS)
  }

  onKept(session: Session, { drops }: Extract<Frame, { type: 'kept' }>): void {
    const keeper = this.keepers.get(session)
    if (keeper === undefined) return
    for (const standing of drops) this.noteStanding(session, keeper, standing)
  }

  /** An own feed got longer, durably. */
  appended({ conversation }: Feed): void {
    const feed = this.keepers.size === 0 ? undefined : this.keeping.ownFeed(conversation)
    if (feed === undefined) return
    for (const [session, keeper] of this.keepers) {
      this.ask(session, this.review(session, keeper, feed))
      this.pump(session)
    }
  }

  /** Others have more than they had. */
  delivered(): void {
    if (this.keepers.size > 0) this.reviewIn(REVIEW_SOON_MS)
  }

  membershipChanged(): void {
    for (const session of this.terms.keys()) this.open(session)
    this.delivered()
  }

  ended(session: Session): void {
    this.keepers.delete(session)
    this.terms.delete(session)
  }

  stop(): void {
    this.cancelReview?.()
    this.cancelReview = undefined
    this.keepers.clear()
  }

  /** Sends boxes as the link takes them. */
  pump(session: Session): void {
    const keeper = this.keepers.get(session)
    if (keeper === undefined) return
    for (const deposit of keeper.deposits.values()) {
      while (keeper.hasRoom && this.sendNext(session, deposit)) session.flush()
    }
  }

  // ---- inside

  private open(session: Session): void {
    const terms = this.terms.get(session)
    const isOne = this.keeping.isKeeper(session.device) && !this.keeping.isKeeper(this.host.self)
    if (!isOne) this.keepers.delete(session)
    if (!isOne || terms === undefined || this.keepers.has(session)) return
    const { holdHours, fileBytes } = terms
    const holdMs = holdHours * 3_600_000
    const anew = { deposits: new Map(), former: new Map(), hasRoom: true, refused: new Set<FeedId>() }
    this.keepers.set(session, { holdMs, fileBytes, ...anew })
    this.reviewIn(0)
  }

  private reviewIn(ms: number): void {
    const at = this.host.clock.elapsed() + ms
    if (at >= this.reviewAt) return
    this.cancelReview?.()
    this.reviewAt = at
    this.cancelReview = this.host.clock.after(ms, () => {
      this.cancelReview = undefined
      this.reviewAt = Infinity
      this.calls.guarded(() => {
        for (const [session, keeper] of this.keepers) {
          keeper.hasRoom = true
          const feeds = this.keeping.ownFeeds()
          this.ask(
            session,
            feeds.flatMap((feed) => this.review(session, keeper, feed)),
          )
        }
      })
      this.calls.serve()
      if (this.keepers.size > 0) this.reviewIn(REVIEW_MS)
    })
  }

  /** Looks at what of a feed is to be left there, and gives up what everybody has. @returns the drops to ask after */
  private review(session: Session, keeper: AtKeeper, feed: Feed): readonly DropHandle[] {
    const { own } = this.keeping
    const { conversation } = feed
    const targets = this.keeping.targets(conversation)
    const owed = this.owedFrom(feed, targets)
    if (owed === undefined) keeper.refused.delete(feed.id)
    const blobs = this.blobsFor(session, keeper, feed, targets)
    if (owed === undefined && blobs.length === 0 && own.get(feed) === undefined) return []
    const drop = own.current(feed, targets) ?? this.host.transact(() => own.prepare(feed, targets))
    const before = keeper.deposits.get(drop.handle)
    if (before?.targets === targets) {
      this.release(session, before, owed ?? feed.head.seq + 1)
      const isOwed = owed !== undefined || blobs.length > 0
      if (before.next !== undefined && !before.isTold && isOwed) return this.again(keeper, before)
      if (before.isTold) this.sendBlobs(session, before, blobs)
      return []
    }
    for (const [handle, deposit] of keeper.deposits)
      if (deposit.drop.feed === feed.id) keeper.deposits.delete(handle)
    keeper.deposits.set(drop.handle, newDeposit({ conversation, drop, targets }))
    for (const former of drop.former) keeper.former.set(former, { present: drop.handle, next: 0 })
    // How those of before stand is known first: they are given up once the present one is there.
    return [...drop.former, drop.handle]
  }

  /** So far nothing was owed, so that nobody was told of it. */
  private again({ deposits }: AtKeeper, { conversation, drop, targets }: Deposit): readonly DropHandle[] {
    deposits.set(drop.handle, newDeposit({ conversation, drop, targets }))
    return [drop.handle]
  }

  /** What is to be held of files, as far as it takes them; of the others it is told why not. */
  private blobsFor(
    { device }: Session,
    { holdMs, fileBytes }: AtKeeper,
    { id: feed, conversation }: Pick<Feed, 'id' | 'conversation'>,
    targets: readonly EnvelopeTarget[],
  ): readonly BlobToKeep[] {
    const { files } = this.keeping
    if (files === undefined || !this.isPresent(conversation, feed)) return []
    const readers = targets.map((target) => target.device)
    const owed = files.owed(conversation, readers, this.host.clock.now() - holdMs)
    const { taken, refused } = fitting(this.host.suite, owed, fileBytes)
    for (const [id, why] of refused) files.stands(conversation, device, id, why)
    return taken
  }

  /** Files go with the feed that is written to; what was left of them with one of before a restore stays. */
  private isPresent(conversation: ConversationId, feed: FeedId): boolean {
    return this.host.feeds(conversation).isOwn({ id: feed })
  }

  /** Tells what is to be held, where that is not what was told last; and what was refused then. */
  private sendBlobs(session: Session, deposit: Deposit, blobs: readonly BlobToKeep[]): void {
    const now = this.host.clock.elapsed()
    if (!this.isPresent(deposit.conversation, deposit.drop.feed) || !deposit.blobs.isNews(blobs, now)) return
    deposit.blobs.tell(this.host.suite, blobs, now)
    this.keeping.files?.leftOnly(deposit.conversation, session.device, blobs)
    session.send({ type: 'blobs', handle: deposit.drop.handle, blobs })
  }

  private ask(session: Session, handles: readonly DropHandle[]): void {
    for (let at = 0; at < handles.length; at += MAX_DROPS_PER_FRAME)
      session.send({ type: 'drops', handles: handles.slice(at, at + MAX_DROPS_PER_FRAME) })
  }

  private owedFrom(feed: Feed, targets: readonly EnvelopeTarget[]): number | undefined {
    return this.keeping.owedFrom(
      feed,
      targets.map(({ device }) => device),
    )
  }

  private noteStanding(session: Session, keeper: AtKeeper, standing: KeptStanding): void {
    const { handle, first, next } = standing
    if (standing.hasRoom && !keeper.hasRoom) this.reviewIn(REVIEW_SOON_MS)
    const deposit = keeper.deposits.get(handle)
    if (deposit === undefined) {
      const former = keeper.former.get(handle)
      if (next === 0) keeper.former.delete(handle)
      else if (former !== undefined) former.next = next
      return
    }
    const feed = this.host.feeds(deposit.conversation).get(deposit.drop.feed)
    if (feed === undefined) return
    deposit.first = next === 0 ? 0 : first
    deposit.end = next
    this.noteRoom(keeper, deposit, feed, standing)
    const isLess = this.noteHeld(session, keeper, deposit, feed, next)
    if (isLess && deposit.hasLost) {
      // Each time costs a look at the messages: who says one thing and then the other is asked again in a while, and not heard until then.
      keeper.deposits.delete(handle)
      this.reviewIn(REVIEW_SOON_MS)
      return
    }
    deposit.hasLost ||= isLess
    if (deposit.next === undefined) this.begin(session, keeper, deposit, feed, standing)
    if (!standing.hasRoom) {
      // What was held under other tags was given up for it.
      this.noteHeld(session, keeper, deposit, feed, next)
      this.waitForRoom(keeper, handle)
    }
    if (next > feed.head.seq) this.giveUpFormer(session, keeper, handle, feed)
  }

  /** Where it takes a little it may still not take what comes next: only once all is there nothing is refused. */
  private noteRoom(
    { refused }: AtKeeper,
    deposit: Deposit,
    feed: Feed,
    { next, hasRoom }: KeptStanding,
  ): void {
    if (next > feed.head.seq) refused.delete(feed.id)
    else if (!hasRoom && this.owedFrom(feed, deposit.targets) !== undefined) refused.add(feed.id)
  }

  /** While a drop of before is there, less may be in the present one than the keeper has. */
  private noteHeld(
    session: Session,
    { former }: AtKeeper,
    deposit: Deposit,
    feed: Feed,
    next: number,
  ): boolean {
    const seq = Math.min(Math.max(0, next - 1), feed.head.seq)
    const isAll = !former.values().some(({ present }) => present === deposit.drop.handle)
    return this.keeping.noteHeld(feed, session.device, seq, isAll)
  }

  /** What was sent meanwhile was not taken: the drop is asked after again, in a while. */
  private waitForRoom(keeper: AtKeeper, handle: DropHandle): void {
    keeper.hasRoom = false
    keeper.deposits.delete(handle)
  }

  private begin(
    session: Session,
    keeper: AtKeeper,
    deposit: Deposit,
    feed: Feed,
    { next, notices, hasRoom }: KeptStanding,
  ): void {
    const owed = this.owedFrom(feed, deposit.targets) ?? feed.head.seq + 1
    this.release(session, deposit, owed)
    const floor = this.keeping.own.floor(deposit.drop, keeper.holdMs)
    deposit.next = Math.max(owed, next > 0 ? next : floor)
    // It may be what was left before that takes the room.
    if (deposit.next > feed.head.seq || !hasRoom)
      this.giveUpFormer(session, keeper, deposit.drop.handle, feed)
    const blobs = this.blobsFor(session, keeper, feed, deposit.targets)
    if (this.isPresent(deposit.conversation, feed.id))
      this.keeping.files?.leftOnly(deposit.conversation, session.device, blobs)
    if (owed > feed.head.seq && blobs.length === 0) {
      // What it holds of files is over.
      if (next > 0 || notices.some((byte) => byte !== 0)) this.sendBlobs(session, deposit, blobs)
      return
    }
    if (!hasRoom) return
    if (!equalBytes(notices, noticesDigest(this.host.suite, deposit.targets))) {
      if (!this.maySeal(session.device, deposit.drop.handle)) {
        keeper.deposits.delete(deposit.drop.handle)
        return
      }
      this.sendNotices(session, deposit, feed)
    }
    deposit.isTold = true
    this.sendBlobs(session, deposit, blobs)
  }

  /** Each notice is a key exchange: a keeper that says again and again that it has others has to wait. */
  private maySeal(keeper: DeviceId, handle: DropHandle): boolean {
    const now = this.host.clock.elapsed()
    for (const [key, { since }] of this.sealed) if (now - since >= REVIEW_MS) this.sealed.delete(key)
    const key = `${keeper}/${handle}`
    const { since, rounds } = this.sealed.get(key) ?? { since: now, rounds: 0 }
    if (rounds >= MAX_NOTICE_ROUNDS) return false
    this.sealed.set(key, { since, rounds: rounds + 1 })
    return true
  }

  private sendNotices(session: Session, { drop, targets }: Deposit, feed: Feed): void {
    const { conversation, device, incarnation } = feed
    const content = { secret: drop.secret, conversation, device, incarnation }
    const { suite } = this.host
    const notices = targets.flatMap((target) => sealNotice(suite, this.keeping.random, content, target) ?? [])
    const called = notices.map((notice) => ({ ...notice, tag: inPlaceOfTag(drop.handle) }))
    for (let at = 0; at < called.length; at += MAX_NOTICES_PER_FRAME)
      session.send({ type: 'notices', notices: called.slice(at, at + MAX_NOTICES_PER_FRAME) })
  }

  /** What was left under other tags is in the present drop now, or with everybody; but for what this device lost by a restore. */
  private giveUpFormer(session: Session, keeper: AtKeeper, handle: DropHandle, { head }: Feed): void {
    for (const [former, { present, next }] of keeper.former) {
      if (present !== handle || next > head.seq + 1) continue
      keeper.former.delete(former)
      session.send({ type: 'release', handle: former, upTo: RELEASE_ALL })
    }
  }

  /** What is before entry `owed` has come to everybody it was sealed to. */
  private release(session: Session, deposit: Deposit, owed: number): void {
    if (deposit.first === 0 || deposit.first >= owed) return
    deposit.first = owed
    session.send({ type: 'release', handle: deposit.drop.handle, upTo: owed })
  }

  /** @returns whether there may be more to send */
  private sendNext(session: Session, deposit: Deposit): boolean {
    if (deposit.next === undefined || !deposit.isTold || session.isFull) return false
    const feeds = this.host.feeds(deposit.conversation)
    const feed = feeds.get(deposit.drop.feed)
    if (feed === undefined || deposit.next > feed.head.seq) return false
    const found = feeds.log(feed.id).at(deposit.next)
    if (found === undefined) return false
    const block = sliceBlock(this.host.suite, feed.id, found, Math.max(found.from, deposit.next))
    this.sendBoxes(session, deposit, feed, block)
    deposit.next = lastSeq(block) + 1
    return true
  }

  private sendBoxes(session: Session, { drop, conversation }: Deposit, feed: Feed, block: Block): void {
    const feeds = this.host.feeds(conversation)
    const { device, incarnation } = feed
    const [start] = block.items
    const epoch = start?.kind === 'epoch' ? epochAfter(block.epoch, start) : undefined
    const frames: Frame[] = epoch === undefined ? [] : envelopeFrames(feeds, feed, epoch)
    frames.push({ type: 'block', conversation, device, incarnation, block })
    for (const [part, frame] of frames.entries()) {
      const final = part === frames.length - 1
      const place = { tag: drop.tag, from: block.from, last: lastSeq(block), part, final }
      const bytes = sealBox(this.host.suite, this.keeping.random, drop.secret, place, encodeFrame(frame))
      session.send({ type: 'box', ...place, tag: inPlaceOfTag(drop.handle), bytes })
    }
  }
}

/** Leaving at keepers what readers that are away do not have yet (spec §16.3): the feeds of one's own, a box for each block. */
import { equalBytes } from '../bytes.ts'
import { lastSeq, sliceBlock } from '../feed/block.ts'
import type { EnvelopeTarget } from '../feed/epoch.ts'
import type { Feed } from '../feed/feed.ts'
import type { ConversationId, DeviceId, DropHandle, FeedId } from '../id.ts'
import type { BlobToKeep } from '../keeping/keptBlobs.ts'
import { noticesDigest } from '../keeping/notices.ts'
import { MAX_DROPS_PER_FRAME } from '../keeping/spec.ts'
import { REVIEW_MS, REVIEW_SOON_MS } from '../keeping/tuning.ts'
import type { Deposit, HeldThere } from './deposit.ts'
import { boxFrames, noticeFrames, type DropSealing } from './dropFrames.ts'
import type { Frame } from './frame.ts'
import type { KeepingHost, SyncHost } from './host.ts'
import { KeeperDrops } from './keeperDrops.ts'
import { RELEASE_ALL, type KeptStanding } from './keepingFrames.ts'
import { NoticeRounds } from './noticeRounds.ts'
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
  private readonly keepers = new Map<Session, KeeperDrops>()
  /** Who says that it is a keeper, which the log here may not yet, and what it takes. */
  private readonly terms = new Map<Session, ToldTerms>()
  private readonly rounds = new NoticeRounds()
  private readonly sealing: DropSealing
  private cancelReview: (() => void) | undefined
  private reviewAt = Infinity

  constructor(host: SyncHost, keeping: KeepingHost, calls: DepositingCalls) {
    this.host = host
    this.keeping = keeping
    this.calls = calls
    this.sealing = { suite: host.suite, random: keeping.random }
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
    return this.dropsAt(keeper)?.held
  }

  /** Whether it has no room for entries that readers lack. */
  isFull(keeper: DeviceId): boolean {
    return this.dropsAt(keeper)?.isFull ?? false
  }

  onBlobsKept(session: Session, { handle, blobs }: Extract<Frame, { type: 'blobs-kept' }>): void {
    const deposit = this.keepers.get(session)?.get(handle)
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
    for (const deposit of keeper.all()) {
      while (keeper.hasRoom && this.sendNext(session, deposit)) session.flush()
    }
  }

  // ---- inside

  private dropsAt(device: DeviceId): KeeperDrops | undefined {
    for (const [session, keeper] of this.keepers) if (session.device === device) return keeper
    return undefined
  }

  private open(session: Session): void {
    const terms = this.terms.get(session)
    const isOne = this.keeping.isKeeper(session.device) && !this.keeping.isKeeper(this.host.self)
    if (!isOne) this.keepers.delete(session)
    if (!isOne || terms === undefined || this.keepers.has(session)) return
    const { holdHours, fileBytes } = terms
    this.keepers.set(session, new KeeperDrops(holdHours * 3_600_000, fileBytes))
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
  private review(session: Session, keeper: KeeperDrops, feed: Feed): readonly DropHandle[] {
    const { own } = this.keeping
    const { conversation } = feed
    const targets = this.keeping.targets(conversation)
    const owed = this.owedFrom(feed, targets)
    if (owed === undefined) keeper.noteTaken(feed.id)
    const blobs = this.blobsFor(session, keeper, feed, targets)
    if (owed === undefined && blobs.length === 0 && own.get(feed) === undefined) return []
    const drop = own.current(feed, targets) ?? this.host.transact(() => own.prepare(feed, targets))
    const before = keeper.get(drop.handle)
    if (before?.targets === targets) {
      this.release(session, before, owed ?? feed.head.seq + 1)
      const isOwed = owed !== undefined || blobs.length > 0
      // So far nothing was owed, so that nobody was told of it.
      if (before.next !== undefined && !before.isTold && isOwed) return keeper.again(before)
      if (before.isTold) this.sendBlobs(session, before, blobs)
      return []
    }
    return keeper.open({ conversation, drop, targets })
  }

  /** What is to be held of files, as far as it takes them; of the others it is told why not. */
  private blobsFor(
    { device }: Session,
    { holdMs, fileBytes }: KeeperDrops,
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

  private noteStanding(session: Session, keeper: KeeperDrops, standing: KeptStanding): void {
    const { handle, first, next } = standing
    if (standing.hasRoom && !keeper.hasRoom) this.reviewIn(REVIEW_SOON_MS)
    const deposit = keeper.get(handle)
    if (deposit === undefined) {
      keeper.noteFormer(standing)
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
      keeper.close(handle)
      this.reviewIn(REVIEW_SOON_MS)
      return
    }
    deposit.hasLost ||= isLess
    if (deposit.next === undefined) this.begin(session, keeper, deposit, feed, standing)
    if (!standing.hasRoom) {
      // What was held under other tags was given up for it.
      this.noteHeld(session, keeper, deposit, feed, next)
      keeper.waitForRoom(handle)
    }
    if (next > feed.head.seq) this.giveUpFormer(session, keeper, deposit, feed)
  }

  /** Where it takes a little it may still not take what comes next: only once all is there nothing is refused. */
  private noteRoom(keeper: KeeperDrops, deposit: Deposit, feed: Feed, { next, hasRoom }: KeptStanding): void {
    if (next > feed.head.seq) keeper.noteTaken(feed.id)
    else if (!hasRoom && this.owedFrom(feed, deposit.targets) !== undefined) keeper.noteRefused(feed.id)
  }

  private noteHeld(
    session: Session,
    keeper: KeeperDrops,
    deposit: Deposit,
    feed: Feed,
    next: number,
  ): boolean {
    const seq = Math.min(Math.max(0, next - 1), feed.head.seq)
    return this.keeping.noteHeld(feed, session.device, seq, !keeper.hasFormerOf(deposit))
  }

  private begin(
    session: Session,
    keeper: KeeperDrops,
    deposit: Deposit,
    feed: Feed,
    { next, notices, hasRoom }: KeptStanding,
  ): void {
    const owed = this.owedFrom(feed, deposit.targets) ?? feed.head.seq + 1
    this.release(session, deposit, owed)
    const floor = this.keeping.own.floor(deposit.drop, keeper.holdMs)
    deposit.next = Math.max(owed, next > 0 ? next : floor)
    // It may be what was left before that takes the room.
    if (deposit.next > feed.head.seq || !hasRoom) this.giveUpFormer(session, keeper, deposit, feed)
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
      if (!this.rounds.take(session.device, deposit.drop.handle, this.host.clock.elapsed())) {
        keeper.close(deposit.drop.handle)
        return
      }
      for (const frame of noticeFrames(this.sealing, deposit, feed)) session.send(frame)
    }
    deposit.isTold = true
    this.sendBlobs(session, deposit, blobs)
  }

  private giveUpFormer(session: Session, keeper: KeeperDrops, deposit: Deposit, feed: Feed): void {
    for (const handle of keeper.takeFormerOf(deposit, feed))
      session.send({ type: 'release', handle, upTo: RELEASE_ALL })
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
    for (const frame of boxFrames(this.sealing, deposit, feeds, feed, block)) session.send(frame)
    deposit.next = lastSeq(block) + 1
    return true
  }
}

/** Leaving at keepers what readers that are away do not have yet (spec §16.3): a feed of one's own, a box for each block. */
import { equalBytes } from '../bytes.ts'
import { epochAfter, lastSeq, sliceBlock, type Block } from '../feed/block.ts'
import type { EnvelopeTarget } from '../feed/epoch.ts'
import type { Feed } from '../feed/feed.ts'
import type { ConversationId, DropTag } from '../id.ts'
import { sealBox, sealNotice } from '../keeping/dropKeys.ts'
import { noticesDigest } from '../keeping/notices.ts'
import type { OwnDrop } from '../keeping/ownDrops.ts'
import { MAX_DROPS_PER_FRAME, MAX_NOTICES_PER_FRAME } from '../keeping/spec.ts'
import { REVIEW_MS, REVIEW_SOON_MS } from '../keeping/tuning.ts'
import { encodeFrame, type Frame } from './frame.ts'
import type { KeepingHost, SyncHost } from './host.ts'
import { RELEASE_ALL, type KeptStanding } from './keepingFrames.ts'
import { envelopeFrames } from './serving.ts'
import type { Session } from './session.ts'
import { LINK_HIGH_WATER_BYTES } from './tuning.ts'

/** One own drop at one keeper. */
interface Deposit {
  readonly conversation: ConversationId
  readonly drop: OwnDrop
  readonly targets: readonly EnvelopeTarget[]
  /** The next entry to send; undefined until the keeper has said how the drop stands. */
  next: number | undefined
  /** The first entry that the keeper has. */
  first: number
}

/** A connected keeper. */
interface AtKeeper {
  readonly holdMs: number
  readonly deposits: Map<DropTag, Deposit>
  /** Drops of before that are still there. */
  readonly former: Map<DropTag, DropTag>
  hasRoom: boolean
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
  /** Who says that it is a keeper, which the log here may not yet, and for how long it holds things. */
  private readonly holdMs = new Map<Session, number>()
  private cancelReview: (() => void) | undefined
  private reviewAt = Infinity

  constructor(host: SyncHost, keeping: KeepingHost, calls: DepositingCalls) {
    this.host = host
    this.keeping = keeping
    this.calls = calls
  }

  onTerms(session: Session, { holdHours }: Extract<Frame, { type: 'keeper-terms' }>): void {
    this.holdMs.set(session, holdHours * 3_600_000)
    this.open(session)
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
    for (const session of this.holdMs.keys()) this.open(session)
    this.delivered()
  }

  ended(session: Session): void {
    this.keepers.delete(session)
    this.holdMs.delete(session)
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
    const holdMs = this.holdMs.get(session)
    const isOne = this.keeping.isKeeper(session.device) && !this.keeping.isKeeper(this.host.self)
    if (!isOne) this.keepers.delete(session)
    if (!isOne || holdMs === undefined || this.keepers.has(session)) return
    this.keepers.set(session, { holdMs, deposits: new Map(), former: new Map(), hasRoom: true })
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
  private review(session: Session, keeper: AtKeeper, feed: Feed): readonly DropTag[] {
    const { own } = this.keeping
    const { conversation } = feed
    const targets = this.keeping.targets(conversation)
    const owed = this.owedFrom(feed, targets)
    if (owed === undefined && own.get(conversation) === undefined) return []
    const drop = own.current(feed, targets) ?? this.host.transact(() => own.prepare(feed, targets))
    const before = keeper.deposits.get(drop.tag)
    if (before?.targets === targets) {
      this.release(session, before, owed ?? feed.head.seq + 1)
      return []
    }
    for (const [tag, deposit] of keeper.deposits)
      if (deposit.conversation === conversation) keeper.deposits.delete(tag)
    keeper.deposits.set(drop.tag, { conversation, drop, targets, next: undefined, first: 0 })
    for (const tag of drop.former) keeper.former.set(tag, drop.tag)
    return [drop.tag, ...drop.former]
  }

  private ask(session: Session, tags: readonly DropTag[]): void {
    for (let at = 0; at < tags.length; at += MAX_DROPS_PER_FRAME)
      session.send({ type: 'drops', tags: tags.slice(at, at + MAX_DROPS_PER_FRAME) })
  }

  private owedFrom(feed: Feed, targets: readonly EnvelopeTarget[]): number | undefined {
    return this.keeping.owedFrom(
      feed,
      targets.map(({ device }) => device),
    )
  }

  private noteStanding(session: Session, keeper: AtKeeper, standing: KeptStanding): void {
    const { tag, first, next } = standing
    if (standing.hasRoom && !keeper.hasRoom) this.reviewIn(REVIEW_SOON_MS)
    const deposit = keeper.deposits.get(tag)
    if (deposit === undefined) {
      if (next === 0) keeper.former.delete(tag)
      return
    }
    const feed = this.host.feeds(deposit.conversation).get(deposit.drop.feed)
    if (feed === undefined) return
    deposit.first = next === 0 ? 0 : first
    if (next > 0)
      this.host.delivered(deposit.conversation, feed.id, session.device, Math.min(next - 1, feed.head.seq), 0)
    if (deposit.next === undefined) this.begin(session, keeper, deposit, feed, standing)
    if (!standing.hasRoom) this.waitForRoom(keeper, tag)
    if (next > feed.head.seq) this.giveUpFormer(session, keeper, tag)
  }

  /** What was sent meanwhile was not taken: the drop is asked after again, in a while. */
  private waitForRoom(keeper: AtKeeper, tag: DropTag): void {
    keeper.hasRoom = false
    keeper.deposits.delete(tag)
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
    if (deposit.next > feed.head.seq || !hasRoom) this.giveUpFormer(session, keeper, deposit.drop.tag)
    if (owed > feed.head.seq || !hasRoom) return
    if (!equalBytes(notices, noticesDigest(this.host.suite, deposit.targets)))
      this.sendNotices(session, deposit, feed)
  }

  private sendNotices(session: Session, { drop, targets }: Deposit, feed: Feed): void {
    const { conversation, device, incarnation } = feed
    const content = { secret: drop.secret, conversation, device, incarnation }
    const { suite } = this.host
    const notices = targets.flatMap((target) => sealNotice(suite, this.keeping.random, content, target) ?? [])
    for (let at = 0; at < notices.length; at += MAX_NOTICES_PER_FRAME)
      session.send({ type: 'notices', notices: notices.slice(at, at + MAX_NOTICES_PER_FRAME) })
  }

  /** What was left under other tags is in the present drop now, or with everybody. */
  private giveUpFormer(session: Session, keeper: AtKeeper, tag: DropTag): void {
    for (const [former, present] of keeper.former) {
      if (present !== tag) continue
      keeper.former.delete(former)
      session.send({ type: 'release', tag: former, upTo: RELEASE_ALL })
    }
  }

  /** What is before entry `owed` has come to everybody it was sealed to. */
  private release(session: Session, deposit: Deposit, owed: number): void {
    if (deposit.first === 0 || deposit.first >= owed) return
    deposit.first = owed
    session.send({ type: 'release', tag: deposit.drop.tag, upTo: owed })
  }

  /** @returns whether there may be more to send */
  private sendNext(session: Session, deposit: Deposit): boolean {
    if (deposit.next === undefined || session.closed) return false
    if (session.link.backlogBytes() >= LINK_HIGH_WATER_BYTES) return false
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
      session.send({ type: 'box', ...place, bytes })
    }
  }
}

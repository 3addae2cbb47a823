/**
 * Sync of one circle with the devices that are connected (spec §10): membership first, then cards, then positions;
 * authors push, everything else is asked for; nothing is acknowledged before it is durable.
 */
import { Fault, PeerFault, Unavailable } from '../fault.ts'
import type { Block } from '../feed/block.ts'
import { lastSeq } from '../feed/block.ts'
import type { Feed } from '../feed/feed.ts'
import { feedIdOf } from '../feed/chain.ts'
import type { ConversationId, DeviceId, FeedId } from '../id.ts'
import { Acknowledgements } from './acknowledgements.ts'
import { decodeFrame, type Frame, type FrameType, type Position } from './frame.ts'
import type { SyncHost } from './host.ts'
import type { PeerLink } from './link.ts'
import { MembershipSync } from './membershipSync.ts'
import { serve, sendBlock } from './serving.ts'
import { Session } from './session.ts'
import { MAX_LIST } from './spec.ts'
import {
  INBOX_HIGH_WATER_BYTES,
  LINK_HIGH_WATER_BYTES,
  MAX_FEEDS_PER_DEVICE,
  MAX_FRAMES_PER_TRANSACTION,
  MAX_UNKNOWN_CONVERSATIONS,
  TYPING_INTERVAL_MS,
} from './tuning.ts'
import { Wants } from './wants.ts'

/** What the owner of a link calls. */
export interface SyncConnection {
  /** The next whole frame, as it came. */
  receive(frame: Uint8Array): void
  /** The link took what was queued. */
  drained(): void
  /** The link is gone. Idempotent. */
  disconnected(): void
}

type Handlers = { readonly [T in FrameType]: (session: Session, frame: Extract<Frame, { type: T }>) => void }

export class Sync {
  private readonly host: SyncHost
  private readonly sessions = new Map<DeviceId, Session>()
  private readonly wants: Wants
  private readonly acks: Acknowledgements
  private readonly membership: MembershipSync
  /** Feeds whose positions changed since the last announcement. */
  private changed = new Map<ConversationId, Set<FeedId>>()
  private cancelDrain: (() => void) | undefined
  private readonly handlers: Handlers

  constructor(host: SyncHost) {
    this.host = host
    this.wants = new Wants(host, () => this.sessions.values())
    this.acks = new Acknowledgements(host, () => this.sessions.values())
    this.membership = new MembershipSync(host, {
      sessions: () => this.sessions.values(),
      changed: () => {
        this.membershipChanged()
      },
    })
    this.handlers = {
      hello: (session, frame) => {
        this.membership.onHello(session, frame)
      },
      'log-heads': (session, frame) => {
        this.membership.onLogHeads(session, frame)
      },
      'log-entries': (session, frame) => {
        this.membership.onLogEntries(session, frame)
      },
      'card-versions': (session, frame) => {
        this.membership.onCardVersions(session, frame)
      },
      cards: (session, frame) => {
        this.membership.onCards(session, frame)
      },
      have: (session, frame) => {
        this.onHave(session, frame)
      },
      'have-request': (session, frame) => {
        this.announceAll(session, frame.conversation)
      },
      want: (session, frame) => {
        this.onWant(session, frame)
      },
      block: (session, frame) => {
        this.onBlock(session, frame)
      },
      envelopes: (session, frame) => {
        session.addEnvelopes(frame.feed, frame.epoch, frame.envelopes)
      },
      nothing: (session, frame) => {
        this.wants.refused(frame.feed, session)
      },
      acknowledgements: (session, frame) => {
        this.acks.receive(session, frame)
      },
      typing: (session, frame) => {
        this.onTyping(session, frame)
      },
    }
  }

  /** Devices connected now. */
  connected(): DeviceId[] {
    return [...this.sessions.keys()]
  }

  /** Starts to sync over a link; one that the device had before is closed. */
  connect(link: PeerLink): SyncConnection {
    this.sessions.get(link.device)?.close(new Unavailable('superseded'))
    const session = new Session(link)
    this.sessions.set(link.device, session)
    this.membership.greet(session)
    for (const conversation of this.host.shared(session.device)) this.announceAll(session, conversation)
    this.acks.greet(session)
    session.flush()
    return {
      receive: (frame) => {
        this.enqueue(session, frame)
      },
      drained: () => {
        this.pump(session)
      },
      disconnected: () => {
        this.end(session)
      },
    }
  }

  /** An entry was added to this device's own feed, durably: hand it to every connected reader. */
  appended(feed: Feed, blocks: readonly Block[]): void {
    const feeds = this.host.feeds(feed.conversation)
    for (const session of this.sessions.values()) {
      if (!this.host.shares(session.device, feed.conversation)) continue
      for (const block of blocks)
        if (this.mayPush(session, feed, block)) sendBlock(session, feeds, feed, block)
    }
    this.markChanged(feed.conversation, feed.id)
    this.announceChanges()
    for (const session of this.sessions.values()) session.flush()
  }

  /** Positions or read marks of feeds changed here: tell the others. */
  announce(conversation: ConversationId, feeds: Iterable<FeedId>): void {
    for (const feed of feeds) this.markChanged(conversation, feed)
    this.announceChanges()
    for (const session of this.sessions.values()) session.flush()
  }

  /** This device's own log entry, durably added. */
  logAppended(entry: Uint8Array): void {
    for (const session of this.sessions.values()) session.send({ type: 'log-entries', entries: [entry] })
    this.membershipChanged()
    for (const session of this.sessions.values()) session.flush()
  }

  /** This device's own new card, durably stored. */
  cardChanged(card: Uint8Array): void {
    for (const session of this.sessions.values()) {
      session.send({ type: 'cards', cards: [card] })
      session.flush()
    }
  }

  typing(conversation: ConversationId): void {
    for (const session of this.sessions.values()) {
      if (!this.host.shares(session.device, conversation)) continue
      session.send({ type: 'typing', conversation })
      session.flush()
    }
  }

  /** Closes every link; nothing more is done. */
  stop(): void {
    this.cancelDrain?.()
    this.wants.stop()
    this.acks.stop()
    for (const session of this.sessions.values()) session.close(new Unavailable('stopped'))
    this.sessions.clear()
  }

  // ---- taking frames in

  private enqueue(session: Session, frame: Uint8Array): void {
    if (session.closed) return
    session.inbox.push(frame)
    session.inboxBytes += frame.length
    if (session.inboxBytes > INBOX_HIGH_WATER_BYTES && !session.paused) {
      session.paused = true
      session.link.setPaused(true)
    }
    this.scheduleDrain()
  }

  private scheduleDrain(): void {
    this.cancelDrain ??= this.host.clock.after(0, () => {
      this.cancelDrain = undefined
      this.drain()
    })
  }

  /** Handles some waiting frames of every session in one transaction, and only then answers. */
  private drain(): void {
    try {
      this.host.transact(() => {
        for (const session of this.sessions.values()) this.handleSome(session)
      })
    } catch (cause) {
      this.failed(cause)
      return
    }
    this.announceChanges()
    for (const session of [...this.sessions.values()]) {
      session.flush()
      this.pump(session)
      if (session.inbox.length > 0) this.scheduleDrain()
    }
  }

  private handleSome(session: Session): void {
    for (let count = 0; count < MAX_FRAMES_PER_TRANSACTION; count++) {
      const frame = session.closed ? undefined : session.inbox.shift()
      if (frame === undefined) break
      session.inboxBytes -= frame.length
      this.handle(session, frame)
    }
    if (session.paused && session.inboxBytes <= INBOX_HIGH_WATER_BYTES / 2) {
      session.paused = false
      session.link.setPaused(false)
    }
  }

  private handle(session: Session, bytes: Uint8Array): void {
    try {
      const frame = decodeFrame(bytes, this.host.suite.hashBytes)
      if (!session.greeted && frame.type !== 'hello') throw new PeerFault('hello-missing')
      this.dispatch(session, frame)
    } catch (fault) {
      if (!(fault instanceof PeerFault)) throw fault
      this.host.fault(session.device, fault)
      this.end(session, fault)
    }
  }

  private dispatch(session: Session, frame: Frame): void {
    const handler = this.handlers[frame.type] as (session: Session, frame: Frame) => void
    handler(session, frame)
  }

  /** The transaction failed: what came is not acknowledged, and every session starts anew when it can be stored. */
  private failed(cause: unknown): void {
    const fault = cause instanceof Fault ? cause : new Unavailable('store-failed', { cause })
    this.changed.clear()
    for (const session of [...this.sessions.values()]) {
      session.dropOutbox()
      this.end(session, fault)
    }
    this.host.fault(undefined, fault)
  }

  private end(session: Session, fault?: Fault): void {
    if (this.sessions.get(session.device) === session) this.sessions.delete(session.device)
    if (!session.closed) session.close(fault)
    session.inbox.length = 0
    this.wants.ended(session)
  }

  private pump(session: Session): void {
    if (!session.closed) serve(this.host, session)
  }

  // ---- positions

  private membershipChanged(): void {
    this.host.membershipChanged()
    for (const session of [...this.sessions.values()]) {
      if (!this.host.isActive(session.device)) this.end(session, new PeerFault('not-a-member'))
      else this.announceNew(session)
    }
  }

  private announceNew(session: Session): void {
    for (const conversation of this.host.shared(session.device)) {
      if (session.announced.has(conversation)) continue
      this.announceAll(session, conversation)
      if (session.unknown.delete(conversation)) session.send({ type: 'have-request', conversation })
    }
  }

  private announceAll(session: Session, conversation: ConversationId): void {
    if (!this.host.shares(session.device, conversation)) return
    session.announced.add(conversation)
    const positions = Array.from(this.host.feeds(conversation).all(), (feed) => this.position(feed))
    for (let at = 0; at < positions.length; at += MAX_LIST) {
      session.send({ type: 'have', conversation, positions: positions.slice(at, at + MAX_LIST) })
    }
  }

  private position(feed: Feed): Position {
    const read = this.host.readUpTo(feed.conversation, feed.id)
    return { device: feed.device, incarnation: feed.incarnation, seq: feed.head.seq, read }
  }

  private markChanged(conversation: ConversationId, feed: FeedId): void {
    const feeds = this.changed.get(conversation) ?? new Set()
    feeds.add(feed)
    this.changed.set(conversation, feeds)
  }

  private announceChanges(): void {
    const changed = this.changed
    this.changed = new Map()
    for (const [conversation, ids] of changed) {
      const set = this.host.feeds(conversation)
      const feeds = [...ids].flatMap((id) => set.get(id) ?? [])
      const positions = feeds.map((feed) => this.position(feed))
      for (const session of this.sessions.values()) {
        if (this.host.shares(session.device, conversation))
          session.send({ type: 'have', conversation, positions })
      }
      this.acks.changed(conversation, feeds)
    }
  }

  private onHave(session: Session, frame: Extract<Frame, { type: 'have' }>): void {
    const { conversation } = frame
    if (!this.host.shares(session.device, conversation)) {
      if (session.unknown.size < MAX_UNKNOWN_CONVERSATIONS) session.unknown.add(conversation)
      return
    }
    for (const position of frame.positions) this.noteHave(session, conversation, position)
  }

  private noteHave(session: Session, conversation: ConversationId, position: Position): void {
    if (this.host.publicKey(position.device) === undefined) return
    const feed = feedIdOf(this.host.suite, conversation, position.device, position.incarnation)
    session.noteStanding(feed, position.seq, position.read)
    if (position.device === this.host.self) {
      this.host.delivered(conversation, feed, session.device, position.seq, position.read)
    }
    const known = this.host.feeds(conversation).get(feed)
    if (position.seq > (known?.head.seq ?? 0)) this.wants.plan(conversation, feed)
  }

  private mayPush(session: Session, feed: Feed, block: Block): boolean {
    const stands = Math.max(session.standing(feed.id).seq, session.sentTo.get(feed.id) ?? 0)
    const busy = session.jobs.has(feed.id) || session.link.backlogBytes() >= LINK_HIGH_WATER_BYTES
    return stands === block.from - 1 && !busy
  }

  // ---- entries

  private onWant(session: Session, frame: Extract<Frame, { type: 'want' }>): void {
    const { conversation, feed, from, readable } = frame
    session.ask({ conversation, feed, next: from, readable, served: false })
  }

  private onBlock(session: Session, frame: Extract<Frame, { type: 'block' }>): void {
    const { conversation, device, incarnation, block } = frame
    if (!this.host.shares(session.device, conversation)) return
    const feeds = this.host.feeds(conversation)
    const before = feeds.of(device, incarnation)
    if (before.head.seq === 0 && feeds.countOf(device) >= MAX_FEEDS_PER_DEVICE)
      throw new PeerFault('too-many-feeds')
    session.noteStanding(before.id, lastSeq(block))
    const after = this.host.receive({
      conversation,
      device,
      incarnation,
      block,
      envelopes: (epoch) => session.envelopes(before.id, epoch),
    })
    session.dropEnvelopes(before.id)
    if (after === undefined) {
      if (lastSeq(block) > before.head.seq) this.wants.plan(conversation, before.id)
      return
    }
    this.markChanged(conversation, after.id)
    this.wants.progressed(after.id, session, after.head.seq)
  }

  private onTyping(session: Session, frame: Extract<Frame, { type: 'typing' }>): void {
    const now = this.host.clock.elapsed()
    const soon = now - session.lastTypingAt < TYPING_INTERVAL_MS
    if (soon || !this.host.shares(session.device, frame.conversation)) return
    session.lastTypingAt = now
    this.host.typing(frame.conversation, session.device)
  }
}

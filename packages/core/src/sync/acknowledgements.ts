/**
 * Signed acknowledgements (spec §10.5): a reader that can't reach an author tells it through others how far it has the
 * author's feed. Each goes one way towards the author, and is kept by those on the way until the author has it.
 */
import { PeerFault } from '../fault.ts'
import type { Feed } from '../feed/feed.ts'
import type { ConversationId, DeviceId } from '../id.ts'
import { acknowledgementStatement } from './ackStatement.ts'
import { AckRequests } from './ackRequests.ts'
import { AckRoutes } from './ackRoutes.ts'
import { AckSigning } from './ackSigning.ts'
import { MAX_ACKNOWLEDGEMENTS_PER_FRAME, type Acknowledgement, type Frame } from './frame.ts'
import { HandedAcks } from './handedAcks.ts'
import type { SyncHost } from './host.ts'
import { KeptAcks } from './keptAcks.ts'
import { ParkedAcks } from './parkedAcks.ts'
import type { Session } from './session.ts'
import { storeFault } from './storeFault.ts'
import { ACK_CARRIERS, ACK_RECHECK_MS, ACK_RETRY_MS, MAX_ACK_READERS } from './tuning.ts'

export class Acknowledgements {
  private readonly host: SyncHost
  private readonly sessions: () => Iterable<Session>
  private readonly routes: AckRoutes
  private readonly requests: AckRequests
  private readonly parked = new ParkedAcks()
  private readonly kept: KeptAcks
  private readonly handed: HandedAcks
  private readonly signing: AckSigning
  /** Conversations in which an author may have missed what it was told directly. */
  private readonly unsure = new Set<ConversationId>()
  private cancelRecheck: (() => void) | undefined
  private stopped = false

  /** @param signed called when this device has signed some of what absent authors wrote */
  constructor(host: SyncHost, sessions: () => Iterable<Session>, signed: () => void = () => undefined) {
    this.host = host
    this.sessions = sessions
    this.kept = new KeptAcks(host)
    this.handed = new HandedAcks(host)
    this.routes = new AckRoutes(host.clock)
    this.requests = new AckRequests(host, {
      sessions,
      guarded: (work) => {
        this.guarded(work)
      },
      asked: (session, feed, first) => {
        this.answer(session, feed, first)
      },
    })
    this.signing = new AckSigning(host, this.kept, {
      guarded: (work) => {
        this.guarded(work)
      },
      isConnected: (author) => this.sessionOf(author) !== undefined,
      signed: (ack) => {
        this.routes.signed(ack)
      },
      done: (conversation, made) => {
        this.pass(conversation, made, undefined)
        if (made.length > 0) signed()
        for (const session of this.sessions()) session.flush()
      },
    })
  }

  /** Positions or read marks of these feeds changed here. */
  changed(conversation: ConversationId, feeds: readonly Feed[]): void {
    if (!this.relays(conversation)) return
    const absent = feeds.filter(
      ({ device }) => device !== this.host.self && this.sessionOf(device) === undefined,
    )
    this.signing.add(conversation, absent)
  }

  /** This device wrote an entry. */
  wrote(conversation: ConversationId): void {
    if (this.relays(conversation)) this.requests.wrote(conversation)
  }

  /** New entries of `feed` came from `session`; what others said of it before can be understood now. */
  cameFrom(feed: Feed, session: Session): void {
    this.routes.cameFrom(feed.id, session.device)
    for (const { from, ack } of this.parked.take(feed.id)) {
      if (this.understand(feed.conversation, ack) === 'news') this.pass(feed.conversation, [ack], from)
    }
    if (feed.device !== this.host.self) return
    for (const ack of this.kept.all(feed.conversation)) if (ack.feed === feed.id) this.tell(feed, ack)
  }

  /** A connected device may know of a conversation from now on: it gets what is for it, or for whom it may meet. */
  greet(session: Session, conversation: ConversationId): void {
    if (!this.relays(conversation)) return
    const kept = this.kept.all(conversation)
    this.give(
      session,
      conversation,
      kept.filter((ack) => this.isFor(session, conversation, ack)),
    )
    this.recheckLater(conversation)
    this.requests.consider(conversation)
  }

  /** A keeper has something of a conversation: what came by one before may not be signed yet, if the process ended right after. */
  offered(conversation: ConversationId): void {
    if (this.relays(conversation)) this.recheckLater(conversation)
  }

  /** A device is gone; what it was told last may not have reached it. */
  ended(session: Session): void {
    this.routes.ended(session)
    this.handed.ended(session)
    for (const conversation of this.host.shared(session.device)) {
      if (!this.relays(conversation)) continue
      this.recheckLater(conversation)
      this.requests.consider(conversation)
    }
  }

  /** @throws PeerFault 'acknowledgement-forged' */
  receive(session: Session, frame: Extract<Frame, { type: 'acknowledgements' }>): void {
    const { conversation } = frame
    if (!this.host.shares(session.device, conversation) || !this.relays(conversation)) return
    const news = frame.acknowledgements.filter((ack) => this.take(session, conversation, ack))
    this.pass(conversation, news, session.device)
  }

  /** What readers left at a keeper for this device: of its own feeds. */
  takeLeft(conversation: ConversationId, acks: readonly Acknowledgement[]): void {
    if (!this.relays(conversation)) return
    for (const ack of acks) {
      const isOwn = this.kept.authorOf(conversation, ack) === this.host.self
      if (isOwn && this.understand(conversation, ack) === 'forged') return
    }
  }

  receiveRequest(session: Session, frame: Extract<Frame, { type: 'acknowledgement-request' }>): void {
    if (this.relays(frame.conversation)) this.requests.receive(session, frame)
  }

  /** Signs what waits for that. @returns whether there was something */
  signNow(): boolean {
    return this.signing.signNow()
  }

  stop(): void {
    this.signing.stop()
    this.cancelRecheck?.()
    this.requests.stop()
    this.stopped = true
  }

  // ---- taking and passing on

  private relays(conversation: ConversationId): boolean {
    return this.host.readers(conversation).length <= MAX_ACK_READERS
  }

  private take(session: Session, conversation: ConversationId, ack: Acknowledgement): boolean {
    const result = this.understand(conversation, ack)
    if (result === 'forged') throw new PeerFault('acknowledgement-forged')
    if (result === 'feed-unknown') this.parked.add(session.device, ack)
    return result === 'news'
  }

  private understand(
    conversation: ConversationId,
    ack: Acknowledgement,
  ): 'news' | 'nothing' | 'feed-unknown' | 'forged' {
    const key = this.host.publicKey(ack.device)
    if (key === undefined || !this.host.shares(ack.device, conversation)) return 'nothing'
    const feed = this.host.feeds(conversation).get(ack.feed)
    if (feed === undefined) return 'feed-unknown'
    if (!this.kept.isNews(feed, ack)) return 'nothing'
    const verifier = this.host.suite.signing.verifier(key)
    if (!verifier.verify(acknowledgementStatement(conversation, ack), ack.signature)) return 'forged'
    if (feed.device !== this.host.self) return this.keep(conversation, ack)
    this.tell(feed, ack)
    return 'nothing'
  }

  private keep(conversation: ConversationId, ack: Acknowledgement): 'news' | 'nothing' {
    return this.host.acknowledgements.put(conversation, ack) ? 'news' : 'nothing'
  }

  /** Of this device's own feed. What tells of more than is here was written before a restore, and is kept until that came back. */
  private tell(feed: Feed, ack: Acknowledgement): void {
    this.host.delivered(feed.conversation, feed.id, ack.device, ack.seq, ack.read)
    if (ack.seq > feed.head.seq) this.keep(feed.conversation, ack)
  }

  /** To the author if it is connected, else the way that is known to lead there. */
  private pass(
    conversation: ConversationId,
    acks: readonly Acknowledgement[],
    from: DeviceId | undefined,
  ): void {
    const given = new Map<Session, Acknowledgement[]>()
    for (const ack of acks) {
      for (const session of this.nextOf(conversation, ack)) {
        if (session.device !== from) given.set(session, [...(given.get(session) ?? []), ack])
      }
    }
    for (const [session, some] of given) this.give(session, conversation, some)
  }

  private nextOf(conversation: ConversationId, ack: Acknowledgement): Session[] {
    const author = this.kept.authorOf(conversation, ack)
    const direct = author === undefined ? undefined : this.sessionOf(author)
    if (direct !== undefined) return [direct]
    const sharing = [...this.sessions()].filter((session) => this.host.shares(session.device, conversation))
    const ways = sharing.filter((session) => this.routes.leadsTo(ack.feed, session.device))
    if (ways.length > 0 || ack.device !== this.host.self) return ways
    return sharing.slice(0, ACK_CARRIERS)
  }

  /** Whether a device that has just come is the author, or may bring this nearer to it. */
  private isFor(session: Session, conversation: ConversationId, ack: Acknowledgement): boolean {
    const author = this.kept.authorOf(conversation, ack)
    if (author === session.device) return true
    if (author === undefined || this.sessionOf(author) !== undefined) return false
    if (this.routes.leadsTo(ack.feed, session.device)) return true
    return ack.device === this.host.self && this.routes.wantsCarrier(ack)
  }

  private give(session: Session, conversation: ConversationId, acks: readonly Acknowledgement[]): void {
    for (let at = 0; at < acks.length; at += MAX_ACKNOWLEDGEMENTS_PER_FRAME) {
      const acknowledgements = acks.slice(at, at + MAX_ACKNOWLEDGEMENTS_PER_FRAME)
      session.send({ type: 'acknowledgements', conversation, acknowledgements })
    }
    for (const ack of acks) {
      if (ack.device === this.host.self) this.routes.given(ack, session.device)
      else if (this.kept.authorOf(conversation, ack) === session.device) {
        this.handed.add(session, conversation, ack)
        this.recheckLater(conversation)
      }
    }
  }

  private answer(session: Session, feed: Feed, first: boolean): void {
    if (!this.routes.askedBy(feed.id, session.device, first)) return
    const { conversation, id } = feed
    if (feed.device !== session.device) this.signing.sign(conversation, id)
    const kept = this.kept.all(conversation).filter((ack) => ack.feed === id)
    this.give(session, conversation, kept)
  }

  private sessionOf(device: DeviceId): Session | undefined {
    for (const session of this.sessions()) if (session.device === device) return session
    return undefined
  }

  // ---- what may not have arrived

  private recheckLater(conversation: ConversationId): void {
    if (this.stopped) return
    this.unsure.add(conversation)
    this.cancelRecheck ??= this.host.clock.after(ACK_RECHECK_MS, () => {
      this.cancelRecheck = undefined
      this.guarded(() => {
        this.recheck()
      })
    })
  }

  private recheck(): void {
    this.handed.forgetOld()
    for (const conversation of this.unsure) {
      this.changed(conversation, this.kept.unsigned(conversation))
      const own = this.kept.own(conversation)
      this.pass(
        conversation,
        own.filter((ack) => this.routes.isStranded(ack)),
        undefined,
      )
    }
    this.unsure.clear()
    for (const session of this.sessions()) session.flush()
    for (const conversation of this.handed.conversations()) this.recheckLater(conversation)
  }

  /** Work of a timer: nobody else catches what the store throws. What waits is tried again. */
  private guarded(work: () => void): void {
    try {
      work()
    } catch (cause) {
      this.host.fault(undefined, storeFault(cause))
      this.signing.signAfter(ACK_RETRY_MS)
    }
  }
}

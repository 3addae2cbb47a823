/**
 * Signed acknowledgements (spec §10.5): a reader that can't reach an author tells it through others how far it has the
 * author's feed. Only in conversations small enough that their number stays small.
 */
import { concat, u32, utf8 } from '../bytes.ts'
import { fromBase32 } from '../base32.ts'
import { LABEL } from '../crypto/labels.ts'
import { Fault, PeerFault, Unavailable } from '../fault.ts'
import type { Feed } from '../feed/feed.ts'
import type { ConversationId, DeviceId, FeedId } from '../id.ts'
import { MAX_ACKNOWLEDGEMENTS_PER_FRAME, type Acknowledgement, type Frame } from './frame.ts'
import type { SyncHost } from './host.ts'
import type { Session } from './session.ts'
import { ACK_DELAY_MS, ACK_RECHECK_MS, ACK_RETRY_MS, MAX_ACK_READERS } from './tuning.ts'

export class Acknowledgements {
  private readonly host: SyncHost
  private readonly sessions: () => Iterable<Session>
  private readonly waiting = new Map<ConversationId, Set<FeedId>>()
  private cancelTimer: (() => void) | undefined
  /** Conversations in which an author may have missed what it was told directly. */
  private readonly unsure = new Set<ConversationId>()
  private cancelRecheck: (() => void) | undefined
  private stopped = false

  constructor(host: SyncHost, sessions: () => Iterable<Session>) {
    this.host = host
    this.sessions = sessions
  }

  /** Positions or read marks of these feeds changed here. */
  changed(conversation: ConversationId, feeds: readonly Feed[]): void {
    if (this.host.readerCount(conversation) > MAX_ACK_READERS) return
    for (const feed of feeds) {
      if (feed.device === this.host.self || this.reaches(feed.device)) continue
      const waiting = this.waiting.get(conversation) ?? new Set()
      waiting.add(feed.id)
      this.waiting.set(conversation, waiting)
    }
    if (this.waiting.size > 0) this.signAfter(ACK_DELAY_MS)
  }

  /** A device connected: it gets what is kept for the conversations it shares. */
  greet(session: Session): void {
    for (const conversation of this.host.shared(session.device)) {
      if (this.host.readerCount(conversation) > MAX_ACK_READERS) continue
      send(session, conversation, this.host.acknowledgements.all(conversation))
      this.recheckLater(conversation)
    }
  }

  /** A device is gone; what it was told last may not have reached it. */
  ended(session: Session): void {
    for (const conversation of this.host.shared(session.device)) this.recheckLater(conversation)
  }

  /** @throws PeerFault 'acknowledgement-forged' */
  receive(session: Session, frame: Extract<Frame, { type: 'acknowledgements' }>): void {
    const { conversation } = frame
    if (!this.host.shares(session.device, conversation)) return
    const news = frame.acknowledgements.filter((ack) => this.take(conversation, ack))
    this.spread(conversation, news, session)
  }

  stop(): void {
    this.cancelTimer?.()
    this.cancelTimer = undefined
    this.cancelRecheck?.()
    this.stopped = true
  }

  private recheckLater(conversation: ConversationId): void {
    if (this.stopped || this.host.readerCount(conversation) > MAX_ACK_READERS) return
    this.unsure.add(conversation)
    this.cancelRecheck ??= this.host.clock.after(ACK_RECHECK_MS, () => {
      this.cancelRecheck = undefined
      this.guarded(ACK_RETRY_MS, () => {
        for (const unsure of this.unsure) this.changed(unsure, this.unsigned(unsure))
        this.unsure.clear()
      })
    })
  }

  /** Feeds of which this device has more, or has read more, than it has signed for. */
  private unsigned(conversation: ConversationId): Feed[] {
    const signed = new Map<FeedId, Acknowledgement>()
    for (const ack of this.host.acknowledgements.all(conversation)) {
      if (ack.device === this.host.self) signed.set(ack.feed, ack)
    }
    return [...this.host.feeds(conversation).all()].filter((feed) => {
      const { seq, read } = signed.get(feed.id) ?? { seq: 0, read: 0 }
      return feed.head.seq > seq || this.host.readUpTo(conversation, feed.id) > read
    })
  }

  private take(conversation: ConversationId, ack: Acknowledgement): boolean {
    const key = this.host.publicKey(ack.device)
    if (key === undefined || !this.host.shares(ack.device, conversation)) return false
    const feed = this.host.feeds(conversation).get(ack.feed)
    if (feed === undefined || !this.host.acknowledgements.isNews(conversation, ack)) return false
    const verifier = this.host.suite.signing.verifier(key)
    if (!verifier.verify(statement(conversation, ack), ack.signature))
      throw new PeerFault('acknowledgement-forged')
    this.host.acknowledgements.put(conversation, ack)
    if (feed.device === this.host.self) {
      this.host.delivered(conversation, ack.feed, ack.device, ack.seq, ack.read)
    }
    return true
  }

  private signAfter(delayMs: number): void {
    this.cancelTimer ??= this.host.clock.after(delayMs, () => {
      this.cancelTimer = undefined
      this.guarded(ACK_RETRY_MS, () => {
        this.signWaiting()
      })
    })
  }

  /** Work of a timer: nobody else catches what the store throws. What waits is tried again after `retryMs`. */
  private guarded(retryMs: number, work: () => void): void {
    try {
      work()
    } catch (cause) {
      const fault = cause instanceof Fault ? cause : new Unavailable('store-failed', { cause })
      this.host.fault(undefined, fault)
      this.signAfter(retryMs)
    }
  }

  private signWaiting(): void {
    for (const [conversation, feeds] of this.waiting) {
      const made = this.host.transact(() => [...feeds].flatMap((feed) => this.sign(conversation, feed)))
      this.waiting.delete(conversation)
      this.spread(conversation, made, undefined)
      for (const session of this.sessions()) session.flush()
    }
  }

  private sign(conversation: ConversationId, id: FeedId): Acknowledgement[] {
    const feed = this.host.feeds(conversation).get(id)
    if (feed === undefined || this.reaches(feed.device)) return []
    const said = {
      feed: id,
      device: this.host.self,
      seq: feed.head.seq,
      read: this.host.readUpTo(conversation, id),
    }
    const signature = this.host.signingKey.sign(statement(conversation, said))
    const ack = { ...said, signature }
    this.host.acknowledgements.put(conversation, ack)
    return [ack]
  }

  private spread(
    conversation: ConversationId,
    acks: readonly Acknowledgement[],
    from: Session | undefined,
  ): void {
    if (acks.length === 0) return
    for (const session of this.sessions()) {
      if (session !== from && this.host.shares(session.device, conversation))
        send(session, conversation, acks)
    }
  }

  private reaches(device: DeviceId): boolean {
    for (const session of this.sessions()) if (session.device === device) return true
    return false
  }
}

function send(session: Session, conversation: ConversationId, acks: readonly Acknowledgement[]): void {
  for (let at = 0; at < acks.length; at += MAX_ACKNOWLEDGEMENTS_PER_FRAME) {
    const acknowledgements = acks.slice(at, at + MAX_ACKNOWLEDGEMENTS_PER_FRAME)
    session.send({ type: 'acknowledgements', conversation, acknowledgements })
  }
}

function statement(conversation: ConversationId, ack: Omit<Acknowledgement, 'signature'>): Uint8Array {
  const place = concat(fromBase32(conversation), fromBase32(ack.feed), fromBase32(ack.device))
  return concat(utf8(LABEL.acknowledgement), place, u32(ack.seq), u32(ack.read))
}

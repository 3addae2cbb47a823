/**
 * An author that does not know of some readers how far they are asks for their acknowledgements (spec §10.5): the request goes
 * from device to device, once each, and shows the answers the way back.
 */
import type { Feed } from '../feed/feed.ts'
import type { ConversationId, DeviceId, FeedId } from '../id.ts'
import type { Frame } from './frame.ts'
import type { SyncHost } from './host.ts'
import type { Session } from './session.ts'
import {
  ACK_REQUEST_CHANGED_MAX_MS,
  ACK_REQUEST_MAX_MS,
  ACK_REQUEST_MIN_MS,
  ACK_REQUEST_SPACING_MS,
} from './tuning.ts'

type RequestFrame = Extract<Frame, { type: 'acknowledgement-request' }>

export interface AckRequestCalls {
  /** Runs what a timer does: nobody else catches what the store throws. */
  readonly guarded: (work: () => void) => void
  readonly sessions: () => Iterable<Session>
  /** The request is new, or came again by another device: answer it there if that is a way to the author. */
  readonly asked: (session: Session, feed: Feed, first: boolean) => void
}

interface Timer {
  /** When it asks, by the monotonic clock. */
  readonly at: number
  readonly cancel: () => void
}

export class AckRequests {
  private readonly host: SyncHost
  private readonly calls: AckRequestCalls
  private readonly timers = new Map<ConversationId, Timer>()
  /** How long to wait before the next request in a conversation. */
  private readonly delays = new Map<ConversationId, number>()
  /** The last request that was handed on, by feed. */
  private readonly seen = new Map<FeedId, number>()
  private stopped = false

  constructor(host: SyncHost, calls: AckRequestCalls) {
    this.host = host
    this.calls = calls
  }

  /** This device wrote something. */
  wrote(conversation: ConversationId): void {
    this.delays.delete(conversation)
    this.consider(conversation)
  }

  /** Something changed that may have cost an acknowledgement, or may bring one: asks in a while, if any is missing then. */
  consider(conversation: ConversationId): void {
    const delay = this.delays.get(conversation) ?? ACK_REQUEST_MIN_MS
    this.askIn(conversation, Math.min(delay, ACK_REQUEST_CHANGED_MAX_MS))
  }

  /** Hands a request on, to everyone once; the author's own devices and strangers to the feed have nothing to say. */
  receive(session: Session, frame: RequestFrame): void {
    const { conversation, feed: id, at } = frame
    if (!this.host.shares(session.device, conversation) || !this.isSpaced(session, id)) return
    const feed = this.host.feeds(conversation).get(id)
    if (feed === undefined || feed.device === this.host.self) return
    const first = this.seen.get(id) !== at
    this.seen.set(id, at)
    this.calls.asked(session, feed, first)
    if (first) this.send(frame, session)
  }

  stop(): void {
    this.stopped = true
    for (const { cancel } of this.timers.values()) cancel()
    this.timers.clear()
  }

  /** Unless it asks sooner anyway. */
  private askIn(conversation: ConversationId, delayMs: number): void {
    const at = this.host.clock.elapsed() + delayMs
    const timer = this.timers.get(conversation)
    if (this.stopped || (timer !== undefined && timer.at <= at)) return
    timer?.cancel()
    const cancel = this.host.clock.after(delayMs, () => {
      this.timers.delete(conversation)
      this.calls.guarded(() => {
        this.ask(conversation)
      })
    })
    this.timers.set(conversation, { at, cancel })
  }

  private ask(conversation: ConversationId): void {
    const at = this.host.clock.now()
    let asked = false
    for (const feed of this.host.feeds(conversation).all()) {
      if (feed.device === this.host.self && this.lacks(feed))
        asked =
          this.send({ type: 'acknowledgement-request', conversation, feed: feed.id, at }, undefined) || asked
    }
    if (asked) this.askAgain(conversation)
    for (const session of this.calls.sessions()) session.flush()
  }

  /** If something is missing still: a request, or an answer, may get lost far from this device, where it sees no change. */
  private askAgain(conversation: ConversationId): void {
    const delay = Math.min(2 * (this.delays.get(conversation) ?? ACK_REQUEST_MIN_MS), ACK_REQUEST_MAX_MS)
    this.delays.set(conversation, delay)
    this.askIn(conversation, delay)
  }

  /** Whether a reader that can't tell it itself may have more of it, or may have read more, than is known. */
  private lacks(feed: Feed): boolean {
    const connected = new Set<DeviceId>([this.host.self])
    for (const session of this.calls.sessions()) connected.add(session.device)
    return this.host.readers(feed.conversation).some((device) => {
      if (connected.has(device)) return false
      const { seq, read } = this.host.deliveredTo(feed.conversation, feed.id, device)
      return seq < feed.head.seq || read < feed.head.seq
    })
  }

  /** @returns whether anybody was there */
  private send(frame: RequestFrame, from: Session | undefined): boolean {
    const others = [...this.calls.sessions()].filter(
      (session) => session !== from && this.host.shares(session.device, frame.conversation),
    )
    for (const session of others) session.send(frame)
    return others.length > 0
  }

  /** Whoever asks more often is not heard. */
  private isSpaced(session: Session, feed: FeedId): boolean {
    const now = this.host.clock.elapsed()
    const soon = now - (session.requestedAt.get(feed) ?? -Infinity) < ACK_REQUEST_SPACING_MS
    if (!soon) session.requestedAt.set(feed, now)
    return !soon
  }
}

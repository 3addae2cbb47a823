/** Who is asked for what: each feed from one device at a time, the author first, and another when nothing comes. */
import type { ConversationId, FeedId } from '../id.ts'
import type { SyncHost } from './host.ts'
import type { Session } from './session.ts'
import { MAX_OPEN_WANTS, WANT_TIMEOUT_MS, WITHHELD_RETRY_MS } from './tuning.ts'

interface Want {
  readonly session: Session
  readonly conversation: ConversationId
  progressAt: number
}

export class Wants {
  private readonly host: SyncHost
  private readonly sessions: () => Iterable<Session>
  private readonly wants = new Map<FeedId, Want>()
  private cancelTimer: (() => void) | undefined
  /** Feeds of which only entries without content were offered. */
  private readonly held = new Map<FeedId, ConversationId>()
  private cancelRetry: (() => void) | undefined

  constructor(host: SyncHost, sessions: () => Iterable<Session>) {
    this.host = host
    this.sessions = sessions
  }

  /**
   * Asks for what is missing of `feed`, unless that was done or nobody has more; sent at the next flush. Who has left a
   * request without an answer before is not waited for when another can be asked.
   */
  plan(conversation: ConversationId, feed: FeedId): void {
    const asked = this.wants.get(feed)?.session
    if (asked?.lapses === 0) return
    const known = this.host.feeds(conversation).get(feed)
    if (known?.forked === true) return
    if (known !== undefined && !this.host.accepts(known.device, conversation)) return
    const seq = known?.head.seq ?? 0
    const session = this.best(conversation, feed, seq, known?.device)
    if (session === undefined || (asked !== undefined && session.lapses >= asked.lapses)) return
    this.drop(feed)
    if (session.wants >= MAX_OPEN_WANTS) {
      session.postponed.set(feed, conversation)
      return
    }
    this.wants.set(feed, { session, conversation, progressAt: this.host.clock.elapsed() })
    session.wants++
    const readable = known?.chainKey !== undefined
    session.send({ type: 'want', conversation, feed, from: seq + 1, readable })
    this.watch()
  }

  /** New entries of `feed` came from `session`. */
  progressed(feed: FeedId, session: Session): void {
    const want = this.wants.get(feed)
    if (want?.session === session) want.progressAt = this.host.clock.elapsed()
  }

  /** This device has `feed` up to `seq`: is that all that was asked for, and does anybody have more? */
  arrived(conversation: ConversationId, feed: FeedId, seq: number): void {
    const want = this.wants.get(feed)
    if (want !== undefined && seq >= want.session.standing(feed).seq) this.drop(feed)
    this.plan(conversation, feed)
  }

  /** Nothing of `feed` is taken now. */
  abandon(feed: FeedId): void {
    this.drop(feed)
  }

  /** `session` has nothing more of `feed` for this device. */
  refused(feed: FeedId, session: Session): void {
    const want = this.wants.get(feed)
    if (want?.session !== session) return
    const known = this.host.feeds(want.conversation).get(feed)?.head.seq ?? 0
    session.refusals.set(feed, { from: known + 1, seq: session.standing(feed).seq })
    this.drop(feed)
    this.plan(want.conversation, feed)
  }

  /**
   * `session` handed on entries without content that may not be gone yet, as far as this device can tell: others are asked,
   * and it again after a while.
   */
  withheld(feed: FeedId, session: Session): void {
    const conversation = this.wants.get(feed)?.conversation
    this.refused(feed, session)
    if (conversation === undefined) return
    this.held.set(feed, conversation)
    this.cancelRetry ??= this.host.clock.after(WITHHELD_RETRY_MS, () => {
      this.retryWithheld()
    })
  }

  /** The session ended: ask others for what it was asked for. */
  ended(session: Session): void {
    const postponed = [...session.postponed]
    session.postponed.clear()
    for (const [feed, want] of [...this.wants]) {
      if (want.session !== session) continue
      this.drop(feed)
      this.plan(want.conversation, feed)
    }
    for (const [feed, conversation] of postponed) this.plan(conversation, feed)
  }

  stop(): void {
    this.cancelTimer?.()
    this.cancelTimer = undefined
    this.cancelRetry?.()
    this.cancelRetry = undefined
    this.held.clear()
    this.wants.clear()
    for (const session of this.sessions()) session.postponed.clear()
  }

  private retryWithheld(): void {
    this.cancelRetry = undefined
    const held = [...this.held]
    this.held.clear()
    for (const session of this.sessions()) for (const [feed] of held) session.refusals.delete(feed)
    for (const [feed, conversation] of held) this.plan(conversation, feed)
    for (const session of this.sessions()) session.flush()
  }

  private best(
    conversation: ConversationId,
    feed: FeedId,
    seq: number,
    author: string | undefined,
  ): Session | undefined {
    let best: Session | undefined
    for (const session of this.sessions()) {
      const stands = session.standing(feed).seq
      if (stands <= seq || session.closed || hasRefused(session, feed, seq + 1, stands)) continue
      if (!this.host.shares(session.device, conversation)) continue
      if (best === undefined || preference(session, author) < preference(best, author)) best = session
    }
    return best
  }

  private drop(feed: FeedId): void {
    const want = this.wants.get(feed)
    if (want === undefined) return
    want.session.wants--
    this.wants.delete(feed)
    this.planPostponed(want.session)
  }

  private planPostponed(session: Session): void {
    for (const [feed, conversation] of session.postponed) {
      if (session.wants >= MAX_OPEN_WANTS) return
      session.postponed.delete(feed)
      this.plan(conversation, feed)
    }
  }

  private watch(): void {
    this.cancelTimer ??= this.host.clock.after(WANT_TIMEOUT_MS, () => {
      this.cancelTimer = undefined
      const late = this.host.clock.elapsed() - WANT_TIMEOUT_MS
      for (const [feed, want] of [...this.wants]) {
        if (want.progressAt > late) continue
        want.session.lapses++
        this.refused(feed, want.session)
      }
      for (const session of this.sessions()) session.flush()
      if (this.wants.size > 0) this.watch()
    })
  }
}

/** Whether it was asked for the same before, and stands where it stood. */
function hasRefused(session: Session, feed: FeedId, from: number, seq: number): boolean {
  const refusal = session.refusals.get(feed)
  return refusal !== undefined && refusal.from === from && refusal.seq >= seq
}

/** Smaller is better: who answers, then the author, then who has the least to do. */
function preference(session: Session, author: string | undefined): number {
  const isAuthor = session.device === author && session.wants < MAX_OPEN_WANTS
  return session.lapses * 2 * (MAX_OPEN_WANTS + 1) + (isAuthor ? 0 : MAX_OPEN_WANTS + 1) + session.wants
}

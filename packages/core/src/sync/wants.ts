/** Who is asked for what: each feed from one device at a time, the author first, and another when nothing comes. */
import type { ConversationId, FeedId } from '../id.ts'
import type { SyncHost } from './host.ts'
import type { Session } from './session.ts'
import { WANT_TIMEOUT_MS } from './tuning.ts'

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

  constructor(host: SyncHost, sessions: () => Iterable<Session>) {
    this.host = host
    this.sessions = sessions
  }

  /** Asks for what is missing of `feed`, unless that was done or nobody has more. */
  plan(conversation: ConversationId, feed: FeedId): void {
    if (this.wants.has(feed)) return
    const known = this.host.feeds(conversation).get(feed)
    if (known?.forked === true) return
    const seq = known?.head.seq ?? 0
    const session = this.best(conversation, feed, seq, known?.device)
    if (session === undefined) return
    this.wants.set(feed, { session, conversation, progressAt: this.host.clock.elapsed() })
    session.wants++
    const readable = known?.chainKey !== undefined
    session.send({ type: 'want', conversation, feed, from: seq + 1, readable })
    session.flush()
    this.watch()
  }

  /** Entries of `feed` came from `session`, up to `seq`. */
  progressed(feed: FeedId, session: Session, seq: number): void {
    const want = this.wants.get(feed)
    if (want?.session !== session) return
    want.progressAt = this.host.clock.elapsed()
    if (seq >= session.standing(feed).seq) this.drop(feed)
  }

  /** `session` has nothing more of `feed` for this device. */
  refused(feed: FeedId, session: Session): void {
    session.nothing.set(feed, session.standing(feed).seq)
    const want = this.wants.get(feed)
    if (want?.session !== session) return
    this.drop(feed)
    this.plan(want.conversation, feed)
  }

  /** The session ended: ask others for what it was asked for. */
  ended(session: Session): void {
    for (const [feed, want] of [...this.wants]) {
      if (want.session !== session) continue
      this.drop(feed)
      this.plan(want.conversation, feed)
    }
  }

  stop(): void {
    this.cancelTimer?.()
    this.cancelTimer = undefined
    this.wants.clear()
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
      const useless = stands <= seq || (session.nothing.get(feed) ?? 0) >= stands || session.closed
      if (useless || !this.host.shares(session.device, conversation)) continue
      if (session.device === author) return session
      if (best === undefined || session.wants < best.wants) best = session
    }
    return best
  }

  private drop(feed: FeedId): void {
    const want = this.wants.get(feed)
    if (want === undefined) return
    want.session.wants--
    this.wants.delete(feed)
  }

  private watch(): void {
    this.cancelTimer ??= this.host.clock.after(WANT_TIMEOUT_MS, () => {
      this.cancelTimer = undefined
      const late = this.host.clock.elapsed() - WANT_TIMEOUT_MS
      for (const [feed, want] of [...this.wants])
        if (want.progressAt <= late) this.refused(feed, want.session)
      if (this.wants.size > 0) this.watch()
    })
  }
}

/** This device's own word on how far it has the feeds of absent authors: gathered for a moment, then signed (spec §10.5). */
import type { Feed } from '../feed/feed.ts'
import type { ConversationId, DeviceId, FeedId } from '../id.ts'
import { acknowledgementStatement } from './ackStatement.ts'
import type { Acknowledgement } from './frame.ts'
import type { SyncHost } from './host.ts'
import type { KeptAcks } from './keptAcks.ts'
import { ACK_DELAY_MS } from './tuning.ts'

export interface AckSigningCalls {
  /** Runs what a timer does: nobody else catches what the store throws. */
  readonly guarded: (work: () => void) => void
  readonly isConnected: (author: DeviceId) => boolean
  /** One is made, in the open transaction. */
  readonly signed: (ack: Acknowledgement) => void
  /** All that could be said of a conversation is, durably; perhaps it was nothing. */
  readonly done: (conversation: ConversationId, made: readonly Acknowledgement[]) => void
}

export class AckSigning {
  private readonly host: SyncHost
  private readonly kept: KeptAcks
  private readonly calls: AckSigningCalls
  private readonly waiting = new Map<ConversationId, Set<FeedId>>()
  private cancelTimer: (() => void) | undefined

  constructor(host: SyncHost, kept: KeptAcks, calls: AckSigningCalls) {
    this.host = host
    this.kept = kept
    this.calls = calls
  }

  /** There may be more to say of these feeds: it is, in a moment, unless their authors are there by then. */
  add(conversation: ConversationId, feeds: readonly Feed[]): void {
    for (const feed of feeds) {
      const waiting = this.waiting.get(conversation) ?? new Set()
      waiting.add(feed.id)
      this.waiting.set(conversation, waiting)
    }
    if (this.waiting.size > 0) this.signAfter(ACK_DELAY_MS)
  }

  signAfter(delayMs: number): void {
    this.cancelTimer ??= this.host.clock.after(delayMs, () => {
      this.signNow()
    })
  }

  /** Signs what waits for that. @returns whether there was something */
  signNow(): boolean {
    this.stop()
    if (this.waiting.size === 0) return false
    this.calls.guarded(() => {
      this.signWaiting()
    })
    return true
  }

  /** @returns the new acknowledgement, if there is more to say than was said */
  sign(conversation: ConversationId, id: FeedId): Acknowledgement[] {
    const { self, signingKey, acknowledgements } = this.host
    const feed = this.host.feeds(conversation).get(id)
    if (feed === undefined) return []
    const read = this.host.readUpTo(conversation, id)
    const said = { feed: id, device: self, seq: feed.head.seq, read }
    if (!acknowledgements.isNews(conversation, said)) return []
    // Of its own words the latest count.
    for (const old of this.kept.inTheWay(conversation, said)) acknowledgements.drop(conversation, old)
    const signature = signingKey.sign(acknowledgementStatement(conversation, said))
    const ack = { ...said, signature }
    acknowledgements.put(conversation, ack)
    this.calls.signed(ack)
    return [ack]
  }

  /** What waits is signed when somebody says so, or when there is more. */
  stop(): void {
    this.cancelTimer?.()
    this.cancelTimer = undefined
  }

  private signWaiting(): void {
    for (const [conversation, feeds] of this.waiting) {
      const absent = [...feeds].filter((id) => !this.isConnected(conversation, id))
      const made = this.host.transact(() => absent.flatMap((feed) => this.sign(conversation, feed)))
      this.waiting.delete(conversation)
      this.calls.done(conversation, made)
    }
  }

  private isConnected(conversation: ConversationId, id: FeedId): boolean {
    const author = this.kept.authorOf(conversation, { feed: id })
    return author !== undefined && this.calls.isConnected(author)
  }
}

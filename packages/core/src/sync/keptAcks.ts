/** What is kept of acknowledgements (spec §10.5): how much of each author, and what of it says more than is known. */
import type { Feed } from '../feed/feed.ts'
import type { ConversationId, DeviceId } from '../id.ts'
import type { Acknowledgement } from './frame.ts'
import type { SyncHost } from './host.ts'
import { MAX_ACKS_PER_AUTHOR } from './tuning.ts'

/** What one says, before it is signed. */
export type Said = Omit<Acknowledgement, 'signature'>

export class KeptAcks {
  private readonly host: SyncHost

  constructor(host: SyncHost) {
    this.host = host
  }

  all(conversation: ConversationId): Acknowledgement[] {
    return this.host.acknowledgements.all(conversation)
  }

  /** What this device has signed. */
  own(conversation: ConversationId): Acknowledgement[] {
    return this.all(conversation).filter((ack) => ack.device === this.host.self)
  }

  /** Whom it is for; undefined: the feed is not known here. */
  authorOf(conversation: ConversationId, ack: Pick<Acknowledgement, 'feed'>): DeviceId | undefined {
    return this.host.feeds(conversation).get(ack.feed)?.device
  }

  /** Whether it says more of `feed` than is known here, and has room. */
  isNews(feed: Feed, ack: Acknowledgement): boolean {
    const { conversation, id, head } = feed
    if (feed.device !== this.host.self) return this.hasRoom(conversation, ack)
    const { seq, read } = this.host.deliveredTo(conversation, id, ack.device)
    if (Math.min(ack.seq, head.seq) > seq || Math.min(ack.read, head.seq) > read) return true
    // What claims more than there is says nothing new the second time.
    return ack.seq > head.seq && this.hasRoom(conversation, ack)
  }

  /**
   * Those of the same signer, for feeds of the same author, that leave it no room: an author with very many feeds must not
   * use up what readers have to say of the feeds of others.
   */
  inTheWay(conversation: ConversationId, said: Said): Acknowledgement[] {
    const author = this.authorOf(conversation, said)
    const same = this.all(conversation).filter(
      (one) => one.device === said.device && this.authorOf(conversation, one) === author,
    )
    if (same.some(({ feed }) => feed === said.feed)) return []
    return same.slice(0, Math.max(0, same.length - MAX_ACKS_PER_AUTHOR + 1))
  }

  /** Feeds of which this device has more, or has read more, than it has signed for. */
  unsigned(conversation: ConversationId): Feed[] {
    const signed = new Map(this.own(conversation).map((ack) => [ack.feed, ack]))
    return [...this.host.feeds(conversation).all()].filter((feed) => {
      const { seq, read } = signed.get(feed.id) ?? { seq: 0, read: 0 }
      const isMore = feed.head.seq > seq || this.host.readUpTo(conversation, feed.id) > read
      // What was said of one feed does not give way to what was said of another, again and again.
      return (
        isMore &&
        this.inTheWay(conversation, { feed: feed.id, device: this.host.self, seq, read }).length === 0
      )
    })
  }

  private hasRoom(conversation: ConversationId, ack: Acknowledgement): boolean {
    return (
      this.host.acknowledgements.isNews(conversation, ack) && this.inTheWay(conversation, ack).length === 0
    )
  }
}

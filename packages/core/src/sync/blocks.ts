/** Entries on their way (spec §10.4): this device's own are pushed to whoever stands right before them, those that come are taken in. */
import { PeerFault } from '../fault.ts'
import { lastSeq, type Block } from '../feed/block.ts'
import { feedIdOf } from '../feed/chain.ts'
import type { Feed } from '../feed/feed.ts'
import type { Acknowledgements } from './acknowledgements.ts'
import type { Frame } from './frame.ts'
import type { SyncHost } from './host.ts'
import { hasTooMany, type Positions } from './positions.ts'
import { sendBlock } from './serving.ts'
import type { Session } from './session.ts'
import type { Wants } from './wants.ts'

type BlockFrame = Extract<Frame, { type: 'block' }>

export interface BlocksParts {
  readonly sessions: () => Iterable<Session>
  readonly wants: Wants
  readonly acks: Acknowledgements
  readonly positions: Positions
}

export class Blocks {
  private readonly host: SyncHost
  private readonly parts: BlocksParts

  constructor(host: SyncHost, parts: BlocksParts) {
    this.host = host
    this.parts = parts
  }

  /** Hands what was added to this device's own feed to every connected reader; sent at the next flush. */
  push(feed: Feed, blocks: readonly Block[]): void {
    const { sessions, positions } = this.parts
    const feeds = this.host.feeds(feed.conversation)
    for (const session of sessions()) {
      if (!this.host.shares(session.device, feed.conversation)) continue
      for (const block of blocks) if (mayPush(session, feed, block)) sendBlock(session, feeds, feed, block)
      // Who has told of this feed before learns from the entries themselves where it ends now.
      if (session.sentTo.get(feed.id) !== feed.head.seq || session.standing(feed.id).seq === 0)
        session.send({
          type: 'have',
          conversation: feed.conversation,
          positions: [positions.position(feed)],
        })
    }
  }

  /** @throws PeerFault 'too-many-feeds', or as SyncHost.receive() */
  onBlock(session: Session, frame: BlockFrame): void {
    const { wants, positions } = this.parts
    const { conversation } = frame
    if (this.host.shares(session.device, conversation)) {
      if (positions.accepts(session, conversation, frame.device)) this.take(session, frame)
      else wants.abandon(feedIdOf(this.host.suite, conversation, frame.device, frame.incarnation))
    }
    session.dropEnvelopes()
  }

  /** What a keeper handed over of a feed was looked at; `after` is the feed if it got longer. */
  collected(before: Feed, after: Feed | undefined): void {
    if (after !== undefined) this.advanced(after)
    this.arrived(before, after)
  }

  private take(session: Session, { conversation, device, incarnation, block }: BlockFrame): void {
    const { wants, acks } = this.parts
    const feeds = this.host.feeds(conversation)
    const before = feeds.of(device, incarnation)
    if (before.head.seq === 0 && hasTooMany(feeds, before.id, device)) {
      // Who hands on what others wrote can't know how many feeds are here.
      if (session.device === device) throw new PeerFault('too-many-feeds')
      return
    }
    if (session.mayNote(before.id)) session.noteStanding(before.id, lastSeq(block))
    const envelopes = (epoch: number) => session.envelopes(before.id, epoch)
    const source = session.device
    // What one writes after a message is told anew.
    if (source === device) session.lastTypingAt = -Infinity
    const after = this.host.receive({ source, conversation, device, incarnation, block, envelopes })
    if (after !== undefined) {
      this.advanced(after)
      acks.cameFrom(after, session)
      wants.progressed(before.id, session)
    }
    if (after === undefined && continues(before, block)) wants.withheld(before.id, session)
    else this.arrived(before, after)
  }

  private arrived(before: Feed, after: Feed | undefined): void {
    this.parts.wants.arrived(before.conversation, before.id, (after ?? before).head.seq)
  }

  /** A feed got longer: others are told, and of one's own from before a restore it is known now who has it. */
  private advanced(feed: Feed): void {
    const { sessions, positions } = this.parts
    const { conversation, id } = feed
    positions.markChanged(conversation, id)
    if (!this.host.follows(feed.device)) return
    for (const session of sessions()) {
      const { seq, read } = session.standing(id)
      this.host.delivered(conversation, id, session.device, seq, read)
    }
  }
}

function mayPush(session: Session, feed: Feed, block: Block): boolean {
  const stands = Math.max(session.standing(feed.id).seq, session.sentTo.get(feed.id) ?? 0)
  return stands === block.from - 1 && !session.jobs.has(feed.id) && !session.isFull
}

/** Whether `block` is the next of `feed`: what is not taken then lacks content that may not be gone yet (spec §9.7). */
function continues(feed: Feed, block: Block): boolean {
  return block.from <= feed.head.seq + 1 && lastSeq(block) > feed.head.seq
}

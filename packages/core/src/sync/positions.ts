/** Who stands where (spec §10.4): what this device tells of its own positions, and what it makes of those of others. */
import { feedIdOf } from '../feed/chain.ts'
import type { Feed } from '../feed/feed.ts'
import type { FeedSet } from '../feed/feedSet.ts'
import type { ConversationId, DeviceId, FeedId } from '../id.ts'
import type { Acknowledgements } from './acknowledgements.ts'
import type { Frame, Position } from './frame.ts'
import type { SyncHost } from './host.ts'
import type { Session } from './session.ts'
import { MAX_LIST } from './spec.ts'
import {
  MAX_FEEDS_PER_DEVICE,
  MAX_STANDINGS_OF_OTHERS,
  MAX_UNKNOWN_CONVERSATIONS,
  MAX_UNKNOWN_DEVICES,
} from './tuning.ts'
import type { Wants } from './wants.ts'

export class Positions {
  private readonly host: SyncHost
  private readonly sessions: () => Iterable<Session>
  private readonly wants: Wants
  private readonly acks: Acknowledgements
  /** Feeds whose positions changed since the last announcement. */
  private changed = new Map<ConversationId, Set<FeedId>>()

  constructor(host: SyncHost, sessions: () => Iterable<Session>, wants: Wants, acks: Acknowledgements) {
    this.host = host
    this.sessions = sessions
    this.wants = wants
    this.acks = acks
  }

  /** Forgets what changed: the transaction failed. */
  forget(): void {
    this.changed.clear()
  }

  announceNew(session: Session): void {
    for (const conversation of this.host.shared(session.device)) {
      if (!session.announced.has(conversation)) this.announceAll(session, conversation)
      if (!this.isUnderstood(session, conversation)) continue
      session.unknown.delete(conversation)
      session.send({ type: 'have-request', conversation })
    }
  }

  /** Something may be understood now that was not: of who is still out nothing is asked for again, with each entry of the log. */
  private isUnderstood(session: Session, conversation: ConversationId): boolean {
    const unknown = session.unknown.get(conversation)
    if (unknown === undefined || unknown === 'all') return unknown === 'all'
    return unknown.values().some((device) => this.host.accepts(device, conversation))
  }

  announceAll(session: Session, conversation: ConversationId): void {
    if (!this.host.shares(session.device, conversation)) return
    const first = !session.announced.has(conversation)
    session.announced.add(conversation)
    const positions = Array.from(this.host.feeds(conversation).all(), (feed) => this.position(feed))
    for (let at = 0; at < positions.length; at += MAX_LIST) {
      session.send({ type: 'have', conversation, positions: positions.slice(at, at + MAX_LIST) })
    }
    if (first) this.acks.greet(session, conversation)
  }

  position(feed: Feed): Position {
    const read = this.host.readUpTo(feed.conversation, feed.id)
    return { device: feed.device, incarnation: feed.incarnation, seq: feed.head.seq, read }
  }

  markChanged(conversation: ConversationId, feed: FeedId): void {
    const feeds = this.changed.get(conversation) ?? new Set()
    feeds.add(feed)
    this.changed.set(conversation, feeds)
  }

  announceChanges(): void {
    const changed = this.changed
    this.changed = new Map()
    for (const [conversation, ids] of changed) {
      const set = this.host.feeds(conversation)
      const feeds = [...ids].flatMap((id) => set.get(id) ?? [])
      const positions = feeds.map((feed) => this.position(feed))
      for (const session of this.sessions()) {
        if (this.host.shares(session.device, conversation))
          session.send({ type: 'have', conversation, positions })
      }
      this.acks.changed(conversation, feeds)
    }
  }

  onHave(session: Session, frame: Extract<Frame, { type: 'have' }>): void {
    const { conversation } = frame
    if (!this.host.shares(session.device, conversation)) {
      noteUnknown(session, conversation)
      return
    }
    for (const position of frame.positions) this.noteHave(session, conversation, position)
  }

  private noteHave(session: Session, conversation: ConversationId, position: Position): void {
    if (!this.accepts(session, conversation, position.device)) return
    const feed = feedIdOf(this.host.suite, conversation, position.device, position.incarnation)
    const feeds = this.host.feeds(conversation)
    const known = feeds.get(feed)?.head.seq ?? 0
    const isOwn = position.device === this.host.self
    const isHeard = session.mayNote(feed)
    // Who hands on what others wrote can't know that it is too much: a member with very many feeds must not part the rest.
    if (!isOwn && position.device !== session.device && hasNoRoom(session, feed)) return
    if (isHeard && (isOwn || position.seq > known)) session.noteStanding(feed, position.seq, position.read)
    if (this.host.follows(position.device))
      this.host.delivered(conversation, feed, session.device, position.seq, position.read)
    if (!isHeard || position.seq <= known || (known === 0 && hasTooMany(feeds, feed, position.device))) return
    this.wants.plan(conversation, feed)
  }

  onHaveRequest(session: Session, frame: Extract<Frame, { type: 'have-request' }>): void {
    const { conversation } = frame
    if (!this.host.shares(session.device, conversation)) return
    session.owe(`have/${conversation}`, () => {
      this.announceAll(session, conversation)
    })
  }

  /** Whether entries of `device` are taken; if not, they are asked for when membership has changed: it may be back, and that not known here yet. */
  accepts(session: Session, conversation: ConversationId, device: DeviceId): boolean {
    const accepted = this.host.accepts(device, conversation)
    if (!accepted) noteUnknown(session, conversation, device)
    return accepted
  }
}

/** @param device whose entries are not taken; without one: the conversation is not known */
function noteUnknown({ unknown }: Session, conversation: ConversationId, device?: DeviceId): void {
  const known = unknown.get(conversation)
  if (known === undefined && unknown.size >= MAX_UNKNOWN_CONVERSATIONS) return
  const devices = known ?? new Set<DeviceId>()
  if (device === undefined || devices === 'all' || devices.size >= MAX_UNKNOWN_DEVICES)
    unknown.set(conversation, 'all')
  else unknown.set(conversation, devices.add(device))
}

function hasNoRoom({ have }: Session, feed: FeedId): boolean {
  return have.size >= MAX_STANDINGS_OF_OTHERS && !have.has(feed)
}

/** Whether `device` has so many feeds that another one of it is not taken. */
export function hasTooMany(feeds: FeedSet, feed: FeedId, device: DeviceId): boolean {
  return feeds.get(feed) === undefined && feeds.countOf(device) >= MAX_FEEDS_PER_DEVICE
}

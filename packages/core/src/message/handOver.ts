/** Messages that another device hands over because they were not sealed to this one (spec §10.7). */
import { PeerFault } from '../fault.ts'
import type { DeviceId, FeedId, MemberId } from '../id.ts'
import { tryDecodeContent, type Content } from './content.ts'
import { addHanded } from './fold.ts'
import { messageId } from './messageId.ts'
import type { Position } from './order.ts'
import type { Placed, Records } from './records.ts'
import { NEVER_UNREAD, type EditMark, type ReactionMark, type Row } from './row.ts'

/** A message as it is handed over; what it says was checked only for its form. */
export interface Handed {
  readonly feed: FeedId
  readonly seq: number
  readonly device: DeviceId
  readonly incarnation: Uint8Array
  readonly member: MemberId
  readonly handedOverBy: DeviceId
  readonly receivedAt: number
  readonly expiresAt: number | undefined
  readonly unread: boolean
  readonly deleted: boolean
  readonly content: Uint8Array
  readonly edit: EditMark | undefined
  readonly reactions: readonly ReactionMark[]
}

/** A stored message, to be handed over. */
export interface HandableMessage extends Placed {
  readonly device: DeviceId
  /** Empty if the feed itself is here. */
  readonly incarnation: Uint8Array
  readonly unread: boolean
}

/** @returns up to `limit` messages before `before`, from new to old */
export function messagesBefore(
  records: Records,
  before: Position | undefined,
  limit: number,
): HandableMessage[] {
  const range = { reverse: true, limit, ...(before !== undefined && { to: before }) }
  return records.range(range).map((placed) => {
    const { device, incarnation } = records.authors.of(placed.row.feed)
    return { ...placed, device, incarnation, unread: records.isUnread(placed) }
  })
}

/** @throws PeerFault 'malformed' */
export function positionOfHanded(
  records: Records,
  { feed, seq, content }: Pick<Handed, 'feed' | 'seq' | 'content'>,
): Position {
  return records.order.position(feed, seq, decodeHanded(records, content).lamport)
}

/** Takes it in, unless something is or was at its place. @returns whether it did */
export function takeHanded(records: Records, handed: Handed, now: number): boolean {
  const { feed, seq } = handed
  if (records.places.lamport(feed, seq) !== 0) return false
  const content = decodeHanded(records, handed.content)
  const expiresAt = expiryOf(handed, content, now)
  if (expiresAt !== undefined && expiresAt <= now) return false
  const { feedBytes } = records.authors.note(feed, handed.device, handed.member, handed.incarnation)
  records.places.set(feed, seq, content.lamport)
  const jumped = !records.counters.witness(content.lamport)
  const position = records.order.position(feed, seq, content.lamport)
  const row: Row = {
    feed,
    feedBytes,
    seq,
    receivedAt: Math.min(handed.receivedAt, now),
    late: countHanded(records, handed, content, position),
    expiresAt,
    deleted: handed.deleted,
    content: handed.content,
    edit: handed.edit,
    reactions: handed.reactions,
    handedOverBy: handed.handedOverBy,
  }
  if (expiresAt !== undefined) records.expiries.add({ at: expiresAt, position })
  addHanded(records, messageId(feed, seq), { position, row }, content, jumped)
  return true
}

function countHanded(records: Records, handed: Handed, { body }: Content, position: Position): number {
  const { feed, seq } = handed
  const counts = handed.unread && !handed.deleted && body.kind === 'text' && !records.isOwn(handed.member)
  return counts && seq > records.readUpTo(feed)
    ? records.counters.countUnread(position, feed, seq)
    : NEVER_UNREAD
}

/** No later than if it had come now. */
function expiryOf(handed: Handed, { body }: Content, now: number): number | undefined {
  if (body.kind !== 'text' || body.expiresAfterMs === undefined) return handed.expiresAt
  return Math.min(handed.expiresAt ?? Infinity, now + body.expiresAfterMs)
}

/** Messages only: what amends them came along with them. @throws PeerFault 'malformed' */
function decodeHanded(records: Records, bytes: Uint8Array): Content {
  const content = tryDecodeContent(bytes)
  const kind = content?.body.kind
  const isMessage = kind === 'text' || kind === 'timer' || kind === 'room-name'
  if (content === undefined || !isMessage || !records.isSound(content.body)) throw new PeerFault('malformed')
  return content
}

/** A message as a face gets to see it. */
import type { DeviceId, FeedId, MemberId, MessageId } from '../id.ts'
import type { Author } from './authors.ts'
import type { Attachment } from '../file/attachment.ts'
import { attachmentsOf, type Body, type Content } from './content.ts'
import { messageId } from './messageId.ts'
import type { ReactionMark, Row } from './row.ts'
import { CLOCK_TOLERANCE_MS, EARLIEST_PLAUSIBLE_AT } from './tuning.ts'

export interface TimelineMessage {
  readonly id: MessageId
  readonly feed: FeedId
  readonly seq: number
  readonly device: DeviceId
  readonly member: MemberId
  /** 'timer' and 'room-name' are settings that someone changed, shown as a line between the messages. */
  readonly kind: 'text' | 'timer' | 'room-name'
  /** By the sender's clock: to be shown, never relied on. */
  readonly at: number
  /** `at` is implausible: show `receivedAt` beside it or instead. */
  readonly atSuspect: boolean
  /** When this device stored it. */
  readonly receivedAt: number
  /** Of a text; empty when deleted. */
  readonly text: string
  readonly replyTo?: MessageId
  readonly mentions: readonly MemberId[]
  /** Of a text; none when deleted. */
  readonly attachments: readonly Attachment[]
  readonly editedAt?: number
  /** Whose edit it shows: any device of the author's member may (spec §11.4). Of a handed-over edit it may not be known. */
  readonly editedBy?: DeviceId
  readonly deleted: boolean
  /** In the order of their first reaction, as are the members. */
  readonly reactions: readonly MessageReaction[]
  readonly expiresAt?: number
  readonly unread: boolean
  /** It did not come in its author's feed: this device says that the author wrote it. */
  readonly handedOverBy?: DeviceId
  /** Of a timer: the disappearing time from here on; null is never. */
  readonly timerMs?: number | null
  /** Of a room name. */
  readonly name?: string
}

export interface MessageReaction {
  readonly emoji: string
  readonly members: readonly MemberId[]
}

/** Whose a row is, and whose the edit that it shows. */
export interface Authorship {
  readonly author: Author
  readonly editor: DeviceId | undefined
}

export function viewOf(row: Row, content: Content, by: Authorship, unread: boolean): TimelineMessage {
  const { body, at } = content
  const { author, editor } = by
  const kind = body.kind === 'timer' || body.kind === 'room-name' ? body.kind : 'text'
  return {
    id: messageId(row.feed, row.seq),
    feed: row.feed,
    seq: row.seq,
    device: author.device,
    member: author.member,
    kind,
    at,
    atSuspect: isSuspect(at, row.receivedAt),
    receivedAt: row.receivedAt,
    text: body.kind === 'text' ? body.text : '',
    mentions: body.kind === 'text' ? body.mentions : [],
    attachments: row.deleted ? [] : attachmentsOf(body),
    ...(body.kind === 'text' && body.replyTo !== undefined && { replyTo: body.replyTo }),
    ...(row.edit !== undefined && { editedAt: row.edit.at }),
    ...(editor !== undefined && { editedBy: editor }),
    deleted: row.deleted,
    reactions: reactionsOf(row.reactions),
    ...(row.expiresAt !== undefined && { expiresAt: row.expiresAt }),
    unread,
    ...(row.handedOverBy !== undefined && { handedOverBy: row.handedOverBy }),
    ...(body.kind === 'timer' && { timerMs: body.afterMs }),
    ...(body.kind === 'room-name' && { name: body.name }),
  }
}

/** Whether a time by the sender's clock is implausible. */
export function isSuspect(at: number, receivedAt: number): boolean {
  return at > receivedAt + CLOCK_TOLERANCE_MS || at < EARLIEST_PLAUSIBLE_AT
}

/** What a search finds a message by: its words, and the names of its files. */
export function searchText(message: Pick<TimelineMessage, 'text' | 'attachments' | 'deleted'>): string {
  const { text, attachments, deleted } = message
  if (deleted) return ''
  const names = attachments.flatMap((one) => (one.kind === 'unknown' ? [] : [one.name]))
  return names.length === 0 ? text : [text, ...names].join('\n')
}

/** The same, of what is stored. */
export function searchTextOf(body: Body): string {
  const text = body.kind === 'text' ? body.text : ''
  return searchText({ text, attachments: attachmentsOf(body), deleted: false })
}

function reactionsOf(marks: readonly ReactionMark[]): MessageReaction[] {
  const byEmoji = new Map<string, MemberId[]>()
  for (const { member, emoji, on } of marks) {
    if (!on) continue
    const members = byEmoji.get(emoji)
    if (members === undefined) byEmoji.set(emoji, [member])
    else members.push(member)
  }
  return Array.from(byEmoji, ([emoji, members]) => ({ emoji, members }))
}

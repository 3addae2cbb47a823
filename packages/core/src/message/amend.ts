/** What a reaction, an edit or a deletion makes of a message: the same whatever order they come in (spec §11.4). */
import { compareBytes } from '../bytes.ts'
import type { DeviceId, FeedId, MemberId } from '../id.ts'
import { REFUSAL, type RefusalReason } from './change.ts'
import {
  decodeContent,
  uncheckedContent,
  type Content,
  type DeleteBody,
  type EditBody,
  type ReactionBody,
  type TextBody,
} from './content.ts'
import type { Position } from './order.ts'
import { withReaction, type Row } from './row.ts'
import { MAX_CONTENT_BYTES } from './spec.ts'

export interface Amendment {
  readonly entry: {
    readonly feed: FeedId
    readonly seq: number
    readonly device: DeviceId
    readonly member: MemberId
    readonly plaintext: Uint8Array
  }
  readonly content: Content
  readonly body: ReactionBody | EditBody | DeleteBody
  readonly position: Position
}

export interface Amended {
  /** The same object if nothing changed. */
  readonly row: Row
  readonly refused?: RefusalReason
}

/** @param author of the message in `row` */
export function amend(row: Row, author: MemberId, amendment: Amendment): Amended {
  const { body, entry } = amendment
  const content = decodeContent(row.content)
  if (content.body.kind !== 'text') return { row, refused: REFUSAL.notAMessage }
  if (body.kind === 'reaction') return { row: reacted(row, body, amendment) }
  if (entry.member !== author) return { row, refused: REFUSAL.notAuthor }
  if (body.kind === 'delete') return { row: deleted(row, content) }
  const edition = editedContent(content, content.body, body)
  if (edition.length > MAX_CONTENT_BYTES) return { row, refused: REFUSAL.tooLong }
  return { row: edited(row, edition, amendment) }
}

function reacted(row: Row, { emoji, on }: ReactionBody, { entry, position }: Amendment): Row {
  if (row.deleted) return row
  const reactions = withReaction(row.reactions, { member: entry.member, emoji, on, position })
  return reactions === row.reactions ? row : { ...row, reactions }
}

function deleted(row: Row, { lamport, at }: Content): Row {
  if (row.deleted) return row
  const content = uncheckedContent({ lamport, at, body: { kind: 'text', text: '', mentions: [] } })
  return { ...row, deleted: true, content, edit: undefined, reactions: [] }
}

/** With text and mentions of `edit`: reply, expiry and attachments stay. It may be longer than a plaintext. */
export function editedContent(
  content: Content,
  body: TextBody,
  { text, mentions }: Pick<EditBody, 'text' | 'mentions'>,
): Uint8Array {
  return uncheckedContent({ ...content, body: { ...body, text, mentions } })
}

/** The last edit counts. */
function edited(row: Row, content: Uint8Array, { entry, content: edit, position }: Amendment): Row {
  if (row.deleted || (row.edit !== undefined && compareBytes(row.edit.position, position) >= 0)) return row
  return { ...row, content, edit: { position, feed: entry.feed, seq: entry.seq, at: edit.at } }
}

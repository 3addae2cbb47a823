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
  return {
    row: body.kind === 'delete' ? deleted(row, content) : edited(row, content, content.body, body, amendment),
  }
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

/** The last edit counts. */
function edited(row: Row, content: Content, text: TextBody, edit: EditBody, amendment: Amendment): Row {
  const { entry, position } = amendment
  if (row.deleted || (row.edit !== undefined && compareBytes(row.edit.position, position) >= 0)) return row
  const body: TextBody = { ...text, text: edit.text, mentions: edit.mentions }
  const mark = { position, feed: entry.feed, seq: entry.seq, at: amendment.content.at }
  return { ...row, content: uncheckedContent({ ...content, body }), edit: mark }
}

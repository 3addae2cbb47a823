/** One message as a timeline stores it, under its position: what was sent, and what became of it since. */
import { base32, fromBase32 } from '../base32.ts'
import { compareBytes, equalBytes } from '../bytes.ts'
import { encodeValue, type Value } from '../codec/cbor.ts'
import { readRecord, type Reader } from '../codec/reader.ts'
import type { DeviceId, FeedId, MemberId } from '../id.ts'
import { POSITION_BYTES, type Position } from './order.ts'
import { MAX_EMOJI_UNITS, MAX_REACTIONS_PER_MEMBER, MEMBER_ID_BYTES } from './spec.ts'
import { damagedRecord, decodeStored } from '../codec/stored.ts'

export interface Row {
  readonly feed: FeedId
  readonly feedBytes: Uint8Array
  readonly seq: number
  /** When this device stored it. */
  readonly receivedAt: number
  /** The read mark's generation at its arrival, if it arrived behind the mark; NEVER_UNREAD if it was read before; else 0. */
  readonly late: number
  readonly expiresAt: number | undefined
  readonly deleted: boolean
  /** The plaintext with the text that counts now; without text when deleted. */
  readonly content: Uint8Array
  readonly edit: EditMark | undefined
  /** Also those taken back: a later arrival may be older. */
  readonly reactions: readonly ReactionMark[]
  /** Not from the feed: this device says that its author wrote it (spec §10.7). */
  readonly handedOverBy?: DeviceId
}

/** In `late`, of what was read on another device before it came. */
export const NEVER_UNREAD = -1

/** The entry whose text the row shows. */
export interface EditMark {
  readonly position: Position
  readonly feed: FeedId
  readonly seq: number
  readonly at: number
}

export interface ReactionMark {
  readonly member: MemberId
  readonly emoji: string
  readonly on: boolean
  readonly position: Position
}

/**
 * Fixed fields, then edit and reactions (CBOR, if there are any), then the plaintext: by hand, for this runs once a message
 * in a catch-up. Offsets of the fixed fields, big-endian; times as doubles.
 */
const AT = {
  feed: 0,
  seq: 16,
  deleted: 20,
  receivedAt: 21,
  late: 29,
  expiresAt: 37,
  extrasLength: 45,
} as const
const FIXED_BYTES = 49
const FEED_BYTES = 16
const NO_EXTRAS = new Uint8Array(0)

export function encodeRow(row: Row): Uint8Array {
  const extras = isPlain(row) ? NO_EXTRAS : encodeExtras(row)
  const bytes = new Uint8Array(FIXED_BYTES + extras.length + row.content.length)
  const view = new DataView(bytes.buffer)
  bytes.set(row.feedBytes, AT.feed)
  view.setUint32(AT.seq, row.seq)
  bytes[AT.deleted] = row.deleted ? 1 : 0
  view.setFloat64(AT.receivedAt, row.receivedAt)
  view.setFloat64(AT.late, row.late)
  view.setFloat64(AT.expiresAt, row.expiresAt ?? 0)
  view.setUint32(AT.extrasLength, extras.length)
  bytes.set(extras, FIXED_BYTES)
  bytes.set(row.content, FIXED_BYTES + extras.length)
  return bytes
}

/** @throws IntegrityFault 'record-damaged' on bytes that `encodeRow` did not make */
export function decodeRow(bytes: Uint8Array): Row {
  if (bytes.length < FIXED_BYTES) throw damagedRecord()
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const contentAt = FIXED_BYTES + view.getUint32(AT.extrasLength)
  if (contentAt >= bytes.length) throw damagedRecord()
  const feedBytes = bytes.subarray(AT.feed, FEED_BYTES)
  return {
    feed: base32(feedBytes) as FeedId,
    feedBytes,
    seq: view.getUint32(AT.seq),
    receivedAt: view.getFloat64(AT.receivedAt),
    late: view.getFloat64(AT.late),
    expiresAt: view.getFloat64(AT.expiresAt) || undefined,
    deleted: bytes[AT.deleted] === 1,
    content: bytes.subarray(contentAt),
    ...decodeExtras(bytes.subarray(FIXED_BYTES, contentAt)),
  }
}

function isPlain({ edit, reactions, handedOverBy }: Row): boolean {
  return edit === undefined && reactions.length === 0 && handedOverBy === undefined
}

function encodeExtras({ edit, reactions, handedOverBy }: Row): Uint8Array {
  return encodeValue([
    edit === undefined ? null : [edit.position, fromBase32(edit.feed), edit.seq, edit.at],
    reactions.map(reactionValue),
    handedOverBy === undefined ? null : fromBase32(handedOverBy),
  ])
}

function decodeExtras(bytes: Uint8Array): Pick<Row, 'edit' | 'reactions' | 'handedOverBy'> {
  if (bytes.length === 0) return { edit: undefined, reactions: [] }
  return decodeStored(bytes, (reader) => {
    const edit = reader.optional((field) => field.record(readEdit))
    const reactions = reader.list(Infinity, (value) => readRecord(value, readReaction))
    const by = reader.optional((field) => base32(field.bytes(MEMBER_ID_BYTES)) as DeviceId)
    return { edit, reactions, ...(by !== undefined && { handedOverBy: by }) }
  })
}

function reactionValue({ member, emoji, on, position }: ReactionMark): Value {
  return [fromBase32(member), emoji, on, position]
}

function readReaction(reader: Reader): ReactionMark {
  const member = base32(reader.bytes(MEMBER_ID_BYTES)) as MemberId
  return {
    member,
    emoji: reader.text(MAX_EMOJI_UNITS),
    on: reader.bool(),
    position: reader.bytes(POSITION_BYTES),
  }
}

function readEdit(reader: Reader): EditMark {
  const position = reader.bytes(POSITION_BYTES)
  return { position, feed: base32(reader.bytes(FEED_BYTES)) as FeedId, seq: reader.int(), at: reader.int() }
}

/**
 * `marks` with `mark` taken in, in the order of their positions: per member and emoji the last one counts, and per member
 * the last 16 emoji. The result does not depend on the order of arrival (spec §11.4).
 */
export function withReaction(marks: readonly ReactionMark[], mark: ReactionMark): readonly ReactionMark[] {
  const same = marks.find((other) => other.member === mark.member && other.emoji === mark.emoji)
  if (same !== undefined && compareBytes(same.position, mark.position) >= 0) return marks
  const out = marks.filter((other) => other !== same)
  out.push(mark)
  out.sort((a, b) => compareBytes(a.position, b.position))
  const own = out.filter((other) => other.member === mark.member)
  const first = own[0]
  return own.length > MAX_REACTIONS_PER_MEMBER && first !== undefined
    ? out.filter((other) => !equalBytes(other.position, first.position))
    : out
}

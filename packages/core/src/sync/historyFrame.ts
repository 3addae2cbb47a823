/** How messages are handed over to a device that was admitted later (spec §10.7): what travels, and its bounds. */
import { base32, fromBase32 } from '../base32.ts'
import type { Value } from '../codec/cbor.ts'
import { readRecord, type Reader } from '../codec/reader.ts'
import { FEED_ID_BYTES, INCARNATION_BYTES, MAX_SEQ } from '../feed/spec.ts'
import type { DeviceId, FeedId, MemberId } from '../id.ts'
import { POSITION_BYTES } from '../message/order.ts'
import { MAX_CONTENT_BYTES, MAX_EMOJI_UNITS, MEMBER_ID_BYTES } from '../message/spec.ts'

/** Messages of one page. */
export const MAX_HISTORY_ROWS = 512
/** Reactions of one message that are handed over, the last ones: 80 kB. */
export const MAX_HANDED_REACTIONS = 1_024

/** Whose feed: with the conversation this gives the feed's id, so nobody can pass it off as another's. */
export interface HandedAuthor {
  readonly device: DeviceId
  readonly incarnation: Uint8Array
}

export interface HandedMessage {
  /** Index into the page's authors. */
  readonly author: number
  readonly seq: number
  /** Milliseconds since 1970, by the clock of whoever hands it over. */
  readonly receivedAt: number
  readonly expiresAt: number | undefined
  readonly unread: boolean
  readonly deleted: boolean
  /** Who handed it over to the one that does now, if that had it from another member. */
  readonly by: DeviceId | undefined
  /** A plaintext (spec §11.1), with the text that counts now. */
  readonly content: Uint8Array
  readonly edit: HandedEdit | undefined
  readonly reactions: readonly HandedReaction[]
}

export interface HandedEdit {
  readonly position: Uint8Array
  readonly feed: FeedId
  readonly seq: number
  readonly at: number
}

export interface HandedReaction {
  readonly member: MemberId
  readonly emoji: string
  readonly on: boolean
  readonly position: Uint8Array
}

/** Messages from new to old, all before the position that was asked for. */
export interface HistoryPage {
  readonly authors: readonly HandedAuthor[]
  readonly messages: readonly HandedMessage[]
  /** Where the next page ends; undefined after the last one. */
  readonly next: Uint8Array | undefined
  /** Of the last page: whoever hands over lacks nothing that it could get itself. */
  readonly whole: boolean
}

export function pageFields({ authors, messages, next, whole }: HistoryPage): Value[] {
  return [
    authors.map(({ device, incarnation }) => [fromBase32(device), incarnation]),
    messages.map(messageValue),
    next ?? null,
    whole,
  ]
}

/** @throws PeerFault 'malformed' */
export function readPage(reader: Reader): HistoryPage {
  return {
    authors: reader.list(MAX_HISTORY_ROWS, (value) =>
      readRecord(value, (author) => ({
        device: base32(author.bytes(MEMBER_ID_BYTES)) as DeviceId,
        incarnation: author.bytes(INCARNATION_BYTES),
      })),
    ),
    messages: reader.list(MAX_HISTORY_ROWS, (value) => readRecord(value, readMessage)),
    next: reader.optional((field) => field.bytes(POSITION_BYTES)),
    whole: reader.bool(),
  }
}

function messageValue(message: HandedMessage): Value {
  const { edit, by } = message
  return [
    message.author,
    message.seq,
    message.receivedAt,
    message.expiresAt ?? null,
    message.unread,
    message.deleted,
    by === undefined ? null : fromBase32(by),
    message.content,
    edit === undefined ? null : [edit.position, fromBase32(edit.feed), edit.seq, edit.at],
    message.reactions.map(({ member, emoji, on, position }) => [fromBase32(member), emoji, on, position]),
  ]
}

function readMessage(reader: Reader): HandedMessage {
  return {
    author: reader.int(0, MAX_HISTORY_ROWS - 1),
    seq: reader.int(1, MAX_SEQ),
    receivedAt: reader.int(),
    expiresAt: reader.optional((field) => field.int()),
    unread: reader.bool(),
    deleted: reader.bool(),
    by: reader.optional((field) => base32(field.bytes(MEMBER_ID_BYTES)) as DeviceId),
    content: reader.bytes(1, MAX_CONTENT_BYTES),
    edit: reader.optional((field) => field.record(readEdit)),
    reactions: reader.list(MAX_HANDED_REACTIONS, (value) => readRecord(value, readReaction)),
  }
}

function readEdit(reader: Reader): HandedEdit {
  const position = reader.bytes(POSITION_BYTES)
  const feed = base32(reader.bytes(FEED_ID_BYTES)) as FeedId
  return { position, feed, seq: reader.int(1, MAX_SEQ), at: reader.int() }
}

function readReaction(reader: Reader): HandedReaction {
  return {
    member: base32(reader.bytes(MEMBER_ID_BYTES)) as MemberId,
    emoji: reader.text(MAX_EMOJI_UNITS),
    on: reader.bool(),
    position: reader.bytes(POSITION_BYTES),
  }
}

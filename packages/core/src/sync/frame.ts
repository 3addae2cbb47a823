/** The frames of the sync stream (spec §10.2): CBOR arrays that start with their type. */
import { base32, fromBase32 } from '../base32.ts'
import { encodeValue, type Value } from '../codec/cbor.ts'
import { Reader, readRecord } from '../codec/reader.ts'
import { PeerFault } from '../fault.ts'
import { blockValue, readBlock, type Block } from '../feed/block.ts'
import { envelopeOf, envelopeValue, type Envelope } from '../feed/epoch.ts'
import {
  CONVERSATION_ID_BYTES,
  FEED_ID_BYTES,
  INCARNATION_BYTES,
  MAX_SEQ,
  MAX_SIGNATURE_BYTES,
} from '../feed/spec.ts'
import type { ConversationId, DeviceId, FeedId } from '../id.ts'
import { POSITION_BYTES } from '../message/order.ts'
import { CARD_CODECS, type CardFrame } from './cardFrames.ts'
import { KEEPING_CODECS, type KeepingFrame } from './keepingFrames.ts'
import { LINKS_CODEC, type LinksFrame } from './linksFrame.ts'
import { NAMES_CODECS, type NamesFrame, type NamesRequestFrame } from './namesFrame.ts'
import { pageFields, readPage, type HistoryPage } from './historyFrame.ts'
import { MAX_ENVELOPES_PER_FRAME, MAX_FRAME_BYTES, MAX_LIST, MAX_LOG_BATCH } from './spec.ts'

/** Where a device stands in one feed. */
export interface Position {
  readonly device: DeviceId
  readonly incarnation: Uint8Array
  /** Everything up to here is stored. */
  readonly seq: number
  /** Everything up to here was read by a person. */
  readonly read: number
}

/** A reader's signed word of how far it has one feed, for an author it can't reach (spec §10.5). */
export interface Acknowledgement {
  readonly feed: FeedId
  readonly device: DeviceId
  readonly seq: number
  readonly read: number
  readonly signature: Uint8Array
}

export type Frame =
  | { readonly type: 'hello'; readonly version: number; readonly cards: Uint8Array }
  | {
      readonly type: 'log-heads'
      readonly heads: readonly Uint8Array[]
      readonly locator: readonly Uint8Array[]
    }
  | { readonly type: 'log-entries'; readonly entries: readonly Uint8Array[] }
  | { readonly type: 'have'; readonly conversation: ConversationId; readonly positions: readonly Position[] }
  | { readonly type: 'have-request'; readonly conversation: ConversationId }
  | {
      readonly type: 'want'
      readonly conversation: ConversationId
      readonly feed: FeedId
      readonly from: number
      /** Whether the asker can open what follows; if not, it starts at the next epoch sealed to it. */
      readonly readable: boolean
    }
  | {
      readonly type: 'block'
      readonly conversation: ConversationId
      readonly device: DeviceId
      readonly incarnation: Uint8Array
      readonly block: Block
    }
  | {
      readonly type: 'envelopes'
      readonly conversation: ConversationId
      readonly feed: FeedId
      readonly epoch: number
      readonly envelopes: readonly Envelope[]
    }
  | {
      readonly type: 'nothing'
      readonly conversation: ConversationId
      readonly feed: FeedId
      readonly from: number
    }
  | {
      readonly type: 'acknowledgements'
      readonly conversation: ConversationId
      readonly acknowledgements: readonly Acknowledgement[]
    }
  | { readonly type: 'typing'; readonly conversation: ConversationId }
  | {
      readonly type: 'history-request'
      readonly conversation: ConversationId
      /** The position (spec §11.3) before which messages are asked for; undefined: the newest. */
      readonly before: Uint8Array | undefined
    }
  | {
      readonly type: 'history'
      readonly conversation: ConversationId
      /** As in the request. */
      readonly before: Uint8Array | undefined
      readonly page: HistoryPage
    }
  | {
      readonly type: 'acknowledgement-request'
      readonly conversation: ConversationId
      readonly feed: FeedId
      /** Milliseconds since 1970, by the author's clock: tells its requests apart. */
      readonly at: number
    }
  | CardFrame
  | KeepingFrame
  | LinksFrame
  | NamesFrame
  | NamesRequestFrame

export type FrameType = Frame['type']
type FrameOf<T extends FrameType> = Extract<Frame, { type: T }>

interface FrameCodec<T extends FrameType> {
  readonly code: number
  fields(frame: FrameOf<T>): readonly Value[]
  read(reader: Reader, hashBytes: number): Omit<FrameOf<T>, 'type'>
}

const id = (text: string): Uint8Array => fromBase32(text)
const conversationOf = (reader: Reader): ConversationId =>
  base32(reader.bytes(CONVERSATION_ID_BYTES)) as ConversationId
const feedOf = (reader: Reader): FeedId => base32(reader.bytes(FEED_ID_BYTES)) as FeedId
const beforeOf = (reader: Reader): Uint8Array | undefined =>
  reader.optional((field) => field.bytes(POSITION_BYTES))
const deviceOf = (reader: Reader): DeviceId => base32(reader.bytes(32)) as DeviceId

/** Each frame type: its number, its fields in order, and how they are read. */
const CODECS: { readonly [T in FrameType]: FrameCodec<T> } = {
  ...CARD_CODECS,
  ...KEEPING_CODECS,
  links: LINKS_CODEC,
  ...NAMES_CODECS,
  hello: {
    code: 0,
    fields: (frame) => [frame.version, frame.cards],
    read: (reader) => ({ version: reader.int(0, 255), cards: reader.bytes(0, 64) }),
  },
  'log-heads': {
    code: 1,
    fields: (frame) => [frame.heads, frame.locator],
    read: (reader, hashBytes) => ({
      heads: reader.list(MAX_LIST, (value) => hashOf(value, hashBytes)),
      locator: reader.list(64, (value) => hashOf(value, hashBytes)),
    }),
  },
  'log-entries': {
    code: 2,
    fields: (frame) => [frame.entries],
    read: (reader) => ({ entries: reader.list(MAX_LOG_BATCH, (value) => bytesOf(value)) }),
  },
  have: {
    code: 5,
    fields: (frame) => [id(frame.conversation), frame.positions.map(positionValue)],
    read: (reader) => ({
      conversation: conversationOf(reader),
      positions: reader.list(MAX_LIST, (value) => readRecord(value, positionOf)),
    }),
  },
  'have-request': {
    code: 6,
    fields: (frame) => [id(frame.conversation)],
    read: (reader) => ({ conversation: conversationOf(reader) }),
  },
  want: {
    code: 7,
    fields: (frame) => [id(frame.conversation), id(frame.feed), frame.from, frame.readable],
    read: (reader) => ({
      conversation: conversationOf(reader),
      feed: feedOf(reader),
      from: reader.int(1, MAX_SEQ),
      readable: reader.bool(),
    }),
  },
  block: {
    code: 8,
    fields: (frame) => [id(frame.conversation), id(frame.device), frame.incarnation, blockValue(frame.block)],
    read: (reader, hashBytes) => ({
      conversation: conversationOf(reader),
      device: deviceOf(reader),
      incarnation: reader.bytes(INCARNATION_BYTES),
      block: reader.record((inner) => readBlock(inner, hashBytes)),
    }),
  },
  envelopes: {
    code: 9,
    fields: (frame) => [
      id(frame.conversation),
      id(frame.feed),
      frame.epoch,
      frame.envelopes.map((envelope) => envelopeValue(envelope)),
    ],
    read: (reader) => ({
      conversation: conversationOf(reader),
      feed: feedOf(reader),
      epoch: reader.int(1, MAX_SEQ),
      envelopes: reader.list(MAX_ENVELOPES_PER_FRAME, (value) => readRecord(value, envelopeOf)),
    }),
  },
  nothing: {
    code: 10,
    fields: (frame) => [id(frame.conversation), id(frame.feed), frame.from],
    read: (reader) => ({
      conversation: conversationOf(reader),
      feed: feedOf(reader),
      from: reader.int(1, MAX_SEQ),
    }),
  },
  acknowledgements: {
    code: 11,
    fields: (frame) => [id(frame.conversation), frame.acknowledgements.map(acknowledgementValue)],
    read: (reader) => ({
      conversation: conversationOf(reader),
      acknowledgements: reader.list(MAX_ACKNOWLEDGEMENTS_PER_FRAME, (value) =>
        readRecord(value, acknowledgementOf),
      ),
    }),
  },
  typing: {
    code: 12,
    fields: (frame) => [id(frame.conversation)],
    read: (reader) => ({ conversation: conversationOf(reader) }),
  },
  'acknowledgement-request': {
    code: 13,
    fields: (frame) => [id(frame.conversation), id(frame.feed), frame.at],
    read: (reader) => ({
      conversation: conversationOf(reader),
      feed: feedOf(reader),
      at: reader.int(0, Number.MAX_SAFE_INTEGER),
    }),
  },
  'history-request': {
    code: 14,
    fields: (frame) => [id(frame.conversation), frame.before ?? null],
    read: (reader) => ({ conversation: conversationOf(reader), before: beforeOf(reader) }),
  },
  history: {
    code: 15,
    fields: (frame) => [id(frame.conversation), frame.before ?? null, pageFields(frame.page)],
    read: (reader) => ({
      conversation: conversationOf(reader),
      before: beforeOf(reader),
      page: reader.record(readPage),
    }),
  },
}

const TYPES = new Map<number, FrameType>(
  Object.entries(CODECS).map(([type, codec]) => [codec.code, type as FrameType]),
)

/** Of each feed and device one acknowledgement counts. */
export function keyOfAcknowledgement(ack: Pick<Acknowledgement, 'feed' | 'device'>): string {
  return `${ack.feed}/${ack.device}`
}

/** With ML-DSA-87 signatures, 200 fit a frame. */
export const MAX_ACKNOWLEDGEMENTS_PER_FRAME = 200

export function encodeFrame<T extends FrameType>(frame: FrameOf<T>): Uint8Array {
  const codec = CODECS[frame.type]
  return encodeValue([codec.code, ...codec.fields(frame)])
}

/**
 * @param hashBytes length of the circle's hash
 * @throws PeerFault 'malformed' | 'oversize' | 'frame-unknown'
 */
export function decodeFrame(bytes: Uint8Array, hashBytes: number): Frame {
  const reader = Reader.decode(bytes, MAX_FRAME_BYTES)
  const type = TYPES.get(reader.int(0, 255))
  if (type === undefined) throw new PeerFault('frame-unknown')
  const fields = CODECS[type].read(reader, hashBytes)
  reader.end()
  return { type, ...fields } as Frame
}

/** Whether a frame tells where its sender stands, by its first bytes: an array of fewer than 24 items, then its type. */
export function tellsPositions(frame: Uint8Array): boolean {
  return frame[1] === CODECS.have.code
}

/** Whether a frame brings log entries, by its first bytes likewise. */
export function bringsLogEntries(frame: Uint8Array): boolean {
  return frame[1] === CODECS['log-entries'].code
}

function hashOf(value: Value, hashBytes: number): Uint8Array {
  if (!(value instanceof Uint8Array) || value.length !== hashBytes) throw new PeerFault('malformed')
  return value
}

function bytesOf(value: Value): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new PeerFault('malformed')
  return value
}

function positionValue(position: Position): Value {
  return [id(position.device), position.incarnation, position.seq, position.read]
}

function positionOf(reader: Reader): Position {
  return {
    device: deviceOf(reader),
    incarnation: reader.bytes(INCARNATION_BYTES),
    seq: reader.int(0, MAX_SEQ),
    read: reader.int(0, MAX_SEQ),
  }
}

function acknowledgementValue(ack: Acknowledgement): Value {
  return [id(ack.feed), id(ack.device), ack.seq, ack.read, ack.signature]
}

function acknowledgementOf(reader: Reader): Acknowledgement {
  return {
    feed: feedOf(reader),
    device: deviceOf(reader),
    seq: reader.int(0, MAX_SEQ),
    read: reader.int(0, MAX_SEQ),
    signature: reader.bytes(1, MAX_SIGNATURE_BYTES),
  }
}

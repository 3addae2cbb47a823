/** What the client of a transfer stream says (spec §15.7): CBOR arrays that start with their type. */
import { base32, fromBase32 } from '../../base32.ts'
import { encodeValue, type Value } from '../../codec/cbor.ts'
import { Reader } from '../../codec/reader.ts'
import { PeerFault } from '../../fault.ts'
import { CONVERSATION_ID_BYTES } from '../../feed/spec.ts'
import type { BlobId, ConversationId } from '../../id.ts'
import { BLOB_ID_BYTES } from '../spec.ts'
import { MAX_ASK_BYTES, MAX_LEVEL, MAX_REQUEST_COUNT } from './spec.ts'

export type Ask =
  | { readonly type: 'hello'; readonly version: number }
  | { readonly type: 'interest'; readonly conversation: ConversationId; readonly blob: BlobId }
  | { readonly type: 'no-interest'; readonly blob: BlobId }
  | {
      readonly type: 'get-pages'
      readonly request: number
      readonly blob: BlobId
      readonly level: number
      readonly from: number
      readonly count: number
    }
  | {
      readonly type: 'get-chunks'
      readonly request: number
      readonly blob: BlobId
      readonly from: number
      readonly count: number
    }
  | { readonly type: 'cancel'; readonly request: number }
  | { readonly type: 'grant'; readonly bytes: number }
  | { readonly type: 'bad-chunk'; readonly blob: BlobId; readonly index: number }
  | { readonly type: 'complete'; readonly conversation: ConversationId; readonly blob: BlobId }

export type AskType = Ask['type']
type AskOf<T extends AskType> = Extract<Ask, { type: T }>

interface AskCodec<T extends AskType> {
  readonly code: number
  fields(ask: AskOf<T>): readonly Value[]
  read(reader: Reader): Omit<AskOf<T>, 'type'>
}

const U32 = 0xffff_ffff
const conversationOf = (reader: Reader): ConversationId =>
  base32(reader.bytes(CONVERSATION_ID_BYTES)) as ConversationId
const blobOf = (reader: Reader): BlobId => base32(reader.bytes(BLOB_ID_BYTES)) as BlobId
const rangeOf = (reader: Reader) => ({ from: reader.int(0, U32), count: reader.int(1, MAX_REQUEST_COUNT) })

const CODECS: { readonly [T in AskType]: AskCodec<T> } = {
  hello: {
    code: 0,
    fields: (ask) => [ask.version],
    read: (reader) => ({ version: reader.int(0, 255) }),
  },
  interest: {
    code: 1,
    fields: (ask) => [fromBase32(ask.conversation), fromBase32(ask.blob)],
    read: (reader) => ({ conversation: conversationOf(reader), blob: blobOf(reader) }),
  },
  'no-interest': {
    code: 2,
    fields: (ask) => [fromBase32(ask.blob)],
    read: (reader) => ({ blob: blobOf(reader) }),
  },
  'get-pages': {
    code: 3,
    fields: (ask) => [ask.request, fromBase32(ask.blob), ask.level, ask.from, ask.count],
    read: (reader) => ({
      request: reader.int(0, U32),
      blob: blobOf(reader),
      level: reader.int(0, MAX_LEVEL),
      ...rangeOf(reader),
    }),
  },
  'get-chunks': {
    code: 4,
    fields: (ask) => [ask.request, fromBase32(ask.blob), ask.from, ask.count],
    read: (reader) => ({ request: reader.int(0, U32), blob: blobOf(reader), ...rangeOf(reader) }),
  },
  cancel: {
    code: 5,
    fields: (ask) => [ask.request],
    read: (reader) => ({ request: reader.int(0, U32) }),
  },
  grant: {
    code: 6,
    fields: (ask) => [ask.bytes],
    read: (reader) => ({ bytes: reader.int() }),
  },
  'bad-chunk': {
    code: 7,
    fields: (ask) => [fromBase32(ask.blob), ask.index],
    read: (reader) => ({ blob: blobOf(reader), index: reader.int(0, U32) }),
  },
  complete: {
    code: 8,
    fields: (ask) => [fromBase32(ask.conversation), fromBase32(ask.blob)],
    read: (reader) => ({ conversation: conversationOf(reader), blob: blobOf(reader) }),
  },
}

const TYPES = new Map<number, AskType>(
  Object.entries(CODECS).map(([type, codec]) => [codec.code, type as AskType]),
)

export function encodeAsk<T extends AskType>(ask: AskOf<T>): Uint8Array {
  const codec = CODECS[ask.type]
  return encodeValue([codec.code, ...codec.fields(ask)])
}

/** @throws PeerFault 'malformed' | 'oversize' */
export function decodeAsk(bytes: Uint8Array): Ask {
  const reader = Reader.decode(bytes, MAX_ASK_BYTES)
  const type = TYPES.get(reader.int(0, 255))
  if (type === undefined) throw new PeerFault('malformed')
  const fields = CODECS[type].read(reader)
  reader.end()
  return { type, ...fields } as Ask
}

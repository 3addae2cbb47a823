/** The frames by which devices tell each other of cards, ask for them and hand them over (spec §10.9): see frame.ts for the others. */
import { base32, fromBase32 } from '../base32.ts'
import type { Value } from '../codec/cbor.ts'
import { readRecord, type Reader } from '../codec/reader.ts'
import { PeerFault } from '../fault.ts'
import type { DeviceId, ShortDeviceId } from '../id.ts'
import { CARD_TAG_BYTES, MAX_CARD_NEWS, MAX_CARDS, MAX_LIST, SHORT_DEVICE_BYTES } from './spec.ts'

/** Which card of a device someone has; `tag` tells those of one generation apart. */
export type SyncedCardVersion = readonly [device: DeviceId, generation: number, tag: Uint8Array]

/** Names one card in few bytes. */
export interface CardNotice {
  readonly device: ShortDeviceId
  readonly generation: number
  readonly tag: Uint8Array
}

export type CardFrame =
  | { readonly type: 'card-versions'; readonly versions: readonly SyncedCardVersion[] }
  | { readonly type: 'cards'; readonly cards: readonly Uint8Array[] }
  | { readonly type: 'card-news'; readonly notices: readonly CardNotice[] }
  | { readonly type: 'card-request'; readonly devices: readonly ShortDeviceId[] }

type FrameOf<T extends CardFrame['type']> = Extract<CardFrame, { type: T }>

type CardCodecs = {
  readonly [T in CardFrame['type']]: {
    readonly code: number
    fields(frame: FrameOf<T>): readonly Value[]
    read(reader: Reader): Omit<FrameOf<T>, 'type'>
  }
}

export const CARD_CODECS: CardCodecs = {
  'card-versions': {
    code: 3,
    fields: (frame) => [
      frame.versions.map(([device, generation, tag]) => [fromBase32(device), generation, tag]),
    ],
    read: (reader) => ({ versions: reader.list(MAX_LIST, (value) => readRecord(value, versionOf)) }),
  },
  cards: {
    code: 4,
    fields: (frame) => [frame.cards],
    read: (reader) => ({ cards: reader.list(MAX_CARDS, bytesOf) }),
  },
  'card-news': {
    code: 33,
    fields: (frame) => [
      frame.notices.map(({ device, generation, tag }) => [fromBase32(device), generation, tag]),
    ],
    read: (reader) => ({ notices: reader.list(MAX_CARD_NEWS, (value) => readRecord(value, noticeOf)) }),
  },
  'card-request': {
    code: 34,
    fields: (frame) => [frame.devices.map((device) => fromBase32(device))],
    read: (reader) => ({ devices: reader.list(MAX_CARD_NEWS, (value) => shortOf(bytesOf(value))) }),
  },
}

export function shortDeviceId(device: DeviceId): ShortDeviceId {
  return device.slice(0, SHORT_DEVICE_LENGTH) as ShortDeviceId
}

function versionOf(reader: Reader): SyncedCardVersion {
  return [base32(reader.bytes(32)) as DeviceId, reader.int(0, 0xffff_ffff), reader.bytes(CARD_TAG_BYTES)]
}

function noticeOf(reader: Reader): CardNotice {
  return {
    device: shortOf(reader.bytes(SHORT_DEVICE_BYTES)),
    generation: reader.int(0, 0xffff_ffff),
    tag: reader.bytes(CARD_TAG_BYTES),
  }
}

function shortOf(bytes: Uint8Array): ShortDeviceId {
  if (bytes.length !== SHORT_DEVICE_BYTES) throw new PeerFault('malformed')
  return base32(bytes) as ShortDeviceId
}

function bytesOf(value: Value): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new PeerFault('malformed')
  return value
}

/** Digits of base32, each of five bits: it comes out even. */
const SHORT_DEVICE_LENGTH = (SHORT_DEVICE_BYTES * 8) / 5

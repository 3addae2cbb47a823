/** The frames between a keeper and the other devices (spec §16.3): see frame.ts for the others. */
import { fromBase32 } from '../base32.ts'
import type { Value } from '../codec/cbor.ts'
import { Reader, readRecord } from '../codec/reader.ts'
import { MAX_SEQ } from '../feed/spec.ts'
import type { DropTag } from '../id.ts'
import type { Notice } from '../keeping/dropKeys.ts'
import { noticeFields, noticeOf, tagOf } from '../keeping/notices.ts'
import {
  MAX_BOX_PARTS,
  MAX_DROPS_PER_FRAME,
  MAX_NOTICES_PER_FRAME,
  NOTICES_DIGEST_BYTES,
} from '../keeping/spec.ts'
import { HOLD_HOURS_MAX } from '../keeping/terms.ts'
import { MAX_FRAME_BYTES } from './spec.ts'

/** How a drop stands at a keeper. */
export interface KeptStanding {
  readonly tag: DropTag
  /** The first entry that is there, and the one after the last; both 0 when the keeper knows no such drop. */
  readonly first: number
  readonly next: number
  /** Of those for whom there is a notice: see noticesDigest(). */
  readonly notices: Uint8Array
  /** Whether the keeper takes more from this device's member now. */
  readonly hasRoom: boolean
}

/** A drop that a keeper has a notice of for the device that it tells. */
export interface Offer {
  readonly tag: DropTag
  /** Of the sealing key that the notice is sealed to. */
  readonly generation: number
  readonly next: number
}

export type KeepingFrame =
  | { readonly type: 'keeper-terms'; readonly holdHours: number; readonly memberBytes: number }
  | { readonly type: 'drops'; readonly tags: readonly DropTag[] }
  | { readonly type: 'kept'; readonly drops: readonly KeptStanding[] }
  | { readonly type: 'notices'; readonly notices: readonly Notice[] }
  | {
      readonly type: 'box'
      readonly tag: DropTag
      readonly from: number
      readonly last: number
      readonly part: number
      readonly final: boolean
      readonly bytes: Uint8Array
    }
  /** Erase what is there before `upTo`; beyond the last sequence number: the drop itself. */
  | { readonly type: 'release'; readonly tag: DropTag; readonly upTo: number }
  | { readonly type: 'offers'; readonly offers: readonly Offer[] }
  | { readonly type: 'notices-request'; readonly tags: readonly DropTag[] }
  | { readonly type: 'collect'; readonly tag: DropTag; readonly from: number }
  | { readonly type: 'collected'; readonly tag: DropTag; readonly next: number }

export type KeepingFrameType = KeepingFrame['type']
type FrameOf<T extends KeepingFrameType> = Extract<KeepingFrame, { type: T }>

/** Says that a whole drop is to be erased. */
export const RELEASE_ALL = 0xffff_ffff

interface Codec<T extends KeepingFrameType> {
  readonly code: number
  fields(frame: FrameOf<T>): readonly Value[]
  read(reader: Reader, hashBytes: number): Omit<FrameOf<T>, 'type'>
}

const bytesOfTag = (tag: DropTag): Uint8Array => fromBase32(tag)
const tagsOf = (reader: Reader): DropTag[] =>
  reader.list(MAX_DROPS_PER_FRAME, (value) => tagOf(new Reader([value])))

export const KEEPING_CODECS: { readonly [T in KeepingFrameType]: Codec<T> } = {
  'keeper-terms': {
    code: 16,
    fields: (frame) => [frame.holdHours, frame.memberBytes],
    read: (reader) => ({ holdHours: reader.int(1, HOLD_HOURS_MAX), memberBytes: reader.int() }),
  },
  drops: {
    code: 17,
    fields: (frame) => [frame.tags.map(bytesOfTag)],
    read: (reader) => ({ tags: tagsOf(reader) }),
  },
  kept: {
    code: 18,
    fields: (frame) => [frame.drops.map(standingValue)],
    read: (reader) => ({
      drops: reader.list(MAX_DROPS_PER_FRAME, (value) => readRecord(value, standingOf)),
    }),
  },
  notices: {
    code: 19,
    fields: (frame) => [frame.notices.map(noticeFields)],
    read: (reader) => ({
      notices: reader.list(MAX_NOTICES_PER_FRAME, (value) => readRecord(value, noticeOf)),
    }),
  },
  box: {
    code: 20,
    fields: (frame) => [bytesOfTag(frame.tag), frame.from, frame.last, frame.part, frame.final, frame.bytes],
    read: (reader) => ({
      tag: tagOf(reader),
      from: reader.int(1, MAX_SEQ),
      last: reader.int(1, MAX_SEQ),
      part: reader.int(0, MAX_BOX_PARTS - 1),
      final: reader.bool(),
      bytes: reader.bytes(1, MAX_FRAME_BYTES),
    }),
  },
  release: {
    code: 21,
    fields: (frame) => [bytesOfTag(frame.tag), frame.upTo],
    read: (reader) => ({ tag: tagOf(reader), upTo: reader.int(0, RELEASE_ALL) }),
  },
  offers: {
    code: 22,
    fields: (frame) => [frame.offers.map(({ tag, generation, next }) => [bytesOfTag(tag), generation, next])],
    read: (reader) => ({
      offers: reader.list(MAX_DROPS_PER_FRAME, (value) => readRecord(value, offerOf)),
    }),
  },
  'notices-request': {
    code: 23,
    fields: (frame) => [frame.tags.map(bytesOfTag)],
    read: (reader) => ({ tags: tagsOf(reader) }),
  },
  collect: {
    code: 24,
    fields: (frame) => [bytesOfTag(frame.tag), frame.from],
    read: (reader) => ({ tag: tagOf(reader), from: reader.int(1, MAX_SEQ) }),
  },
  collected: {
    code: 25,
    fields: (frame) => [bytesOfTag(frame.tag), frame.next],
    read: (reader) => ({ tag: tagOf(reader), next: reader.int(0, MAX_SEQ + 1) }),
  },
}

function standingValue({ tag, first, next, notices, hasRoom }: KeptStanding): Value {
  return [bytesOfTag(tag), first, next, notices, hasRoom]
}

function standingOf(reader: Reader): KeptStanding {
  return {
    tag: tagOf(reader),
    first: reader.int(0, MAX_SEQ + 1),
    next: reader.int(0, MAX_SEQ + 1),
    notices: reader.bytes(NOTICES_DIGEST_BYTES),
    hasRoom: reader.bool(),
  }
}

function offerOf(reader: Reader): Offer {
  return {
    tag: tagOf(reader),
    generation: reader.int(0, 0xffff_ffff),
    next: reader.int(0, MAX_SEQ + 1),
  }
}

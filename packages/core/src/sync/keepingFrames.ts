/** The frames between a keeper and the other devices (spec §16.3): see frame.ts for the others. */
import { base32, fromBase32 } from '../base32.ts'
import type { Value } from '../codec/cbor.ts'
import { Reader, readRecord } from '../codec/reader.ts'
import { CONVERSATION_ID_BYTES, MAX_SEQ, MAX_SIGNATURE_BYTES } from '../feed/spec.ts'
import { PeerFault } from '../fault.ts'
import { chunkShapeOf } from '../file/chunkShape.ts'
import { CHUNK_TAG_BYTES } from '../file/spec.ts'
import type { BlobId, ConversationId, DeviceId, DropHandle, DropTag } from '../id.ts'
import type { Notice } from '../keeping/dropKeys.ts'
import { BLOB_STANDING, type BlobStanding, type BlobToKeep } from '../keeping/keptBlobs.ts'
import type { Complete, Slip } from '../keeping/slips.ts'
import { handleOf, MAX_ENC_BYTES, noticeFields, noticeOf, tagOf } from '../keeping/notices.ts'
import {
  MAX_BLOBS_PER_DROP,
  MAX_BOX_PARTS,
  MAX_COMPLETES_PER_SLIP,
  MAX_DROPS_PER_FRAME,
  MAX_KEPT_BLOB_BYTES,
  MAX_NOTICES_PER_FRAME,
  MAX_SLIP_BYTES,
  NOTICES_DIGEST_BYTES,
} from '../keeping/spec.ts'
import { HOLD_HOURS_MAX } from '../keeping/terms.ts'
import { MAX_FRAME_BYTES } from './spec.ts'

/** How a drop stands at a keeper. */
export interface KeptStanding {
  readonly handle: DropHandle
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
  | {
      readonly type: 'keeper-terms'
      readonly holdHours: number
      readonly memberBytes: number
      /** The largest file that is taken; 0: none. */
      readonly fileBytes: number
    }
  | { readonly type: 'drops'; readonly handles: readonly DropHandle[] }
  | { readonly type: 'kept'; readonly drops: readonly KeptStanding[] }
  | { readonly type: 'notices'; readonly notices: readonly Notice[] }
  | {
      readonly type: 'box'
      /** From an author: the handle. */
      readonly tag: DropTag
      readonly from: number
      readonly last: number
      readonly part: number
      readonly final: boolean
      readonly bytes: Uint8Array
    }
  /** Erase what is there before `upTo`; beyond the last sequence number: the drop itself. */
  | { readonly type: 'release'; readonly handle: DropHandle; readonly upTo: number }
  | { readonly type: 'offers'; readonly offers: readonly Offer[] }
  | { readonly type: 'notices-request'; readonly tags: readonly DropTag[] }
  | { readonly type: 'collect'; readonly tag: DropTag; readonly from: number }
  | { readonly type: 'collected'; readonly tag: DropTag; readonly next: number }
  /** All that is to be held of files with a drop. */
  | { readonly type: 'blobs'; readonly handle: DropHandle; readonly blobs: readonly BlobToKeep[] }
  | {
      readonly type: 'blobs-kept'
      readonly handle: DropHandle
      readonly blobs: readonly (readonly [BlobId, BlobStanding])[]
    }
  | { readonly type: 'blob-offers'; readonly blobs: readonly BlobId[] }
  | ({ readonly type: 'slip' } & Slip)
  /** In slips alone. */
  | {
      readonly type: 'completes'
      readonly conversation: ConversationId
      readonly completes: readonly Complete[]
    }
  | { readonly type: 'slip-taken'; readonly device: DeviceId; readonly digest: Uint8Array }

export type KeepingFrameType = KeepingFrame['type']
type FrameOf<T extends KeepingFrameType> = Extract<KeepingFrame, { type: T }>

/** Says that a whole drop is to be erased. */
export const RELEASE_ALL = 0xffff_ffff

/** In frames that go both ways, an author has its handle where the tag stands. */
export function inPlaceOfTag(handle: DropHandle): DropTag {
  return handle as string as DropTag
}

/** What stands in the place of the tag in what an author sent. */
export function handleIn({ tag }: { readonly tag: DropTag }): DropHandle {
  return tag as string as DropHandle
}

interface Codec<T extends KeepingFrameType> {
  readonly code: number
  fields(frame: FrameOf<T>): readonly Value[]
  read(reader: Reader, hashBytes: number): Omit<FrameOf<T>, 'type'>
}

const bytesOfTag = (tag: DropTag | DropHandle): Uint8Array => fromBase32(tag)
const tagsOf = (reader: Reader): DropTag[] =>
  reader.list(MAX_DROPS_PER_FRAME, (value) => tagOf(new Reader([value])))

export const KEEPING_CODECS: { readonly [T in KeepingFrameType]: Codec<T> } = {
  'keeper-terms': {
    code: 16,
    fields: (frame) => [frame.holdHours, frame.memberBytes, frame.fileBytes],
    read: (reader) => ({
      holdHours: reader.int(1, HOLD_HOURS_MAX),
      memberBytes: reader.int(),
      fileBytes: reader.int(),
    }),
  },
  drops: {
    code: 17,
    fields: (frame) => [frame.handles.map(bytesOfTag)],
    read: (reader) => ({
      handles: reader.list(MAX_DROPS_PER_FRAME, (value) => handleOf(new Reader([value]))),
    }),
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
    fields: (frame) => [bytesOfTag(frame.handle), frame.upTo],
    read: (reader) => ({ handle: handleOf(reader), upTo: reader.int(0, RELEASE_ALL) }),
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
  blobs: {
    code: 27,
    fields: (frame) => [bytesOfTag(frame.handle), frame.blobs.map(({ length, root }) => [length, root])],
    read: (reader, hashBytes) => ({
      handle: handleOf(reader),
      blobs: reader.list(MAX_BLOBS_PER_DROP, (value) =>
        readRecord(value, (blob) => ({ length: lengthOf(blob), root: blob.bytes(hashBytes) })),
      ),
    }),
  },
  'blobs-kept': {
    code: 28,
    fields: (frame) => [
      bytesOfTag(frame.handle),
      frame.blobs.map(([id, standing]) => [fromBase32(id), standing]),
    ],
    read: (reader) => ({
      handle: handleOf(reader),
      blobs: reader.list(MAX_BLOBS_PER_DROP, (value) =>
        readRecord(value, (blob) => {
          const id = blobOf(blob)
          return [id, blob.int(0, BLOB_STANDING.whole) as BlobStanding] as const
        }),
      ),
    }),
  },
  'blob-offers': {
    code: 29,
    fields: (frame) => [frame.blobs.map((id) => fromBase32(id))],
    read: (reader) => ({
      blobs: reader.list(MAX_DROPS_PER_FRAME, (value) => blobOf(new Reader([value]))),
    }),
  },
  slip: {
    code: 30,
    fields: ({ device, generation, enc, ciphertext }) => [fromBase32(device), generation, enc, ciphertext],
    read: (reader) => ({
      device: base32(reader.bytes(32)) as DeviceId,
      generation: reader.int(0, 0xffff_ffff),
      enc: reader.bytes(1, MAX_ENC_BYTES),
      ciphertext: reader.bytes(1, MAX_SLIP_BYTES),
    }),
  },
  completes: {
    code: 32,
    fields: ({ conversation, completes }) => [
      fromBase32(conversation),
      completes.map(({ blob, device, signature }) => [fromBase32(blob), fromBase32(device), signature]),
    ],
    read: (reader) => ({
      conversation: base32(reader.bytes(CONVERSATION_ID_BYTES)) as ConversationId,
      completes: reader.list(MAX_COMPLETES_PER_SLIP, (value) =>
        readRecord(value, (one) => ({
          blob: blobOf(one),
          device: base32(one.bytes(32)) as DeviceId,
          signature: one.bytes(1, MAX_SIGNATURE_BYTES),
        })),
      ),
    }),
  },
  'slip-taken': {
    code: 31,
    fields: ({ device, digest }) => [fromBase32(device), digest],
    read: (reader) => ({ device: base32(reader.bytes(32)) as DeviceId, digest: reader.bytes(8) }),
  },
}

function blobOf(reader: Reader): BlobId {
  return base32(reader.bytes(16)) as BlobId
}

/** One that blobs are padded to: others are nobody's. */
function lengthOf(reader: Reader): number {
  const length = reader.int(1, MAX_KEPT_BLOB_BYTES)
  const { sealedBytes, chunks } = chunkShapeOf(length)
  if (sealedBytes !== length + chunks * CHUNK_TAG_BYTES) throw new PeerFault('malformed')
  return length
}

function standingValue({ handle, first, next, notices, hasRoom }: KeptStanding): Value {
  return [bytesOfTag(handle), first, next, notices, hasRoom]
}

function standingOf(reader: Reader): KeptStanding {
  return {
    handle: handleOf(reader),
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

/** What a keeper knows of a drop, and how it stores that (spec §16.4). */
import { base32, fromBase32 } from '../base32.ts'
import { encodeValue } from '../codec/cbor.ts'
import { decodeStored } from '../codec/stored.ts'
import { MAX_SEQ } from '../feed/spec.ts'
import type { DeviceId } from '../id.ts'
import { MAX_NOTICES_PER_DROP, NOTICES_DIGEST_BYTES } from './spec.ts'

/** A drop as its keeper knows it. */
export interface KeptDrop {
  /** Who leaves it there. */
  readonly author: DeviceId
  /** The first entry that is there, and the one after the last; equal when nothing is. */
  readonly first: number
  readonly next: number
  readonly bytes: number
  readonly boxes: number
  /** When the first box came, and the last, by the time that the keeper ran: see KeptTime. */
  readonly firstAt: number
  readonly lastAt: number
  /** Devices that it has a notice for… */
  readonly readers: number
  /** …and what tells which, and to which keys: see noticesDigest(). */
  readonly notices: Uint8Array
}

export function encodeDrop({ author, ...drop }: KeptDrop): Uint8Array {
  const { first, next, bytes, boxes, firstAt, lastAt, readers, notices } = drop
  return encodeValue([fromBase32(author), first, next, bytes, boxes, firstAt, lastAt, readers, notices])
}

/** @throws IntegrityFault */
export function decodeDrop(record: Uint8Array): KeptDrop {
  return decodeStored(record, (reader) => ({
    author: base32(reader.bytes(32)) as DeviceId,
    first: reader.int(0, MAX_SEQ + 1),
    next: reader.int(0, MAX_SEQ + 1),
    bytes: reader.int(),
    boxes: reader.int(),
    firstAt: reader.int(),
    lastAt: reader.int(),
    readers: reader.int(0, MAX_NOTICES_PER_DROP),
    notices: reader.bytes(NOTICES_DIGEST_BYTES),
  }))
}

/** Notices on the wire and at rest, and what tells to whom a drop's notices were sealed (spec §16.2). */
import { base32, fromBase32 } from '../base32.ts'
import { concat, u32 } from '../bytes.ts'
import type { Value } from '../codec/cbor.ts'
import type { Reader } from '../codec/reader.ts'
import type { Suite } from '../crypto/suite.ts'
import type { DeviceId, DropHandle, DropTag } from '../id.ts'
import { NOTICE_CIPHERTEXT_BYTES, type Notice } from './dropKeys.ts'
import { DROP_TAG_BYTES, NOTICES_DIGEST_BYTES } from './spec.ts'

/** ML-KEM-1024's ciphertext is 1,568 bytes, the longest of the suites. */
export const MAX_ENC_BYTES = 1_600

export function noticeFields({ tag, device, generation, enc, ciphertext }: Notice): readonly Value[] {
  return [fromBase32(tag), fromBase32(device), generation, enc, ciphertext]
}

/** @throws PeerFault 'malformed' */
export function noticeOf(reader: Reader): Notice {
  return {
    tag: tagOf(reader),
    device: base32(reader.bytes(32)) as DeviceId,
    generation: reader.int(0, 0xffff_ffff),
    enc: reader.bytes(1, MAX_ENC_BYTES),
    ciphertext: reader.bytes(NOTICE_CIPHERTEXT_BYTES),
  }
}

/** @throws PeerFault 'malformed' */
export function tagOf(reader: Reader): DropTag {
  return base32(reader.bytes(DROP_TAG_BYTES)) as DropTag
}

/** @throws PeerFault 'malformed' */
export function handleOf(reader: Reader): DropHandle {
  return base32(reader.bytes(DROP_TAG_BYTES)) as DropHandle
}

export interface Addressee {
  readonly device: DeviceId
  /** Of the sealing key that its notice is to. */
  readonly generation: number
}

/**
 * Equal for an author and a keeper when the keeper has a notice for each of these, to that key. It guards an author against what a
 * keeper forgot, and nobody against anybody: so it may be a sum that is kept up to date for each notice that comes.
 */
export function noticesDigest(suite: Suite, to: Iterable<Addressee>): Uint8Array {
  const digest = new Uint8Array(NOTICES_DIGEST_BYTES)
  for (const one of to) toggleNotice(suite, digest, one)
  return digest
}

/** Puts one notice into a digest, or takes it out. */
export function toggleNotice(suite: Suite, digest: Uint8Array, { device, generation }: Addressee): void {
  const hash = suite.hash(concat(fromBase32(device), u32(generation)))
  for (let at = 0; at < digest.length; at++) digest[at] = (digest[at] ?? 0) ^ (hash[at] ?? 0)
}

/** Notices on the wire and at rest, and what tells to whom a drop's notices were sealed (spec §16.2). */
import { base32, fromBase32 } from '../base32.ts'
import { concat, u32 } from '../bytes.ts'
import type { Value } from '../codec/cbor.ts'
import type { Reader } from '../codec/reader.ts'
import type { Suite } from '../crypto/suite.ts'
import type { DeviceId, DropTag } from '../id.ts'
import { NOTICE_CIPHERTEXT_BYTES, type Notice } from './dropKeys.ts'
import { DROP_TAG_BYTES, NOTICES_DIGEST_BYTES } from './spec.ts'

/** ML-KEM-1024's ciphertext is 1,568 bytes, the longest of the suites. */
const MAX_ENC_BYTES = 1_600

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

/** Equal for an author and a keeper exactly when the keeper has a notice for each of these, to that key. */
export function noticesDigest(
  suite: Suite,
  to: Iterable<{ readonly device: DeviceId; readonly generation: number }>,
): Uint8Array {
  const lines = [...to].sort((a, b) => (a.device < b.device ? -1 : 1))
  const bytes = lines.map(({ device, generation }) => concat(fromBase32(device), u32(generation)))
  return suite.hash(concat(...bytes)).slice(0, NOTICES_DIGEST_BYTES)
}

/** HKDF (RFC 5869; SP 800-56C, two-step) over the module's HMAC. */
import { concat } from '../bytes.ts'
import type { HashName, Primitives } from '../ports/primitives.ts'

/** Output bytes of each hash. */
export const HASH_BYTES: Readonly<Record<HashName, number>> = {
  sha256: 32,
  sha384: 48,
  sha512: 64,
  'sha3-256': 32,
}

/** RFC 5869 §2.3: the block counter is one byte. */
const MAX_BLOCKS = 255

/** HKDF with one hash. */
export interface Hkdf {
  readonly hashBytes: number
  /** RFC 5869 §2.2; an empty salt counts as a block of zeroes. */
  extract(salt: Uint8Array, secret: Uint8Array): Uint8Array
  /** RFC 5869 §2.3. @throws RangeError when `length` is not in 0..255 * hashBytes */
  expand(key: Uint8Array, info: Uint8Array, length: number): Uint8Array
}

export function createHkdf(primitives: Primitives, hash: HashName): Hkdf {
  const hashBytes = HASH_BYTES[hash]
  return {
    hashBytes,
    extract: (salt, secret) => primitives.hmac(hash, salt, secret),
    expand(key, info, length) {
      if (!(length >= 0 && length <= MAX_BLOCKS * hashBytes)) throw new RangeError('HKDF output too long')
      const first = primitives.hmac(hash, key, concat(info, Uint8Array.of(1)))
      if (length === hashBytes) return first
      const out = new Uint8Array(length)
      out.set(first.subarray(0, length))
      let block = first
      for (let at = hashBytes, counter = 2; at < length; at += hashBytes, counter++) {
        block = primitives.hmac(hash, key, concat(block, info, Uint8Array.of(counter)))
        out.set(block.subarray(0, length - at), at)
      }
      first.fill(0) // a copy of a key, where one came out
      return out
    },
  }
}

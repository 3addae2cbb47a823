/** AES-256-GCM (SP 800-38D) with 96-bit nonces and 128-bit tags. */
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { plain } from './plain.ts'

const CIPHER = 'aes-256-gcm'
/** 128 bits, the longest that GCM has. */
const TAG_BYTES = 16
/** 96 bits: the only length for which GCM takes the nonce as it is (SP 800-38D §8.2). */
const NONCE_BYTES = 12
const OPTIONS = { authTagLength: TAG_BYTES } as const

/** @throws RangeError on a nonce that is not 12 bytes or a key that is not 32 */
export function aeadSeal(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  checkNonce(nonce)
  const cipher = createCipheriv(CIPHER, key, nonce, OPTIONS)
  cipher.setAAD(aad)
  const body = cipher.update(plaintext)
  cipher.final()
  const sealed = new Uint8Array(body.length + TAG_BYTES)
  sealed.set(body)
  sealed.set(cipher.getAuthTag(), body.length)
  return sealed
}

/**
 * The plaintext, or undefined when `sealed` is too short or its tag does not hold.
 * @throws RangeError on a nonce that is not 12 bytes or a key that is not 32
 */
export function aeadOpen(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  checkNonce(nonce)
  const bodyBytes = sealed.length - TAG_BYTES
  if (bodyBytes < 0) return undefined
  const decipher = createDecipheriv(CIPHER, key, nonce, OPTIONS)
  decipher.setAAD(aad)
  decipher.setAuthTag(sealed.subarray(bodyBytes))
  const plaintext = decipher.update(sealed.subarray(0, bodyBytes))
  try {
    decipher.final()
  } catch {
    plaintext.fill(0) // unauthenticated bytes must not outlive the refusal
    return undefined
  }
  return plain(plaintext)
}

function checkNonce(nonce: Uint8Array): void {
  if (nonce.length !== NONCE_BYTES) throw new RangeError('an AES-GCM nonce has 12 bytes')
}

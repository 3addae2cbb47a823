/** AES-256-GCM (SP 800-38D) with 96-bit nonces and 128-bit tags. */
import { createCipheriv, createDecipheriv } from 'node:crypto'

const CIPHER = 'aes-256-gcm'
/** 128 bits, the longest that GCM has. */
const TAG_BYTES = 16
/** 96 bits: the only length for which GCM takes the nonce as it is (SP 800-38D §8.2). */
const NONCE_BYTES = 12
const OPTIONS = { authTagLength: TAG_BYTES } as const

/**
 * What is longer is put through OpenSSL in steps of so many bytes, of which nothing but `out` is left: so the same memory serves each
 * step, from the core's cache. A fresh buffer for each costs more than the cipher (`npm run bench -- blob-store`).
 *
 * A kibibyte more than 64: Node allocates a byte more than a step has, then copies it to another buffer of the right length. Two of 64 KiB lie 16 bytes
 * beside each other modulo 4,096, where some processors copy at a tenth of their speed (`npm run bench -- primitives`).
 */
const STEP_BYTES = 66_560
/** What is shorter, as messages are, costs less to collect than to give back. */
const FREED_BYTES = 16_384

/** @throws RangeError on a nonce that is not 12 bytes, a key that is not 32, or an `out` of another length */
export function aeadSeal(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
  out: Uint8Array = new Uint8Array(plaintext.length + TAG_BYTES),
): Uint8Array {
  checkNonce(nonce)
  checkOut(out, plaintext.length + TAG_BYTES)
  const cipher = createCipheriv(CIPHER, key, nonce, OPTIONS)
  cipher.setAAD(aad)
  for (let at = 0; at < plaintext.length; at += STEP_BYTES) {
    const step = cipher.update(plaintext.subarray(at, at + STEP_BYTES))
    out.set(step, at)
    free(step)
  }
  cipher.final()
  out.set(cipher.getAuthTag(), plaintext.length)
  return out
}

/**
 * The plaintext, or undefined when `sealed` is too short or its tag does not hold.
 * @throws RangeError on a nonce that is not 12 bytes, a key that is not 32, or an `out` of another length
 */
export function aeadOpen(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
  out?: Uint8Array,
): Uint8Array | undefined {
  checkNonce(nonce)
  const bodyBytes = sealed.length - TAG_BYTES
  if (bodyBytes < 0) return undefined
  const plaintext = out ?? new Uint8Array(bodyBytes)
  checkOut(plaintext, bodyBytes)
  const decipher = createDecipheriv(CIPHER, key, nonce, OPTIONS)
  decipher.setAAD(aad)
  decipher.setAuthTag(sealed.subarray(bodyBytes))
  for (let at = 0; at < bodyBytes; at += STEP_BYTES) {
    const step = decipher.update(sealed.subarray(at, Math.min(bodyBytes, at + STEP_BYTES)))
    plaintext.set(step, at)
    free(step.fill(0))
  }
  try {
    decipher.final()
  } catch {
    plaintext.fill(0) // unauthenticated bytes must not outlive the refusal
    return undefined
  }
  return plaintext
}

/** Gives its memory back now. The collector does not see how much hangs on an object so small, and would let tens of MiB lie. */
function free({ buffer, length }: Uint8Array): void {
  if (length < FREED_BYTES) return
  // What is a part of something larger is somebody else's too.
  if (buffer instanceof ArrayBuffer && buffer.byteLength === length) buffer.transfer(0)
}

function checkOut(out: Uint8Array, bytes: number): void {
  if (out.length !== bytes) throw new RangeError('the result does not fit its place')
}

function checkNonce(nonce: Uint8Array): void {
  if (nonce.length !== NONCE_BYTES) throw new RangeError('an AES-GCM nonce has 12 bytes')
}

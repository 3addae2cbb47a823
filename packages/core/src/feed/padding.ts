/**
 * How long a sealed entry looks (spec §9.4): Padmé, from "Reducing Metadata Leakage from Encrypted Files and Communication
 * with PURBs" (Nikitin, Barman, Lueks, Underwood, Hubaux, Ford; PoPETs 2019), above a floor that most entries stay under.
 */
import { MAX_PLAINTEXT_BYTES, MIN_PADDED_BYTES } from './spec.ts'

/** Ends the content; zeros follow (ISO/IEC 7816-4). */
const MARK = 0x80

/** Bytes that a plaintext of `length` bytes is padded to, with the mark that ends it. */
export function paddedLength(length: number): number {
  return Math.max(MIN_PADDED_BYTES, padme(length + 1))
}

/** Padmé: `length` rounded up so that it has as many significant bits as its exponent takes to write. */
export function padme(length: number): number {
  if (length < 2) return length
  const exponent = exponentOf(length)
  const significant = 32 - Math.clz32(exponent)
  const step = 2 ** Math.max(0, exponent - significant)
  return Math.ceil(length / step) * step
}

/** floor(log2), exact for all integers that a double holds. */
function exponentOf(length: number): number {
  const high = Math.floor(length / 2 ** 32)
  return high === 0 ? 31 - Math.clz32(length) : 63 - Math.clz32(high)
}

/** `plaintext` with its mark and zeros. At most MAX_PLAINTEXT_BYTES long. */
export function pad(plaintext: Uint8Array): Uint8Array {
  return padTo(plaintext, paddedLength(plaintext.length))
}

/** `content`, its mark, and zeros up to `length`, which is more than its own. */
export function padTo(content: Uint8Array, length: number): Uint8Array {
  const padded = new Uint8Array(length)
  padded.set(content)
  padded[content.length] = MARK
  return padded
}

/** What is before the mark, however long the zeros are; undefined without a mark. */
export function contentOf(padded: Uint8Array): Uint8Array | undefined {
  let end = padded.length - 1
  while (end >= 0 && padded[end] === 0) end--
  return padded[end] === MARK ? padded.subarray(0, end) : undefined
}

/** The plaintext; undefined for anything but what `pad` makes of it. */
export function unpad(padded: Uint8Array): Uint8Array | undefined {
  const content = contentOf(padded)
  if (content === undefined || content.length > MAX_PLAINTEXT_BYTES) return undefined
  return paddedLength(content.length) === padded.length ? content : undefined
}

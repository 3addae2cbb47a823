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
  const padded = new Uint8Array(paddedLength(plaintext.length))
  padded.set(plaintext)
  padded[plaintext.length] = MARK
  return padded
}

/** The plaintext; undefined for anything but what `pad` makes of it. */
export function unpad(padded: Uint8Array): Uint8Array | undefined {
  let end = padded.length - 1
  while (end >= 0 && padded[end] === 0) end--
  if (padded[end] !== MARK || end > MAX_PLAINTEXT_BYTES || paddedLength(end) !== padded.length)
    return undefined
  return padded.subarray(0, end)
}

/** A picture within a recording: as of one that is sent for itself, with zeros behind it, so that it stays as long as it was. */
import { strip } from '../strip.ts'

/** How pictures begin that can be cleaned and take no harm from what follows their end. */
const SIGNATURES = [
  [Uint8Array.of(0xff, 0xd8, 0xff), 'image/jpeg'],
  [Uint8Array.of(0x89, 0x50, 0x4e, 0x47), 'image/png'],
] as const

/** @param bytes from its beginning @returns as many; undefined where there is nothing to take out, or nothing can be */
export function cleanCover(bytes: Uint8Array): Uint8Array | undefined {
  const mediaType = SIGNATURES.find(([head]) => head.every((byte, at) => bytes[at] === byte))?.[1]
  if (mediaType === undefined) return undefined
  const { parts, changed, mayTell } = strip(bytes, mediaType)
  if (!changed || mayTell) return undefined
  const pieces = parts.map((part) => ('bytes' in part ? part.bytes : bytes.subarray(part.from, part.to)))
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  // Exif of a few bytes may be shorter than what says how to turn it.
  if (length > bytes.length) return undefined
  const out = new Uint8Array(bytes.length)
  let at = 0
  for (const piece of pieces) {
    out.set(piece, at)
    at += piece.length
  }
  return out
}

/** Cleans the picture that begins within `bytes` and is all that follows there; they are written to. */
export function cleanCoverWithin(bytes: Uint8Array): void {
  const found = SIGNATURES.map(([head]) =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(head),
  )
  const at = Math.min(...found.filter((place) => place >= 0))
  if (!Number.isFinite(at)) return
  const cleaned = cleanCover(bytes.subarray(at))
  if (cleaned !== undefined) bytes.set(cleaned, at)
}

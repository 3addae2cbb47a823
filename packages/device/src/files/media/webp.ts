/** A WebP without Exif and XMP (RFC 9649 §2). */
import { orientationOf, orientationOnly } from './exif.ts'
import { joined, MAX_SEGMENTS, UPRIGHT, type Part, type Stripped } from './part.ts'

const HEAD_BYTES = 12
const CHUNK_HEAD_BYTES = 8
const SHOWN = ['VP8X', 'VP8 ', 'VP8L', 'ANIM', 'ANMF', 'ALPH', 'ICCP']
/** Flags of VP8X (§2.7.1): Exif and XMP follow. */
const FLAG = { exif: 0x08, xmp: 0x04 } as const

/** undefined for what is not a whole WebP. */
export function stripWebp(bytes: Uint8Array): Stripped | undefined {
  if (fourLetters(bytes, 0) !== 'RIFF' || fourLetters(bytes, 8) !== 'WEBP') return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const end = CHUNK_HEAD_BYTES + view.getUint32(4, true)
  if (end > bytes.length) return undefined
  const kept: Part[] = []
  let changed = end < bytes.length
  let orientation = UPRIGHT
  for (let at = HEAD_BYTES; at < end;) {
    if (at + CHUNK_HEAD_BYTES > end) return undefined
    const size = view.getUint32(at + 4, true)
    const to = at + CHUNK_HEAD_BYTES + size + (size & 1)
    if (to > end || kept.length === MAX_SEGMENTS) return undefined
    const type = fourLetters(bytes, at)
    const content = bytes.subarray(at + CHUNK_HEAD_BYTES, at + CHUNK_HEAD_BYTES + size)
    if (type === 'EXIF') orientation = orientationOf(withoutPrefix(content))
    if (SHOWN.includes(type)) kept.push({ from: at, to })
    else changed = true
    at = to
  }
  return {
    parts: changed ? rewritten(bytes, kept, orientation) : [{ from: 0, to: end }],
    changed,
    orientation,
  }
}

/** Some write it as in a JPEG. */
function withoutPrefix(content: Uint8Array): Uint8Array {
  return fourLetters(content, 0) === 'Exif' ? content.subarray(6) : content
}

function rewritten(bytes: Uint8Array, kept: readonly Part[], orientation: number): Part[] {
  const turn = orientation === UPRIGHT ? new Uint8Array(0) : exifChunk(orientation)
  const parts = kept.map((part) => withFlags(bytes, part, turn.length > 0))
  const length = [...parts, { bytes: turn }].reduce((sum, part) => sum + lengthOf(part), 4)
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1')
  head.writeUInt32LE(length, 4)
  return joined([{ bytes: head }, ...parts, { bytes: turn }])
}

/** The header of an extended file says what follows. */
function withFlags(bytes: Uint8Array, part: Part, turned: boolean): Part {
  if (!('from' in part) || fourLetters(bytes, part.from) !== 'VP8X') return part
  // Never a view: of a Buffer slice() would be one.
  const chunk = Uint8Array.from(bytes.subarray(part.from, part.to))
  const flags = (chunk[CHUNK_HEAD_BYTES] ?? 0) & ~(FLAG.exif | FLAG.xmp)
  chunk[CHUNK_HEAD_BYTES] = turned ? flags | FLAG.exif : flags
  return { bytes: chunk }
}

function exifChunk(orientation: number): Uint8Array {
  const tiff = orientationOnly(orientation)
  const head = Buffer.from('EXIF\0\0\0\0', 'latin1')
  head.writeUInt32LE(tiff.length, 4)
  return Buffer.concat([head, tiff])
}

function lengthOf(part: Part): number {
  return 'bytes' in part ? part.bytes.length : part.to - part.from
}

function fourLetters(bytes: Uint8Array, at: number): string {
  return Buffer.from(bytes.subarray(at, at + 4)).toString('latin1')
}

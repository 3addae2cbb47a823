/** Width and height of an image, from its header: known before anything is decoded, which so can be refused. */
import { heifDimensions } from './heifShape.ts'

export interface Dimensions {
  /** Pixels, as stored: before it is turned. */
  readonly width: number
  readonly height: number
}

/** undefined where they can't be told. */
export function dimensionsOf(bytes: Uint8Array, mediaType: string): Dimensions | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  try {
    if (mediaType === 'image/jpeg') return ofJpeg(view)
    if (mediaType === 'image/png') return { width: view.getUint32(16), height: view.getUint32(20) }
    if (mediaType === 'image/gif') return { width: view.getUint16(6, true), height: view.getUint16(8, true) }
    if (mediaType === 'image/webp') return ofWebp(view)
    if (HEIF.includes(mediaType)) return heifDimensions(view)
  } catch (error) {
    // It ended early.
    if (!(error instanceof RangeError)) throw error
  }
  return undefined
}

const HEIF = ['image/heic', 'image/heif', 'image/avif']

/** The frame header (ITU-T T.81 §B.2.2): markers C0 to CF but for C4, C8 and CC. */
function ofJpeg(view: DataView): Dimensions | undefined {
  for (let at = 2; view.getUint8(at) === 0xff;) {
    const marker = view.getUint8(at + 1)
    if (marker === 0xff) {
      at++
      continue
    }
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    at += 2 + view.getUint16(at + 2)
  }
  return undefined
}

/** RFC 9649 §2.5 to 2.7: the three kinds of first chunk. */
function ofWebp(view: DataView): Dimensions | undefined {
  const kind = view.getUint8(15)
  if (kind === LETTER.X) return { width: 1 + u24(view, 24), height: 1 + u24(view, 27) }
  if (kind === LETTER.L) {
    const bits = view.getUint32(21, true)
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >> 14) & 0x3fff) }
  }
  return kind === LETTER.space
    ? { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
    : undefined
}

/** Of `VP8X`, `VP8L` and `VP8 `. */
const LETTER = { X: 0x58, L: 0x4c, space: 0x20 } as const

function u24(view: DataView, at: number): number {
  return view.getUint16(at, true) + view.getUint8(at + 2) * 65_536
}

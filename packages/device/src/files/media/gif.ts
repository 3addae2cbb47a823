/** A GIF without comments, XMP and whatever programs add (GIF89a). */
import { joined, MAX_SEGMENTS, UPRIGHT, type Part, type Stripped } from './part.ts'

export const BLOCK = { extension: 0x21, image: 0x2c, end: 0x3b } as const
const EXTENSION = { text: 0x01, control: 0xf9, application: 0xff } as const
/** What programs add that a picture is shown by: how often it is repeated, and how colours are meant. */
const SHOWN = ['NETSCAPE2.0', 'ANIMEXTS1.0', 'ICCRGBG1012']
/** Signature, size and what goes for all frames. */
const SCREEN_BYTES = 13
export const IMAGE_BYTES = 10

/** One block of it, from its first byte to before the next. */
export interface GifBlock {
  readonly kind: number
  readonly from: number
  readonly to: number
}

/** undefined for what is not a whole GIF. */
export function stripGif(bytes: Uint8Array): Stripped | undefined {
  const start = blocksAt(bytes)
  if (start === undefined) return undefined
  const kept: Part[] = [{ from: 0, to: start }]
  let changed = false
  for (let at = start; kept.length < MAX_SEGMENTS;) {
    const block = blockAt(bytes, at)
    if (block === undefined) return undefined
    at = block.to
    if (isNeeded(bytes, block)) kept.push({ from: block.from, to: block.to })
    else changed = true
    if (block.kind !== BLOCK.end) continue
    return { parts: joined(kept), changed: changed || at < bytes.length, orientation: UPRIGHT }
  }
  return undefined
}

/** Where its blocks begin; undefined for what is no GIF. */
export function blocksAt(bytes: Uint8Array): number | undefined {
  const signature = latin1(bytes, 0, 6)
  if (signature !== 'GIF87a' && signature !== 'GIF89a') return undefined
  const start = SCREEN_BYTES + coloursIn(bytes[10] ?? 0)
  return start <= bytes.length ? start : undefined
}

/** undefined where there is none, or not all of it. */
export function blockAt(bytes: Uint8Array, from: number): GifBlock | undefined {
  const kind = bytes[from]
  if (kind === BLOCK.end) return { kind, from, to: from + 1 }
  const data = kind === BLOCK.extension ? from + 2 : kind === BLOCK.image ? dataOf(bytes, from) : undefined
  const to = data && endOfData(bytes, data)
  return kind === undefined || to === undefined ? undefined : { kind, from, to }
}

/** Where a frame's data begin: behind its place, its colours, and how long its codes are. */
export function dataOf(bytes: Uint8Array, from: number): number {
  return from + IMAGE_BYTES + coloursIn(bytes[from + IMAGE_BYTES - 1] ?? 0) + 1
}

/** Bytes of a table of colours, by the byte that says whether there is one. */
export function coloursIn(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1)
}

/** Behind pieces that each say how long they are, up to an empty one. */
function endOfData(bytes: Uint8Array, from: number): number | undefined {
  let at = from
  for (let length = bytes[at]; length !== undefined; length = bytes[at]) {
    at += 1 + length
    if (length === 0) return at
  }
  return undefined
}

function isNeeded(bytes: Uint8Array, { kind, from }: GifBlock): boolean {
  if (kind !== BLOCK.extension) return true
  const label = bytes[from + 1]
  if (label === EXTENSION.control || label === EXTENSION.text) return true
  return label === EXTENSION.application && SHOWN.includes(latin1(bytes, from + 3, 11))
}

function latin1(bytes: Uint8Array, from: number, length: number): string {
  return Buffer.from(bytes.subarray(from, from + length)).toString('latin1')
}

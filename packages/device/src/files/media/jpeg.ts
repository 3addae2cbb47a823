/** A JPEG without what tells where, when and with what it was taken (ITU-T T.81 Annex B; Exif 2.32 §4.7). */
import { orientationOf, orientationOnly } from './exif.ts'
import { joined, MAX_SEGMENTS, UPRIGHT, type Part, type Stripped } from './part.ts'

const MARKER = {
  soi: 0xd8,
  eoi: 0xd9,
  sos: 0xda,
  app0: 0xe0,
  app1: 0xe1,
  app2: 0xe2,
  app14: 0xee,
  app15: 0xef,
  com: 0xfe,
} as const
const ICC = 'ICC_PROFILE\0'
const EXIF = 'Exif\0\0'
/** What JFIF says besides a picture. */
const JFIF_BYTES = 14

/** undefined for what is not a whole JPEG: nothing is taken out of it then. */
export function stripJpeg(bytes: Uint8Array): Stripped | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== MARKER.soi) return undefined
  const kept: Part[] = []
  let orientation = UPRIGHT
  let at = 2
  for (;;) {
    const segment = segmentAt(bytes, at)
    if (segment === undefined || kept.length === MAX_SEGMENTS) return undefined
    const { marker, end } = segment
    if (marker === MARKER.eoi) {
      const parts = joined([{ from: 0, to: 2 }, ...turned(orientation), ...kept, { from: at, to: end }])
      // What stands behind the end is no part of the picture: a second picture, or a film of the moment.
      return { parts, changed: !isWhole(parts, bytes.length), orientation }
    }
    const body = bytes.subarray(segment.body, end)
    if (marker === MARKER.app1 && startsWith(body, EXIF))
      orientation = orientationOf(body.subarray(EXIF.length))
    const to = marker === MARKER.sos ? scanEnd(bytes, end) : end
    if (isNeeded(marker, body))
      kept.push(marker === MARKER.app0 ? withoutThumbnail(at, to, body) : { from: at, to })
    at = to
  }
}

interface Segment {
  readonly marker: number
  /** Where its content begins, and what follows it. */
  readonly body: number
  readonly end: number
}

/** Fill bytes before a marker count as part of it. */
function segmentAt(bytes: Uint8Array, at: number): Segment | undefined {
  let marker = at + 1
  if (bytes[at] !== 0xff) return undefined
  while (bytes[marker] === 0xff) marker++
  const code = bytes[marker]
  if (code === undefined) return undefined
  if (code === MARKER.eoi) return { marker: code, body: marker + 1, end: marker + 1 }
  const [high, low] = [bytes[marker + 1], bytes[marker + 2]]
  if (high === undefined || low === undefined) return undefined
  const length = high * 256 + low
  const end = marker + 1 + length
  return length < 2 || end > bytes.length ? undefined : { marker: code, body: marker + 3, end }
}

/** Where the coded picture ends that begins at `at`: at the next marker that is not part of it (T.81 §B.1.1.5). */
function scanEnd(bytes: Uint8Array, at: number): number {
  for (let next = at; next < bytes.length; next++) {
    next = bytes.indexOf(0xff, next)
    if (next < 0) return bytes.length
    const code = bytes[next + 1] ?? 0
    const isData = code === 0 || (code >= 0xd0 && code <= 0xd7)
    if (!isData && code !== 0xff) return next
  }
  return bytes.length
}

/** Of what applications add: how colours are meant, and nothing else. */
function isNeeded(marker: number, body: Uint8Array): boolean {
  if (marker === MARKER.com) return false
  if (marker < MARKER.app0 || marker > MARKER.app15) return true
  if (marker === MARKER.app2) return startsWith(body, ICC)
  return marker === MARKER.app14 || (marker === MARKER.app0 && startsWith(body, 'JFIF\0'))
}

/** JFIF may hold a picture of its own, of what was there before somebody cut it (JFIF 1.02: width and height of it stand last). */
function withoutThumbnail(from: number, to: number, body: Uint8Array): Part {
  if (body.length <= JFIF_BYTES) return { from, to }
  const head = Uint8Array.of(0xff, MARKER.app0, 0, 2 + JFIF_BYTES)
  return { bytes: Buffer.concat([head, body.subarray(0, JFIF_BYTES - 2), Uint8Array.of(0, 0)]) }
}

/** A segment that says how to turn the picture, if it is to be. */
function turned(orientation: number): Part[] {
  if (orientation === UPRIGHT) return []
  const tiff = orientationOnly(orientation)
  const length = 2 + EXIF.length + tiff.length
  const head = Uint8Array.of(0xff, MARKER.app1, length >> 8, length & 255)
  return [{ bytes: Buffer.concat([head, Buffer.from(EXIF, 'latin1'), tiff]) }]
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes.subarray(0, text.length)).toString('latin1') === text
}

function isWhole([only, ...more]: readonly Part[], size: number): boolean {
  return only !== undefined && more.length === 0 && 'from' in only && only.from === 0 && only.to === size
}

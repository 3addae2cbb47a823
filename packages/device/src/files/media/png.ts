/** A PNG without texts, times and Exif (W3C PNG, third edition, §11). */
import { crc32 } from 'node:zlib'
import { orientationOf, orientationOnly } from './exif.ts'
import { joined, MAX_SEGMENTS, UPRIGHT, type Part, type Stripped } from './part.ts'

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
/** What a picture is shown by: of ancillary chunks these alone. */
const SHOWN = [
  'tRNS',
  'cHRM',
  'gAMA',
  'iCCP',
  'sBIT',
  'sRGB',
  'cICP',
  'mDCV',
  'cLLI',
  'bKGD',
  'hIST',
  'pHYs',
  'sPLT',
  'acTL',
  'fcTL',
  'fdAT',
]
const HEAD_BYTES = 8
const CRC_BYTES = 4

/** undefined for what is not a whole PNG. */
export function stripPng(bytes: Uint8Array): Stripped | undefined {
  if (!SIGNATURE.every((byte, index) => bytes[index] === byte)) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const kept: Part[] = []
  let changed = false
  let orientation = UPRIGHT
  for (let at = SIGNATURE.length; at + HEAD_BYTES + CRC_BYTES <= bytes.length;) {
    const to = at + HEAD_BYTES + view.getUint32(at) + CRC_BYTES
    if (to > bytes.length || kept.length === MAX_SEGMENTS) return undefined
    const type = Buffer.from(bytes.subarray(at + 4, at + HEAD_BYTES)).toString('latin1')
    if (type === 'eXIf') orientation = orientationOf(bytes.subarray(at + HEAD_BYTES, to - CRC_BYTES))
    if (isCritical(type) || SHOWN.includes(type)) kept.push({ from: at, to })
    else changed = true
    if (type === 'IEND') {
      const parts = joined([{ from: 0, to: SIGNATURE.length }, ...withTurn(kept, orientation)])
      return { parts, changed: changed || to < bytes.length, orientation }
    }
    at = to
  }
  return undefined
}

/** Bit 5 of the first letter (§5.4). */
function isCritical(type: string): boolean {
  return (type.charCodeAt(0) & 0x20) === 0
}

/** Behind the first chunk, which is the header. */
function withTurn(kept: readonly Part[], orientation: number): readonly Part[] {
  if (orientation === UPRIGHT) return kept
  const content = Buffer.concat([Buffer.from('eXIf', 'latin1'), orientationOnly(orientation)])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length - 4)
  const crc = Buffer.alloc(CRC_BYTES)
  crc.writeUInt32BE(crc32(content))
  return [...kept.slice(0, 1), { bytes: Buffer.concat([length, content, crc]) }, ...kept.slice(1)]
}

/** The one thing in Exif that an image needs to be shown as it was taken: its orientation (Exif 2.32, TIFF 6.0). */
import { UPRIGHT } from './part.ts'

const TAG_ORIENTATION = 0x0112
const TYPE_SHORT = 3
const ENTRY_BYTES = 12
/** More entries than any camera writes. */
const MAX_ENTRIES = 512

/** @param tiff the TIFF structure, without the `Exif\0\0` before it in a JPEG; 1 where it can't be told */
export function orientationOf(tiff: Uint8Array): number {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length)
  if (tiff.length < 8) return UPRIGHT
  const order = view.getUint16(0)
  if (order !== 0x4949 && order !== 0x4d4d) return UPRIGHT
  const little = order === 0x4949
  const at = view.getUint32(4, little)
  if (view.getUint16(2, little) !== 42 || at + 2 > tiff.length) return UPRIGHT
  const entries = Math.min(view.getUint16(at, little), MAX_ENTRIES)
  for (let index = 0; index < entries; index++) {
    const entry = at + 2 + index * ENTRY_BYTES
    if (entry + ENTRY_BYTES > tiff.length) return UPRIGHT
    if (view.getUint16(entry, little) !== TAG_ORIENTATION) continue
    const value = view.getUint16(entry + 8, little)
    return view.getUint16(entry + 2, little) === TYPE_SHORT && value >= 1 && value <= 8 ? value : UPRIGHT
  }
  return UPRIGHT
}

/** A TIFF structure that says the orientation and nothing else: 26 bytes. */
export function orientationOnly(orientation: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(26))
  view.setUint16(0, 0x4d4d)
  view.setUint16(2, 42)
  view.setUint32(4, 8)
  view.setUint16(8, 1)
  view.setUint16(10, TAG_ORIENTATION)
  view.setUint16(12, TYPE_SHORT)
  view.setUint32(14, 1)
  view.setUint16(18, orientation)
  return new Uint8Array(view.buffer)
}

/**
 * Whether a film says where it was taken, as telephones and cameras write it into MP4 and QuickTime (ISO/IEC 14496-12; QuickTime File Format;
 * 3GPP TS 26.244 §8.10). It is only told of: nothing is taken out of a film.
 */
import { boxesIn, fourLetters, only, type Box } from './boxes.ts'
import type { RandomAccess } from './randomAccess.ts'

const HEAD_BYTES = 16
/** Of the box that says what a film is made of, which is in memory: that of a day of film has no more. */
const MAX_MOOV_BYTES = 67_108_864
/** Boxes that are looked at before it. */
const MAX_BEFORE = 1_024
/** Where one place for the whole of it stands: QuickTime's, 3GPP's, and the key that telephones of one maker write. */
const PLACES = ['\u00a9xyz', 'loci', 'location']
/** Of tracks that tell of each moment: GoPro's, Android's, Sony's, DJI's, and the same key. */
const MOMENTS = ['gpmd', 'camm', 'rtmd', 'djmd', 'location']
/** What is seen or heard; other tracks tell of it. */
const SHOWN = ['vide', 'soun']

/** @param file MP4 or QuickTime; of anything else, or what is cut, it is not known */
export async function tellsWhere(file: RandomAccess): Promise<boolean> {
  for (let at = 0, looked = 0; at + HEAD_BYTES <= file.size && looked < MAX_BEFORE; looked++) {
    const head = viewOf(await file.read(at, at + HEAD_BYTES))
    const size = head.getUint32(0)
    const length = size === 1 ? Number(head.getBigUint64(8)) : size === 0 ? file.size - at : size
    if (length < 8 || at + length > file.size) return false
    if (fourLetters(head, 4) === 'moov')
      return length > MAX_MOOV_BYTES || isTold(await file.read(at, at + length))
    at += length
  }
  return false
}

/** @param moov all of that box */
function isTold(moov: Uint8Array): boolean {
  const view = viewOf(moov)
  try {
    const [box] = boxesIn(view, 0, moov.length) ?? []
    const inside = (box && boxesIn(view, box.body, box.end)) ?? []
    return inside.some((one) => tells(moov, view, one))
  } catch (error) {
    // It ended early.
    if (error instanceof RangeError) return false
    throw error
  }
}

function tells(moov: Uint8Array, view: DataView, box: Box): boolean {
  if (box.type === 'udta' || box.type === 'meta') return has(moov, box, PLACES)
  if (box.type !== 'trak') return false
  const inside = boxesIn(view, box.body, box.end) ?? []
  if (inside.some((one) => one.type !== 'trak' && tells(moov, view, one))) return true
  const media = only(inside, 'mdia')
  const handler = media && only(boxesIn(view, media.body, media.end) ?? [], 'hdlr')
  // Behind version, flags, and a type that QuickTime alone writes.
  const kind = handler && fourLetters(view, handler.body + 8)
  return kind !== undefined && !SHOWN.includes(kind) && has(moov, box, MOMENTS)
}

function has(bytes: Uint8Array, { body, end }: Box, words: readonly string[]): boolean {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset + body, end - body)
  return words.some((word) => content.includes(word, 0, 'latin1'))
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}

/** MP4, QuickTime, 3GPP and sound in the same boxes (ISO/IEC 14496-12 §4.2), from their first box to their last. */
import { areWithin, merged, type Extent } from '../blank.ts'
import { cleanMovie } from './isoMovie.ts'
import { MAX_PIECES, MAX_SEEN_BYTES, type Scan } from './scan.ts'

const HEAD_BYTES = 8
const LONG_HEAD_BYTES = 16
/** What a film is made of, and fragments of it. What is coded is never looked into. */
const PARTS = ['ftyp', 'styp', 'mdat', 'imda', 'moof', 'mfra', 'sidx', 'ssix', 'pdin', 'emsg']
/** What is said of it, what programs add (XMP above all), when it was streamed, a small picture with its day; and room, with what may be left in it. */
const TELLING = ['udta', 'meta', 'uuid', 'prft', 'pnot', 'PICT', 'free', 'skip', 'wide']
/** Zeros to the end. */
const NOTHING = '\0\0\0\0'
const STORES = ['mdat', 'imda']
const FREE = Buffer.from('free', 'latin1')

/** A box that is not known stays, since it may be needed: then it is not known either what it tells. */
export function* scanIso(): Scan {
  const stores: Extent[] = []
  const later: Extent[] = []
  let [mayTell, movies, at] = [false, 0, 0]
  for (let seen = 0; ; seen++) {
    const box = boxOf(yield { peek: LONG_HEAD_BYTES })
    if (box === 'end') break
    if (box === 'padding') {
      yield { zero: Infinity }
      break
    }
    // No box begins here, or there are very many.
    if (box === undefined || seen === MAX_PIECES) {
      mayTell = true
      yield { pass: Infinity }
      break
    }
    const { type, headBytes, head, bytes } = box
    if (STORES.includes(type)) stores.push({ from: at + headBytes, to: at + bytes })
    at += bytes
    if (type === 'moov') {
      movies++
      const found = yield* movie(box)
      mayTell ||= found.mayTell
      later.push(...found.later)
    } else if (TELLING.includes(type)) {
      yield { put: freed(head) }
      yield { zero: bytes - headBytes }
    } else {
      mayTell ||= !PARTS.includes(type)
      yield { pass: bytes }
    }
  }
  const emptied = within(merged(later), merged(stores))
  return { mayTell: mayTell || movies !== 1 || emptied === undefined, later: emptied ?? [] }
}

interface Head {
  readonly type: string
  readonly headBytes: number
  readonly head: Uint8Array
  /** Of all of it; Infinity: to the end. */
  readonly bytes: number
}

function boxOf(bytes: Uint8Array): Head | 'end' | 'padding' | undefined {
  if (bytes.length === 0) return 'end'
  if (bytes.length < HEAD_BYTES) return 'padding'
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const size = view.getUint32(0)
  if (size === 1 && bytes.length < LONG_HEAD_BYTES) return undefined
  const headBytes = size === 1 ? LONG_HEAD_BYTES : HEAD_BYTES
  const length = size === 1 ? Number(view.getBigUint64(HEAD_BYTES)) : size === 0 ? Infinity : size
  if (length < headBytes) return undefined
  const type = Buffer.from(bytes.subarray(4, 8)).toString('latin1')
  if (size === 0 && type === NOTHING) return 'padding'
  return { type, headBytes, head: bytes.slice(0, headBytes), bytes: length }
}

function* movie({ headBytes, bytes }: Head): Scan {
  const seen = bytes > MAX_SEEN_BYTES ? undefined : yield { peek: bytes }
  const cleaned = seen?.length === bytes ? cleanMovie(seen.subarray(headBytes)) : undefined
  if (cleaned === undefined) {
    yield { pass: bytes }
    return { mayTell: true, later: [] }
  }
  yield { pass: headBytes }
  yield { put: cleaned.bytes }
  return { mayTell: cleaned.mayTell, later: cleaned.later }
}

function freed(head: Uint8Array): Uint8Array {
  head.set(FREE, 4)
  return head
}

/** What is to be emptied lies where films are kept, and nowhere else; undefined where it does not. */
function within(later: readonly Extent[], stores: readonly Extent[]): readonly Extent[] | undefined {
  return areWithin(later, stores) ? later : undefined
}

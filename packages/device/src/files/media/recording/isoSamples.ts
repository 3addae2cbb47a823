/** Where the samples of one track lie in a file (ISO/IEC 14496-12 §8.6, §8.7). */
import { merged, type Extent } from '../blank.ts'
import { boxesIn, FULL_BYTES, only, type Box } from '../boxes.ts'

/** Of a day of film at 30 pictures a second there are 2,592,000. */
const MAX_SAMPLES = 4_194_304
const MAX_CHUNKS = 1_048_576
const MAX_FILES = 16

/**
 * @param inside what is in the box `minf` of the track
 * @param table what is in its box `stbl`
 * @returns merged; undefined where not all of them are known, or some lie in another file
 * @throws RangeError where it ends early
 */
export function samplesOf(
  view: DataView,
  inside: readonly Box[],
  table: readonly Box[],
): Extent[] | undefined {
  if (!areHere(view, only(inside, 'dinf'))) return undefined
  const [sizes, runs, places] = [
    sizesOf(view, table),
    runsOf(view, only(table, 'stsc')),
    placesOf(view, table),
  ]
  if (sizes === undefined || runs === undefined || places === undefined) return undefined
  const extents: Extent[] = []
  let [sample, run] = [0, 0]
  for (let chunk = 1; chunk <= places.count; chunk++) {
    if ((runs[run + 1]?.first ?? Infinity) <= chunk) run++
    const count = runs[run]?.count ?? 0
    if (count > sizes.count - sample) return undefined
    const from = places.at(chunk - 1)
    const to = from + sizes.sum(sample, sample + count)
    sample += count
    if (!Number.isSafeInteger(to)) return undefined
    extents.push({ from, to })
  }
  return sample === sizes.count ? merged(extents) : undefined
}

/** §8.7.2: each entry says that it means this file. */
function areHere(view: DataView, info: Box | undefined): boolean {
  const inside = info && boxesIn(view, info.body, info.end, MAX_FILES)
  const list = inside && only(inside, 'dref')
  const entries = list && boxesIn(view, list.body + FULL_BYTES + 4, list.end, MAX_FILES)
  if (entries === undefined) return false
  return entries.every(({ body, end }) => end - body >= FULL_BYTES && (view.getUint8(body + 3) & 1) === 1)
}

interface Sizes {
  readonly count: number
  /** Bytes of samples `from` to `to - 1`. */
  sum(from: number, to: number): number
}

/** §8.7.3. */
function sizesOf(view: DataView, boxes: readonly Box[]): Sizes | undefined {
  const [plain, compact] = [only(boxes, 'stsz'), only(boxes, 'stz2')]
  const box = plain ?? compact
  if (box === undefined || (plain && compact)) return undefined
  const at = box.body + FULL_BYTES
  const count = view.getUint32(at + 4)
  const same = plain ? view.getUint32(at) : 0
  const bits = plain ? 32 : view.getUint8(at + 3)
  if (count > MAX_SAMPLES || ![4, 8, 16, 32].includes(bits)) return undefined
  if (same > 0) return { count, sum: (from, to) => (to - from) * same }
  if (at + 8 + Math.ceil((count * bits) / 8) > box.end) return undefined
  const size = (index: number): number => {
    if (bits === 32) return view.getUint32(at + 8 + index * 4)
    if (bits === 16) return view.getUint16(at + 8 + index * 2)
    const byte = view.getUint8(at + 8 + (bits === 8 ? index : index >> 1))
    return bits === 8 ? byte : index % 2 === 0 ? byte >> 4 : byte & 15
  }
  return {
    count,
    sum(from, to) {
      let sum = 0
      for (let index = from; index < to; index++) sum += size(index)
      return sum
    },
  }
}

interface Run {
  /** Number of its first chunk, from 1. */
  readonly first: number
  /** Samples in each chunk. */
  readonly count: number
}

/** §8.7.4. */
function runsOf(view: DataView, box: Box | undefined): Run[] | undefined {
  if (box === undefined) return undefined
  const count = view.getUint32(box.body + FULL_BYTES)
  const start = box.body + FULL_BYTES + 4
  if (count > MAX_CHUNKS || start + count * 12 > box.end) return undefined
  const runs: Run[] = []
  for (let at = start; runs.length < count; at += 12)
    runs.push({ first: view.getUint32(at), count: view.getUint32(at + 4) })
  const isInOrder = runs.every(({ first }, index) => first > (runs[index - 1]?.first ?? 0))
  return isInOrder && (runs[0]?.first ?? 1) === 1 ? runs : undefined
}

interface Places {
  readonly count: number
  at(chunk: number): number
}

/** §8.7.5. */
function placesOf(view: DataView, boxes: readonly Box[]): Places | undefined {
  const [short, long] = [only(boxes, 'stco'), only(boxes, 'co64')]
  const box = short ?? long
  if (box === undefined || (short && long)) return undefined
  const count = view.getUint32(box.body + FULL_BYTES)
  const start = box.body + FULL_BYTES + 4
  if (count > MAX_CHUNKS || start + count * (short ? 4 : 8) > box.end) return undefined
  const at = (chunk: number): number =>
    short ? view.getUint32(start + chunk * 4) : Number(view.getBigUint64(start + chunk * 8))
  return { count, at }
}

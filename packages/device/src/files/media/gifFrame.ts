/** The first frame of a GIF, in pixels (GIF89a, appendix F): nothing but JavaScript, which reaches no memory but its own. */
import { BLOCK, blockAt, blocksAt, coloursIn, dataOf, IMAGE_BYTES } from './gif.ts'
import type { Picture } from './picture.ts'

const CONTROL = 0xf9
/** Longest code, and codes of that length. */
const MAX_BITS = 12
const MAX_CODES = 4_096
/** Rows of an interlaced frame: the first of each pass, and how far the next one is. */
const PASSES = [
  [0, 8],
  [4, 8],
  [2, 4],
  [1, 2],
] as const

/** @throws RangeError for what is no GIF, or has no frame that is whole */
export function decodeGif(bytes: Uint8Array): Picture {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const start = blocksAt(bytes)
  let transparent: number | undefined
  for (let at = start; at !== undefined;) {
    const block = blockAt(bytes, at)
    if (block === undefined) break
    const { kind, from } = block
    at = block.to
    if (kind === BLOCK.extension && bytes[from + 1] === CONTROL && ((bytes[from + 3] ?? 0) & 1) !== 0)
      transparent = bytes[from + 6]
    if (kind === BLOCK.image) return frameAt(view, bytes, from, transparent)
    if (kind === BLOCK.end) break
  }
  throw new RangeError('a GIF without a frame')
}

function frameAt(view: DataView, bytes: Uint8Array, from: number, transparent: number | undefined): Picture {
  const size = { width: view.getUint16(6, true), height: view.getUint16(8, true) }
  const [left, top] = [view.getUint16(from + 1, true), view.getUint16(from + 3, true)]
  const [width, height] = [view.getUint16(from + 5, true), view.getUint16(from + 7, true)]
  const flags = view.getUint8(from + IMAGE_BYTES - 1)
  const own = coloursIn(flags)
  const table = own > 0 ? from + IMAGE_BYTES : 13
  const colours = bytes.subarray(table, table + (own > 0 ? own : coloursIn(view.getUint8(10))))
  const data = new Uint8ClampedArray(size.width * size.height * 4)
  const rows = rowsOf(height, (flags & 0x40) !== 0)
  let [row, x] = [rows.next(), 0]
  eachIndex(bytes, dataOf(bytes, from), (index) => {
    if (row.done === true) return false
    const [toX, toY] = [left + x, top + row.value]
    // What lies outside is not shown.
    if (index !== transparent && toX < size.width && toY < size.height) {
      const at = (toY * size.width + toX) * 4
      for (let part = 0; part < 3; part++) data[at + part] = colours[3 * index + part] ?? 0
      data[at + 3] = 255
    }
    if (++x < width) return true
    x = 0
    row = rows.next()
    return true
  })
  return { ...size, data }
}

function* rowsOf(height: number, isInterlaced: boolean): Generator<number, undefined> {
  for (const [first, step] of isInterlaced ? PASSES : ([[0, 1]] as const))
    for (let row = first; row < height; row += step) yield row
  return undefined
}

/** Numbers of colours, as LZW packs them. @param paint gets each; false: that is enough */
function eachIndex(bytes: Uint8Array, at: number, paint: (index: number) => boolean): void {
  const least = bytes[at - 1] ?? 0
  if (least < 2 || least > 8) return
  const [clear, end] = [1 << least, (1 << least) + 1]
  const before = new Uint16Array(MAX_CODES)
  const last = new Uint8Array(MAX_CODES)
  let [bits, next, previous] = [least + 1, end + 1, -1]
  const codes = new Codes(bytes, at)
  for (let code = codes.take(bits); code !== undefined && code !== end; code = codes.take(bits)) {
    if (code === clear) {
      ;[bits, next, previous] = [least + 1, end + 1, -1]
      continue
    }
    if (code > next || (previous < 0 && code > end)) return
    // One that is being made just now is the one before, and the first letter of that once more; the last letter stands first here.
    const isNew = code === next
    const letters = isNew ? [0] : []
    let step = isNew ? previous : code
    for (; step > end; step = before[step] ?? 0) letters.push(last[step] ?? 0)
    letters.push(step)
    if (isNew) letters[0] = step
    if (previous >= 0 && next < MAX_CODES) {
      before[next] = previous
      last[next] = step
      next++
      if (next === 1 << bits && bits < MAX_BITS) bits++
    }
    for (const index of letters.reverse()) if (!paint(index)) return
    previous = code
  }
}

/** Codes one after another, the lowest bits first, through pieces that each say how long they are. */
class Codes {
  private readonly bytes: Uint8Array
  private at: number
  /** Bytes of the piece that are still to come. */
  private left = 0
  private held = 0
  private count = 0

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes
    this.at = at
  }

  /** undefined where there are no more. */
  take(bits: number): number | undefined {
    for (; this.count < bits; this.count += 8) {
      if (this.left === 0) this.left = this.bytes[this.at++] ?? 0
      const byte = this.bytes[this.at]
      if (this.left === 0 || byte === undefined) return undefined
      this.left--
      this.at++
      this.held |= byte << this.count
    }
    const code = this.held & ((1 << bits) - 1)
    this.held >>>= bits
    this.count -= bits
    return code
  }
}

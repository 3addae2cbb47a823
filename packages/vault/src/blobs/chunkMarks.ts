/** A set of chunk numbers as bits, in segments that exist only where there is something: most blobs have a few bits. */
import type { ChunkSet } from '@triode/core'

/** Bytes of a segment: 32,768 chunks, 8 GB of a blob. */
const SEGMENT_BYTES = 4_096
const SEGMENT_BITS = SEGMENT_BYTES * 8
const ZEROS = new Uint8Array(SEGMENT_BYTES)

interface Segment {
  readonly bits: Uint8Array
  /** Bits that are set. */
  count: number
}

export class ChunkMarks implements ChunkSet {
  /** Numbers are below this. */
  readonly chunks: number
  private readonly segments = new Map<number, Segment>()
  private total = 0

  constructor(chunks: number) {
    this.chunks = chunks
  }

  get count(): number {
    return this.total
  }

  has(index: number): boolean {
    const bits = this.segments.get(Math.floor(index / SEGMENT_BITS))?.bits
    return bits !== undefined && ((bits[(index % SEGMENT_BITS) >>> 3] ?? 0) & (1 << (index & 7))) !== 0
  }

  /** @returns how many were not in it */
  add(from: number, count: number): number {
    const before = this.total
    for (let index = from; index < from + count; index++) this.put(index, true)
    return this.total - before
  }

  delete(index: number): void {
    this.put(index, false)
  }

  runs(start = 0, limit = Infinity): [from: number, count: number][] {
    const found: [from: number, count: number][] = []
    let from = this.next(start, true)
    while (from < this.chunks && found.length < limit) {
      const end = this.next(from, false)
      found.push([from, end - from])
      from = this.next(end, true)
    }
    return found
  }

  firstAbsent(start = 0): number | undefined {
    const index = this.next(start, false)
    return index < this.chunks ? index : undefined
  }

  /** Its bits from byte `at` on, chunk i in bit i mod 8 of byte i / 8: as they stand in a state file. */
  bytes(at: number, length: number): Uint8Array {
    const out = new Uint8Array(length)
    for (let done = 0; done < length;) {
      const from = (at + done) % SEGMENT_BYTES
      const piece = Math.min(SEGMENT_BYTES - from, length - done)
      const segment = this.segments.get(Math.floor((at + done) / SEGMENT_BYTES))
      if (segment !== undefined) out.set(segment.bits.subarray(from, from + piece), done)
      done += piece
    }
    return out
  }

  /** Takes bits as `bytes` gives them, from a multiple of SEGMENT_BYTES on; what is beyond the last chunk is not looked at. */
  load(at: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; done += SEGMENT_BYTES) {
      const number = Math.floor((at + done) / SEGMENT_BYTES)
      const piece = bytes.subarray(done, done + SEGMENT_BYTES)
      if (Buffer.compare(piece, ZEROS.subarray(0, piece.length)) === 0 && !this.segments.has(number)) continue
      const bits = this.newBits()
      bits.set(piece.subarray(0, bits.length))
      cut(bits, this.chunks - number * SEGMENT_BITS)
      const count = bits.reduce((sum, byte) => sum + bitsOf(byte), 0)
      this.total += count - (this.segments.get(number)?.count ?? 0)
      if (count > 0) this.segments.set(number, { bits, count })
      else this.segments.delete(number)
    }
  }

  /** Those that are in this set and not in `other`, in runs. */
  *without(other: ChunkMarks): Generator<[from: number, count: number]> {
    let from = 0
    while ((from = this.next(from, true)) < this.chunks) {
      const end = this.next(from, false)
      while ((from = Math.min(end, other.next(from, false))) < end) {
        const until = Math.min(end, other.next(from, true))
        yield [from, until - from]
        from = until
      }
    }
  }

  /** The first number at or after `start` that is in it, or is not; `chunks` if there is none. */
  private next(start: number, wanted: boolean): number {
    let index = Math.max(0, start)
    while (index < this.chunks) {
      const segment = this.segments.get(Math.floor(index / SEGMENT_BITS))
      const full = segment?.count === SEGMENT_BITS
      if (segment === undefined || full) {
        if ((segment !== undefined) === wanted) return index
        index = (Math.floor(index / SEGMENT_BITS) + 1) * SEGMENT_BITS
        continue
      }
      const byte = segment.bits[(index % SEGMENT_BITS) >>> 3] ?? 0
      if ((index & 7) === 0 && byte === (wanted ? 0 : 255)) index += 8
      else if (((byte & (1 << (index & 7))) !== 0) === wanted) return index
      else index++
    }
    return this.chunks
  }

  private newBits(): Uint8Array {
    return new Uint8Array(Math.min(SEGMENT_BYTES, Math.ceil(this.chunks / 8)))
  }

  private put(index: number, wanted: boolean): void {
    if (index < 0 || index >= this.chunks || this.has(index) === wanted) return
    const number = Math.floor(index / SEGMENT_BITS)
    const segment = this.segments.get(number) ?? { bits: this.newBits(), count: 0 }
    this.segments.set(number, segment)
    const at = (index % SEGMENT_BITS) >>> 3
    segment.bits[at] = (segment.bits[at] ?? 0) ^ (1 << (index & 7))
    const step = wanted ? 1 : -1
    segment.count += step
    this.total += step
  }
}

/** Clears what is behind the first `count` bits. */
function cut(bits: Uint8Array, count: number): void {
  if (count >= SEGMENT_BITS) return
  const whole = Math.max(0, count) >>> 3
  const rest = Math.max(0, count) & 7
  if (whole < bits.length) bits[whole] = (bits[whole] ?? 0) & ((1 << rest) - 1)
  bits.fill(0, whole + 1)
}

function bitsOf(byte: number): number {
  let count = 0
  for (let rest = byte; rest > 0; rest &= rest - 1) count++
  return count
}

/** Frames on a byte stream (spec §10.1): a big-endian u32 length, then the frame. */
import { PeerFault } from '../fault.ts'
import { MAX_FRAME_BYTES } from './spec.ts'

const LENGTH_BYTES = 4

/** The 4 bytes that announce a frame of `length` bytes. */
export function frameLength(length: number): Uint8Array {
  const out = new Uint8Array(LENGTH_BYTES)
  new DataView(out.buffer).setUint32(0, length)
  return out
}

/** Cuts a stream into frames; holds at most one unfinished frame, in a buffer that grows with what has come of it. */
export class FrameSplitter {
  private readonly maxBytes: number
  private buffer = new Uint8Array(0)
  private held = 0

  /** @param maxBytes of a frame */
  constructor(maxBytes = MAX_FRAME_BYTES) {
    this.maxBytes = maxBytes
  }

  /**
   * Takes the next bytes in, and gives each frame they complete: views of `bytes`, which must not change while they are
   * in use. @throws PeerFault 'oversize'
   */
  push(bytes: Uint8Array): Uint8Array[] {
    const frames: Uint8Array[] = []
    // A plain array: what is cut from a Buffer by its own slice() would be a view that keeps the whole chunk in memory.
    let rest = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    while (rest.length > 0) {
      const end = this.held === 0 ? frameEnd(rest, this.maxBytes) : undefined
      if (end !== undefined && end <= rest.length) {
        frames.push(rest.subarray(LENGTH_BYTES, end))
        rest = rest.subarray(end)
      } else rest = this.hold(rest, frames)
    }
    return frames
  }

  /** Adds to the unfinished frame, and gives what is left of `bytes`. */
  private hold(bytes: Uint8Array, frames: Uint8Array[]): Uint8Array<ArrayBuffer> {
    const wanted = frameEnd(this.buffer.subarray(0, this.held), this.maxBytes) ?? LENGTH_BYTES
    const taken = Math.min(wanted - this.held, bytes.length)
    this.reserve(this.held + taken, wanted)
    this.buffer.set(bytes.subarray(0, taken), this.held)
    this.held += taken
    const end = frameEnd(this.buffer.subarray(0, this.held), this.maxBytes)
    if (end === this.held) {
      frames.push(this.buffer.subarray(LENGTH_BYTES, end))
      this.buffer = new Uint8Array(0)
      this.held = 0
    }
    return new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset + taken, bytes.length - taken)
  }

  /** Doubles, so that a frame that comes byte by byte is copied no more than twice. */
  private reserve(needed: number, wanted: number): void {
    if (needed <= this.buffer.length) return
    const grown = new Uint8Array(Math.max(needed, Math.min(wanted, 2 * this.buffer.length)))
    grown.set(this.buffer.subarray(0, this.held))
    this.buffer = grown
  }
}

/** Length of the frame that `bytes` begin with, its announcement included, once that is known. @throws PeerFault 'oversize' */
function frameEnd(bytes: Uint8Array, maxBytes: number): number | undefined {
  if (bytes.length < LENGTH_BYTES) return undefined
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  if (length > maxBytes) {
    throw new PeerFault('oversize', { message: 'The far device announced an oversize frame.' })
  }
  return LENGTH_BYTES + length
}

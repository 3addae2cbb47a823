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

/** Cuts a stream into frames; holds at most one unfinished frame. */
export class FrameSplitter {
  private parts: Uint8Array[] = []
  private held = 0

  /** Takes the next bytes in, and gives each frame they complete. @throws PeerFault 'oversize' */
  push(bytes: Uint8Array): Uint8Array[] {
    this.parts.push(bytes)
    this.held += bytes.length
    const frames: Uint8Array[] = []
    for (;;) {
      const length = this.nextLength()
      if (length === undefined || this.held < LENGTH_BYTES + length) return frames
      frames.push(this.take(LENGTH_BYTES + length).subarray(LENGTH_BYTES))
    }
  }

  private nextLength(): number | undefined {
    if (this.held < LENGTH_BYTES) return undefined
    const head = this.joined(LENGTH_BYTES)
    const length = new DataView(head.buffer, head.byteOffset).getUint32(0)
    if (length > MAX_FRAME_BYTES)
      throw new PeerFault('oversize', { message: 'The far device announced an oversize frame.' })
    return length
  }

  /** Makes the first part at least `count` bytes long, of which enough are held, and gives it. */
  private joined(count: number): Uint8Array {
    let first = this.parts[0] ?? new Uint8Array(0)
    if (first.length < count) {
      const whole = new Uint8Array(this.held)
      let at = 0
      for (const part of this.parts) {
        whole.set(part, at)
        at += part.length
      }
      this.parts = [whole]
      first = whole
    }
    return first
  }

  private take(count: number): Uint8Array {
    const first = this.joined(count)
    const rest = first.subarray(count)
    if (rest.length > 0) this.parts[0] = rest
    else this.parts.shift()
    this.held -= count
    return first.subarray(0, count)
  }
}

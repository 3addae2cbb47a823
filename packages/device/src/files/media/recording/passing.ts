/** Goes through a recording that comes once, while it is sealed. */
import { merged, zeros, type Extent } from '../blank.ts'
import type { IncomingBytes } from '../../incomingBytes.ts'
import type { Scan } from './scan.ts'

/** Taken at a time where the last bytes are held back. */
const AHEAD_BYTES = 65_536
const NOTHING: Uint8Array = new Uint8Array(0)

export class Passing {
  /** Once all of it has gone by: something was taken out of it. */
  isChanged = false
  mayTell = false
  /** What has gone by and is to be emptied all the same; merged. */
  later: readonly Extent[] = []
  private readonly content: IncomingBytes
  private readonly scan: Scan
  private left: number

  /** @param size bytes that are its own, of what comes; default: all */
  constructor(content: IncomingBytes, scan: Scan, size = Infinity) {
    this.content = content
    this.scan = scan
    this.left = size
  }

  /** What goes on, as many bytes as come. @throws as IncomingBytes */
  async *pieces(): AsyncGenerator<Uint8Array> {
    let answer: Uint8Array = NOTHING
    for (;;) {
      const { done, value } = this.scan.next(answer)
      answer = NOTHING
      if (done === true) {
        this.mayTell = value.mayTell
        this.later = merged(value.later)
        yield* this.taken(Infinity)
        return
      }
      if ('peek' in value) answer = await this.content.first(Math.min(this.left, value.peek))
      else if ('pass' in value) yield* this.taken(value.pass)
      else if ('allBut' in value) yield* this.allBut(value.allBut)
      else if ('zero' in value) yield* this.over(value.zero, zeros)
      else {
        let at = 0
        yield* this.over(value.put.length, (count) => [value.put.subarray(at, (at += count))])
      }
    }
  }

  private async *over(
    bytes: number,
    instead: (count: number) => Iterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array> {
    for await (const piece of this.taken(bytes)) {
      let at = 0
      for (const other of instead(piece.length)) {
        this.isChanged ||= Buffer.compare(piece.subarray(at, (at += other.length)), other) !== 0
        yield other
      }
    }
  }

  /** Only at the end it is known which are the last. */
  private async *allBut(bytes: number): AsyncGenerator<Uint8Array> {
    for (;;) {
      const seen = await this.content.first(Math.min(this.left, bytes + AHEAD_BYTES))
      if (seen.length <= bytes) return
      yield* this.taken(seen.length - bytes)
    }
  }

  private async *taken(bytes: number): AsyncGenerator<Uint8Array> {
    const most = Math.min(this.left, bytes)
    // Of what has a size of its own, all has to come.
    const pieces = Number.isFinite(this.left) ? this.content.portion(most) : this.content.upTo(most)
    for await (const piece of pieces) {
      this.left -= piece.length
      yield piece
    }
  }
}

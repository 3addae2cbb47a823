/** Bytes that come once, of which the first are looked at before the rest is taken. */
import { CallerFault } from '@triode/core'
import { canceled } from './faults.ts'

export class IncomingBytes implements AsyncIterable<Uint8Array> {
  private readonly rest: AsyncIterator<Uint8Array>
  private readonly signal: AbortSignal
  private readonly ahead: Uint8Array[] = []
  private aheadBytes = 0
  private isOver = false

  /** @param signal ends it, also while nothing comes: with Unavailable 'canceled' */
  constructor(content: AsyncIterable<Uint8Array>, signal: AbortSignal) {
    this.rest = content[Symbol.asyncIterator]()
    this.signal = signal
  }

  /** The first `most` bytes, or all there are; they are still to come. */
  async first(most: number): Promise<Uint8Array> {
    await this.fill(most)
    const [piece] = this.ahead
    if (piece !== undefined && piece.length >= most) return piece.subarray(0, most)
    const all = Buffer.concat(this.ahead)
    // In one piece: the next look, at a little more or less, copies nothing.
    this.ahead.splice(0, Infinity, ...(all.length === 0 ? [] : [all]))
    return all.subarray(0, most)
  }

  /** All of it, if it is no more than `most` bytes; otherwise it is still to come. */
  async all(most: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    // One more, to see whether it ends there.
    await this.fill(most + 1)
    if (!this.isOver || this.aheadBytes > most) return undefined
    const out = new Uint8Array(this.aheadBytes)
    let at = 0
    for (const piece of this.ahead.splice(0)) {
      out.set(piece, at)
      at += piece.length
    }
    this.aheadBytes = 0
    return out
  }

  /** The next `bytes` of it, and no more. @throws CallerFault 'file-changed' when it ends before that */
  async *portion(bytes: number): AsyncGenerator<Uint8Array> {
    let left = bytes
    for await (const piece of this.upTo(bytes)) {
      left -= piece.length
      yield piece
    }
    if (left > 0) throw shorter()
  }

  /** The next `bytes` of it, or all that come. */
  async *upTo(bytes: number): AsyncGenerator<Uint8Array> {
    for (let left = bytes; left > 0;) {
      const piece = await this.take(left)
      if (piece === undefined) return
      left -= piece.length
      yield piece
    }
  }

  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    return this.upTo(Infinity)
  }

  /** Whoever gives it is told that nobody takes more; that is not waited for. */
  end(): void {
    if (!this.isOver) void this.rest.return?.().catch(() => undefined)
  }

  /** A piece of at most so many bytes; undefined at the end. */
  private async take(most: number): Promise<Uint8Array | undefined> {
    await this.fill(1)
    const piece = this.ahead.shift()
    if (piece === undefined) return undefined
    if (piece.length > most) this.ahead.unshift(piece.subarray(most))
    const taken = piece.subarray(0, most)
    this.aheadBytes -= taken.length
    return taken
  }

  private async fill(bytes: number): Promise<void> {
    while (this.aheadBytes < bytes) {
      const piece = await this.next()
      if (piece === undefined) return
      this.ahead.push(piece)
      this.aheadBytes += piece.length
    }
  }

  private async next(): Promise<Uint8Array | undefined> {
    if (this.isOver) return undefined
    const step = await untilAborted(this.rest.next(), this.signal)
    if (step.done !== true) return step.value
    this.isOver = true
    return undefined
  }
}

function shorter(): CallerFault {
  return new CallerFault('file-changed', {
    details: { of: 'short' },
    message: 'Less came than was said.',
    remedy: 'Send it again.',
  })
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => undefined)
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = (): void => {
    reject(canceled())
  }
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort)
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

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
    return Buffer.concat(this.ahead).subarray(0, most)
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
    return out
  }

  /** The next `bytes` of it, and no more. @throws CallerFault 'file-changed' when it ends before that */
  async *portion(bytes: number): AsyncGenerator<Uint8Array> {
    for (let left = bytes; left > 0;) {
      const piece = this.ahead.shift() ?? (await this.next())
      if (piece === undefined) throw shorter()
      if (piece.length > left) this.ahead.unshift(piece.subarray(left))
      const given = piece.subarray(0, left)
      left -= given.length
      yield given
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (let piece = this.ahead.shift(); piece !== undefined; piece = this.ahead.shift()) yield piece
    for (let piece = await this.next(); piece !== undefined; piece = await this.next()) yield piece
  }

  /** Whoever gives it is told that nobody takes more; that is not waited for. */
  end(): void {
    if (!this.isOver) void this.rest.return?.().catch(() => undefined)
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

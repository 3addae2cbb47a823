/** A stream of the DHT library as a duplex stream of Node, with back-pressure and half-close. */
import { Duplex } from 'node:stream'
import type { SecretStream } from 'hyperdht'

type Done = (error?: Error | null) => void

export class DhtStream extends Duplex {
  private readonly inner: SecretStream
  private ended = false
  private innerClosed = false
  /** Of a write that waits for room. */
  private waiting: Done | undefined

  constructor(inner: SecretStream) {
    super({ allowHalfOpen: true })
    this.inner = inner
    inner.pause()
    inner.on('data', (chunk: Buffer) => {
      // Empty: the far side keeps the way open.
      if (chunk.length > 0 && !this.push(chunk)) inner.pause()
    })
    inner.on('end', () => {
      this.ended = true
      this.push(null)
    })
    inner.on('drain', () => {
      this.resumeWriting()
    })
    inner.on('error', (error: Error) => {
      this.destroy(error)
    })
    inner.on('close', () => {
      this.innerClosed = true
      // Both ends said that they have no more: what is here may still be read.
      if (!this.ended || !this.writableFinished) this.destroy()
    })
  }

  override _read(): void {
    this.inner.resume()
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: Done): void {
    if (this.inner.write(chunk)) done()
    else this.waiting = done
  }

  override _final(done: Done): void {
    this.inner.end()
    done()
  }

  override _destroy(error: Error | null, done: Done): void {
    const waiting = this.waiting
    this.waiting = undefined
    waiting?.(error)
    if (this.innerClosed) {
      done(error)
      return
    }
    this.inner.once('close', () => {
      done(error)
    })
    this.inner.destroy()
  }

  private resumeWriting(): void {
    const { waiting } = this
    this.waiting = undefined
    waiting?.()
  }
}

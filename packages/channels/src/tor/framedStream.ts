/** A stream of tor that can be half-closed: tor itself ends both directions at once, so the end of one is said in a frame (spec §8.4). */
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { FRAME_HEADER_BYTES, MAX_FRAME_BYTES } from './spec.ts'

/** Takes frames apart as they come; any bytes are frames. */
export class FrameReader {
  /** The first byte of a length whose second has not come. */
  private high: number | undefined
  /** Bytes of the running piece that are to come. */
  private left = 0
  /** Whether the far end has said that it is done. */
  ended = false

  /** What `chunk` holds of pieces; nothing after the end. */
  push(chunk: Uint8Array): Uint8Array[] {
    const pieces: Uint8Array[] = []
    let at = 0
    while (at < chunk.length && !this.ended) {
      if (this.left > 0) {
        const piece = chunk.subarray(at, at + this.left)
        at += piece.length
        this.left -= piece.length
        pieces.push(piece)
      } else {
        const byte = chunk[at++] ?? 0
        if (this.high === undefined) this.high = byte
        else {
          this.left = this.high * 256 + byte
          this.high = undefined
          this.ended = this.left === 0
        }
      }
    }
    return pieces
  }
}

export class FramedStream extends Duplex {
  private readonly socket: Socket
  private readonly reader = new FrameReader()
  /** Whether the end was handed on. */
  private isDone = false

  constructor(socket: Socket) {
    super({ allowHalfOpen: true })
    this.socket = socket
    // A link that breaks before anybody holds it must not end the process.
    this.on('error', ignore)
    socket.on('error', (cause) => this.destroy(cause))
    socket.on('close', () => this.destroy())
    socket.on('data', (chunk: Buffer) => {
      this.hear(chunk)
    })
  }

  override _read(): void {
    this.socket.resume()
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.socket.cork()
    for (let at = 0; at < chunk.length; at += MAX_FRAME_BYTES) {
      const piece = chunk.subarray(at, at + MAX_FRAME_BYTES)
      this.socket.write(header(piece.length))
      this.socket.write(piece, at + MAX_FRAME_BYTES >= chunk.length ? done : undefined)
    }
    this.socket.uncork()
    if (chunk.length === 0) done()
  }

  override _final(done: (error?: Error | null) => void): void {
    this.socket.write(header(0), done)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.socket.destroy()
    done(error)
  }

  private hear(chunk: Buffer): void {
    if (this.isDone) return
    let room = true
    for (const piece of this.reader.push(chunk)) room = this.push(piece) && room
    this.isDone = this.reader.ended
    if (this.isDone) this.push(null)
    else if (!room) this.socket.pause()
  }
}

function header(length: number): Buffer {
  const bytes = Buffer.allocUnsafe(FRAME_HEADER_BYTES)
  bytes.writeUInt16BE(length)
  return bytes
}

function ignore(): void {
  // Whoever holds the link hears of it too.
}

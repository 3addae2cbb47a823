/** Bytes that can be read at any place: of a file on a disk, or of one that is sealed here. */
import type { StoredBlob } from '@triode/core'

export interface RandomAccess {
  readonly size: number
  /** Bytes `from` to `to - 1`, which are there. */
  read(from: number, to: number): Promise<Uint8Array>
}

/** Bytes that are read at once and kept: parsers read a few at a time, one behind the other. */
const WINDOW_BYTES = 1_048_576

/** The same, with what was read last in memory. */
export class Windowed implements RandomAccess {
  readonly size: number
  private readonly inner: RandomAccess
  private readonly windowBytes: number
  private start = 0
  private window = new Uint8Array(0)

  constructor(inner: RandomAccess, windowBytes = WINDOW_BYTES) {
    this.inner = inner
    this.size = inner.size
    this.windowBytes = windowBytes
  }

  async read(from: number, to: number): Promise<Uint8Array> {
    if (to - from > this.windowBytes) return await this.inner.read(from, to)
    if (from < this.start || to > this.start + this.window.length) {
      this.window = Uint8Array.from(await this.inner.read(from, Math.min(this.size, from + this.windowBytes)))
      this.start = from
    }
    return this.window.subarray(from - this.start, to - this.start)
  }
}

/** What is sealed here, all of it. */
export function plainOf(stored: StoredBlob, secret: Uint8Array): RandomAccess {
  return {
    size: stored.shape.size,
    async read(from, to) {
      const out = new Uint8Array(to - from)
      let filled = 0
      for await (const piece of stored.plaintext(secret, from, to)) {
        out.set(piece, filled)
        filled += piece.length
      }
      return out
    },
  }
}

/** As parsers want it that were made for browsers: what is read is read when it is asked for. */
export class AccessBlob extends Blob {
  private readonly access: RandomAccess
  private readonly mediaType: string
  private readonly from: number
  private readonly to: number

  constructor(access: RandomAccess, mediaType: string, from = 0, to = access.size) {
    super()
    this.access = access
    this.mediaType = mediaType
    this.from = from
    this.to = to
  }

  override get size(): number {
    return this.to - this.from
  }

  override get type(): string {
    return this.mediaType
  }

  override slice(from = 0, to = this.size): Blob {
    const end = Math.min(this.to, this.from + to)
    return new AccessBlob(this.access, this.mediaType, Math.min(end, this.from + from), end)
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    return Uint8Array.from(await this.access.read(this.from, this.to)).buffer
  }
}

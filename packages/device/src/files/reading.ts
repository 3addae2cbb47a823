/** The bytes of files for whoever reads them, while they still come: what is read next is fetched first. */
import { Readable } from 'node:stream'
import { CHUNK_BYTES, Fault, type BlobId, type CircleId, type StoredBlob } from '@triode/core'
import { locked } from '../vault/stateFaults.ts'
import { blobKey, type BlobKey } from './blobKey.ts'
import type { Catalog, Named } from './catalog.ts'
import { badRange, canceled, fileGone } from './faults.ts'
import type { Incoming, Reading as Asked } from './incoming.ts'
import type { OpenBlobs } from './openBlobs.ts'
import { READ_STEP_BYTES } from './tuning.ts'
import type { ByteRange } from './transfer/transferHost.ts'

export interface ReadingOptions {
  readonly catalog: Catalog
  readonly open: OpenBlobs
  readonly incoming: Incoming
  /** These chunks turned out to be damaged: they are to be fetched anew. */
  readonly damaged: (circle: CircleId, id: BlobId) => void
  readonly isStopped: () => boolean
  /** Something was read. */
  readonly used: () => void
}

export class Reading {
  private readonly options: ReadingOptions
  private readonly streams = new Set<Readable>()
  /** How many read each. */
  private readonly readers = new Map<BlobKey, number>()

  constructor(options: ReadingOptions) {
    this.options = options
  }

  /** Bytes `from` to `to - 1` of a blob. Ends with Unavailable 'file-gone' | 'canceled', CallerFault 'locked'. */
  stream(named: Named, range: ByteRange): Readable {
    const abort = new AbortController()
    const pieces = this.pieces(named, range, abort.signal)
    const stream = Readable.from(pieces, { objectMode: false, highWaterMark: READ_STEP_BYTES })
    const end = stream._destroy.bind(stream)
    // 'close' comes only once the piece that is waited for has come: whoever goes away is not to wait for that.
    stream._destroy = (error, done) => {
      this.streams.delete(stream)
      abort.abort()
      end(error, done)
    }
    this.streams.add(stream)
    return stream
  }

  /** The same, for whoever takes it piece by piece. */
  async *pieces(named: Named, { from, to }: ByteRange, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const { open, incoming } = this.options
    const { blob, circle } = named
    const key = blobKey(circle.id, blob.id)
    const stored = await open.hold(circle, blob)
    let asked: Asked | undefined
    this.readers.set(key, (this.readers.get(key) ?? 0) + 1)
    try {
      for (let at = from; at < to && !signal.aborted;) {
        const end = Math.min(to, at + READ_STEP_BYTES, presentUpTo(stored, at))
        if (end <= at) {
          asked ??= incoming.read(named, { from: at, to })
          asked.waits()
          await this.more(named, stored, at, signal)
          continue
        }
        // Before they are taken: whoever takes no more of them stays here.
        asked?.served()
        const read = yield* this.plaintext(named, stored, at, end)
        at += read
        this.options.used()
      }
    } finally {
      asked?.end()
      const others = (this.readers.get(key) ?? 1) - 1
      if (others > 0) this.readers.set(key, others)
      else this.readers.delete(key)
      open.release(circle.id, blob.id)
    }
  }

  /** Whether somebody does just now: what they have not read yet is to stay. */
  isRead(circle: CircleId, id: BlobId): boolean {
    return this.readers.has(blobKey(circle, id))
  }

  /** Whoever reads hears that nothing more comes. */
  stop(): void {
    for (const stream of this.streams) stream.destroy(locked())
  }

  /** @returns how much of it could be read: less, where chunks are damaged */
  private async *plaintext(
    { circle, blob }: Named,
    stored: StoredBlob,
    from: number,
    to: number,
  ): AsyncGenerator<Uint8Array, number> {
    let read = 0
    try {
      for await (const piece of stored.plaintext(blob.secret, from, to)) {
        read += piece.length
        yield piece
      }
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault
      if (fault.code === 'chunk-damaged') this.options.damaged(circle.id, blob.id)
      else if (fault.code === 'blob-gone') throw fileGone()
      else if (fault.code !== 'chunk-absent') throw fault
    }
    return read
  }

  /** Waits until the byte at `at` is here. */
  private async more(named: Named, stored: StoredBlob, at: number, signal: AbortSignal): Promise<void> {
    const { catalog, incoming, isStopped } = this.options
    const { circle, blob } = named
    while (!signal.aborted && presentUpTo(stored, at) <= at) {
      if (isStopped()) throw locked()
      if (catalog.find(circle.id, blob.id) === undefined) throw fileGone()
      if (!incoming.isWanted(circle.id, blob.id)) throw canceled()
      await new Promise<void>((resolve) => {
        const stopListening = incoming.listen(circle.id, blob.id, done)
        signal.addEventListener('abort', done, { once: true })
        function done(): void {
          stopListening()
          signal.removeEventListener('abort', done)
          resolve()
        }
      })
    }
  }
}

/** What is asked for, of so many bytes. @throws CallerFault 'range-not-satisfiable' */
export function rangeOf(size: number, from = 0, to = size): ByteRange {
  const end = Math.min(to, size)
  const isEmpty = size === 0 && from === 0
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0) throw badRange()
  if (from >= end && !isEmpty) throw badRange()
  return { from, to: end }
}

/** The end of the chunks that are here from byte `at` on. */
function presentUpTo(stored: StoredBlob, at: number): number {
  const absent = stored.have.firstAbsent(Math.floor(at / CHUNK_BYTES))
  return absent === undefined || absent >= stored.shape.chunks ? Infinity : absent * CHUNK_BYTES
}

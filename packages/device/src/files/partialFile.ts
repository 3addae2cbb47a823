/** A file on the person's own disk before it gets its name: written as chunks come, and the rest once all are here. */
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { type Blob, CHUNK_BYTES, ChunkRuns, type PlainCopy, type StoredBlob } from '@triode/core'
import { canceled } from './faults.ts'
import { removePartial } from './partial.ts'
import { SAVE_STEP_BYTES } from './tuning.ts'

const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
const STEP_CHUNKS = SAVE_STEP_BYTES / CHUNK_BYTES

export class PartialFile {
  readonly path: string
  private readonly handle: FileHandle
  private readonly blob: Blob
  /** Chunks whose plaintext is in it. */
  private readonly written = new ChunkRuns()
  /** What writes to it: a number of an open file must not mean another one by then. */
  private readonly writers = new Set<Promise<unknown>>()
  private isLeft = false

  private constructor(path: string, handle: FileHandle, blob: Blob) {
    this.path = path
    this.handle = handle
    this.blob = blob
  }

  /** Takes the place of what an attempt left that was cut short. @param mode of the file, before the umask @throws what the system says */
  static async create(path: string, blob: Blob, mode: number): Promise<PartialFile> {
    await removePartial(path)
    return new PartialFile(path, await open(path, FLAGS, mode), blob)
  }

  /** Adds chunks, and has them written here as well, unless that is over. */
  async along<T>(add: (copy: PlainCopy | undefined) => Promise<T>): Promise<T> {
    if (this.isLeft) return add(undefined)
    const adding = add({
      secret: this.blob.secret,
      fd: this.handle.fd,
      written: (from, count) => {
        this.written.add(from, from + count)
      },
    })
    this.writers.add(adding)
    try {
      return await adding
    } finally {
      this.writers.delete(adding)
    }
  }

  /** Writes what is missing; then all of it survives a crash of the machine. @throws as StoredBlob.copyTo(); Unavailable 'canceled' */
  async finish(stored: StoredBlob, modifiedAt: number | undefined, signal: AbortSignal): Promise<void> {
    const { handle, blob } = this
    await this.leave()
    for (const [from, end] of this.missing(stored.shape.chunks)) {
      if (signal.aborted) throw canceled()
      const [start, to] = [from * CHUNK_BYTES, Math.min(blob.size, end * CHUNK_BYTES)]
      if (start < to) await stored.copyTo(blob.secret, start, to, handle.fd, start)
    }
    if (modifiedAt !== undefined) await handle.utimes(modifiedAt / 1_000, modifiedAt / 1_000)
    await handle.sync()
  }

  /** Nothing is written to it any more once this has resolved. Idempotent. */
  async close(): Promise<void> {
    await this.leave()
    await this.handle.close()
  }

  /** Closes it, and takes it away. */
  async remove(): Promise<void> {
    await this.close().catch(() => undefined)
    await removePartial(this.path).catch(() => undefined)
  }

  private async leave(): Promise<void> {
    this.isLeft = true
    await Promise.allSettled(this.writers)
  }

  /** Runs of what is not in it, in steps. */
  private *missing(chunks: number): Generator<readonly [from: number, end: number]> {
    for (let at = 0; at < chunks;) {
      const [from, end] = this.written.atOrAfter(at) ?? [chunks, chunks]
      for (; at < from; at += STEP_CHUNKS) yield [at, Math.min(from, at + STEP_CHUNKS)]
      at = end
    }
  }
}

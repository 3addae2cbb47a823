/** The plaintext of a blob: its chunks are opened by jobs, several at a time, which hand it out or write it where it goes (spec §15.6). */
import { CHUNK_BYTES, type PlainFile, deriveChunkKey } from '@triode/core'
import type { BlobContext, BlobIdentity } from './blobContext.ts'
import { rangeWrong } from './blobFaults.ts'
import type { ChunkJob, ChunkResult } from './chunkJob.ts'
import { fileRuns } from './fileRuns.ts'
import { pipelined } from './pipelined.ts'
import { type PlainRun, plainRuns } from './plainRuns.ts'
import { JOBS_AHEAD, PLAINTEXT_RUN_CHUNKS, RUN_CHUNKS } from './tuning.ts'

/** What the blob does for whoever reads it. */
export interface SealedChunks {
  /** @throws Unavailable 'store-locked' | 'blob-gone' */
  requireUsable(): void
  /** @throws CallerFault 'chunk-misplaced' | 'chunk-absent' */
  requireHeld(from: number, count: number): void
  /**
   * Runs a job that opens these chunks, of which there may be none; `jobOf` is told the open file that has them.
   * @throws as requireUsable and requireHeld; IntegrityFault 'chunk-damaged', after which the damaged chunks count as absent
   */
  open(from: number, count: number, jobOf: (fd: number) => ChunkJob): Promise<ChunkResult>
}

/** What a run becomes. */
type JobOf<R> = (run: R, opening: Opening) => ChunkJob

/** What each job that opens chunks takes; the key is its own. */
interface Opening {
  readonly key: Uint8Array
  readonly shape: BlobIdentity['shape']
  readonly fd: number
}

export class BlobPlaintext {
  private readonly identity: BlobIdentity
  private readonly context: Pick<BlobContext, 'primitives' | 'executor'>
  private readonly chunks: SealedChunks

  constructor(
    identity: BlobIdentity,
    context: Pick<BlobContext, 'primitives' | 'executor'>,
    chunks: SealedChunks,
  ) {
    this.identity = identity
    this.context = context
    this.chunks = chunks
  }

  /** See StoredBlob.plaintext. */
  async *plaintext(secret: Uint8Array, from: number, to: number): AsyncGenerator<Uint8Array> {
    const opened = this.openRange(secret, from, to, PLAINTEXT_RUN_CHUNKS, (run, opening) => ({
      kind: 'open',
      ...run,
      ...opening,
    }))
    for await (const { bytes } of opened) yield bytes
  }

  /** See StoredBlob.copyTo. */
  async copyTo(secret: Uint8Array, from: number, to: number, fd: number, position: number): Promise<void> {
    const copied = this.openRange(secret, from, to, RUN_CHUNKS, (run, opening) => ({
      kind: 'copy',
      ...run,
      ...opening,
      to: fd,
      position: position + run.at - from,
    }))
    for await (const _ of copied);
  }

  /** See StoredBlob.writeFiles. */
  async writeFiles(secret: Uint8Array, files: Iterable<PlainFile>): Promise<void> {
    const runs = fileRuns(files, this.identity.shape.size)
    const made = this.openRuns(secret, runs, (run, opening) => ({ kind: 'files', ...run, ...opening }))
    for await (const _ of made);
  }

  private openRange(
    secret: Uint8Array,
    from: number,
    to: number,
    runChunks: number,
    jobOf: JobOf<PlainRun>,
  ): AsyncGenerator<ChunkResult> {
    this.chunks.requireUsable()
    if (!(from >= 0 && from <= to && to <= this.identity.shape.size)) throw rangeWrong()
    const [first, end] = [Math.floor(from / CHUNK_BYTES), Math.ceil(to / CHUNK_BYTES)]
    if (first < end) this.chunks.requireHeld(first, end - first)
    return this.openRuns(secret, plainRuns(from, to, runChunks), jobOf)
  }

  private async *openRuns<R extends { readonly from: number; readonly count: number }>(
    secret: Uint8Array,
    runs: Iterable<R>,
    jobOf: JobOf<R>,
  ): AsyncGenerator<ChunkResult> {
    this.chunks.requireUsable()
    const { primitives, executor } = this.context
    const { hash, shape } = this.identity
    const key = deriveChunkKey(primitives, hash, secret)
    try {
      yield* pipelined(runs, JOBS_AHEAD * executor.width, (run) =>
        this.chunks.open(run.from, run.count, (fd) => jobOf(run, { key: Uint8Array.from(key), shape, fd })),
      )
    } finally {
      key.fill(0)
    }
  }
}

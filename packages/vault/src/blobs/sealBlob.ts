/** Sealing files into a new blob: under another name until it is whole, and on the disk for good when it has its own (spec §15.6). */
import { type FileHandle, open } from 'node:fs/promises'
import {
  type BlobSource,
  type ChunkShape,
  type Primitives,
  type SealOptions,
  SEALED_CHUNK_BYTES,
  TreeBuilder,
  type TreeHash,
  type TreePage,
  HASH_BYTES,
  chunkShapeOf,
  deriveChunkKey,
  sealedChunkBytes,
  sourceLength,
} from '@triode/core'
import { diskFault } from '../diskFault.ts'
import { aborted, jobFault } from './blobFaults.ts'
import type { ChunkExecutor, ChunkResult } from './chunkJob.ts'
import { pipelined } from './pipelined.ts'
import { type LongSource, pathOf, type SealRun, sealRuns } from './sealRuns.ts'
import { writeTo } from './sharedFiles.ts'
import { stateLayout } from './stateFile.ts'
import { JOBS_AHEAD, RUN_CHUNKS, SYNC_CHUNKS } from './tuning.ts'

export interface Sealing {
  readonly primitives: Primitives
  readonly executor: ChunkExecutor
  readonly secret: Uint8Array
  readonly hash: TreeHash
  readonly sources: readonly BlobSource[]
  readonly options: SealOptions
  /** @throws Unavailable 'store-locked' */
  readonly check: () => void
}

/**
 * Fills two new files with chunks, pages and marks, all of it synced but the header, which names the blob and is still to be written.
 * @throws as BlobStore.seal
 */
export async function sealInto(
  sealing: Sealing,
  chunks: FileHandle,
  state: FileHandle,
): Promise<{ root: Uint8Array; shape: ChunkShape }> {
  const { primitives, hash, sources } = sealing
  const shape = chunkShapeOf(sources.reduce((sum, source) => sum + sourceLength(source), 0))
  const layout = stateLayout(shape, hash)
  const made: TreePage[] = []
  const builder = new TreeBuilder({ primitives, hash, shape }, (page) => made.push(page))
  const early = new EarlySync(chunks)
  let chunksDone = 0
  for await (const { run, result } of sealed(sealing, shape, chunks.fd)) {
    for (let at = 0; at < result.bytes.length; at += HASH_BYTES[hash])
      builder.push(result.bytes.subarray(at, at + HASH_BYTES[hash]))
    for (const { level, index, hashes } of made.splice(0))
      await writeTo(state, layout.pageAt(level, index), hashes)
    chunksDone += run.count
    early.begin(chunksDone)
    sealing.options.onProgress?.(
      (chunksDone - 1) * SEALED_CHUNK_BYTES + sealedChunkBytes(shape, chunksDone - 1),
    )
  }
  for (const at of [layout.heldAt, layout.syncedAt]) await writeOnes(state, at, layout.marksBytes)
  await early.end()
  return { root: builder.finish(), shape }
}

/** Creates a file that only its owner may read. */
export function createPrivate(path: string): Promise<FileHandle> {
  return open(path, 'wx+', 0o600)
}

interface Sealed {
  readonly run: SealRun
  readonly result: ChunkResult
}

async function* sealed(
  { primitives, executor, secret, hash, sources, options, check }: Sealing,
  shape: ChunkShape,
  fd: number,
): AsyncGenerator<Sealed> {
  const key = deriveChunkKey(primitives, hash, secret)
  const open = new Set<LongSource>()
  const seal = async (run: SealRun): Promise<Sealed> => {
    if (options.signal?.aborted === true) throw aborted(options.signal.reason)
    check()
    const { from, count, parts } = run
    const job = { kind: 'seal', hash, shape, from, count, fd, parts, key: Uint8Array.from(key) } as const
    return { run, result: await executor.run(job) }
  }
  try {
    const runs = sealRuns(sources, shape, open)
    for await (const sealed of pipelined(runs, JOBS_AHEAD * executor.width, seal)) {
      const { run, result } = sealed
      if (result.failure !== undefined) throw jobFault(result.failure, (number) => pathOf(sources[number]))
      for (const source of run.ends) await source.confirm()
      yield sealed
    }
  } finally {
    key.fill(0)
    for (const source of open) await source.close()
  }
}

/** Has the disk begin to write before the last chunk comes. */
class EarlySync {
  private readonly chunks: FileHandle
  private running: Promise<void> | undefined
  private failure: unknown
  private begun = 0

  constructor(chunks: FileHandle) {
    this.chunks = chunks
  }

  begin(chunksDone: number): void {
    if (this.running !== undefined || chunksDone - this.begun < SYNC_CHUNKS) return
    this.begun = chunksDone
    this.running = this.chunks
      .datasync()
      .catch((cause: unknown) => {
        this.failure ??= cause
      })
      .finally(() => (this.running = undefined))
  }

  async end(): Promise<void> {
    await this.running
    if (this.failure !== undefined) throw diskFault(this.failure)
    await this.chunks.datasync()
  }
}

async function writeOnes(state: FileHandle, at: number, length: number): Promise<void> {
  const ones = new Uint8Array(Math.min(length, RUN_CHUNKS * 65_536)).fill(255)
  for (let done = 0; done < length; done += ones.length)
    await writeTo(state, at + done, ones.subarray(0, length - done))
}

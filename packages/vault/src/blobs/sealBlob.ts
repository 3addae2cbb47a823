/** Sealing files into a new blob: under another name until it is whole, and on the disk for good when it has its own (spec §15.6). */
import { type FileHandle, open } from 'node:fs/promises'
import {
  type BlobSource,
  type ChunkShape,
  type Primitives,
  type SealOptions,
  type TreeHash,
  chunkShapeOf,
  deriveChunkKey,
  sourceLength,
} from '@triode/core'
import { BlobFiller } from './blobFiller.ts'
import { aborted, jobFault } from './blobFaults.ts'
import type { ChunkExecutor, ChunkResult } from './chunkJob.ts'
import { pipelined } from './pipelined.ts'
import { type LongSource, pathOf, type SealRun, sealRuns } from './sealRuns.ts'
import { JOBS_AHEAD } from './tuning.ts'

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
  const filler = new BlobFiller({ primitives, hash, chunks, state }, shape)
  for await (const { run, result } of sealed(sealing, shape, chunks.fd)) {
    await filler.wrote(run.count, result.bytes)
    sealing.options.onProgress?.(filler.sealedBytes(shape))
  }
  return { root: await filler.finish(shape), shape }
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

/** Sealing bytes as they come, however many there will be (spec §15.1): only the last chunk depends on that, so it waits for the end. */
import type { FileHandle } from 'node:fs/promises'
import {
  CHUNK_BYTES,
  type ChunkShape,
  chunkShapeOf,
  deriveChunkKey,
  MAX_BLOB_BYTES,
  type Primitives,
  type SealStreamOptions,
  type TreeHash,
} from '@triode/core'
import { BlobFiller } from './blobFiller.ts'
import { aborted, jobFault, sourceFault, tooLongUnsized } from './blobFaults.ts'
import { type BytesPart, type ChunkExecutor, SOURCE_CHANGED } from './chunkJob.ts'
import { pipelined } from './pipelined.ts'
import { JOBS_AHEAD, MAX_UNSIZED_BYTES, RUN_CHUNKS } from './tuning.ts'

export interface StreamSealing {
  readonly primitives: Primitives
  readonly executor: ChunkExecutor
  readonly secret: Uint8Array
  readonly hash: TreeHash
  readonly pieces: AsyncIterable<Uint8Array>
  readonly options: SealStreamOptions
  /** @throws Unavailable 'store-locked' */
  readonly check: () => void
}

interface StreamRun {
  /** Of as much as is known to come: where more does, all of these chunks are full. */
  readonly shape: ChunkShape
  readonly from: number
  readonly count: number
  readonly parts: readonly BytesPart[]
}

/** Of a blob of which no chunk that is sealed yet is the last. */
const LONGER: ChunkShape = chunkShapeOf(MAX_BLOB_BYTES)
const RUN_BYTES = RUN_CHUNKS * CHUNK_BYTES
/** How error messages call it: it has no path. */
const NAME = 'What was to be sent'

/** As sealInto(), of bytes that come once. @throws as BlobsWithin.sealStream() */
export async function sealStreamInto(
  sealing: StreamSealing,
  chunks: FileHandle,
  state: FileHandle,
): Promise<{ root: Uint8Array; shape: ChunkShape }> {
  const { primitives, executor, secret, hash, options, check } = sealing
  const key = deriveChunkKey(primitives, hash, secret)
  const known = options.size === undefined ? undefined : chunkShapeOf(options.size)
  const filler = new BlobFiller({ primitives, hash, chunks, state }, known)
  let shape = LONGER
  const seal = async (run: StreamRun) => {
    if (options.signal?.aborted === true) throw aborted(options.signal.reason)
    check()
    const own = { fd: chunks.fd, key: Uint8Array.from(key) }
    return { run, result: await executor.run({ kind: 'seal', hash, ...run, ...own }) }
  }
  try {
    const runs = streamRuns(sealing)
    for await (const { run, result } of pipelined(runs, JOBS_AHEAD * executor.width, seal)) {
      if (result.failure !== undefined) throw jobFault(result.failure, () => NAME)
      await filler.wrote(run.count, result.bytes)
      shape = run.shape
    }
  } finally {
    key.fill(0)
  }
  return { root: await filler.finish(shape), shape }
}

/** Runs in order: those before the end as soon as it is known that more comes, then what is left, with the zeros that follow it. */
async function* streamRuns({ pieces, options }: StreamSealing): AsyncGenerator<StreamRun> {
  const most = options.size ?? MAX_UNSIZED_BYTES
  const held = new Held()
  let size = 0
  let from = 0
  for await (const piece of pieces) {
    if (options.signal?.aborted === true) throw aborted(options.signal.reason)
    size += piece.length
    if (size > most)
      throw options.size === undefined ? tooLongUnsized(most) : sourceFault(NAME, SOURCE_CHANGED)
    held.push(piece)
    for (; held.bytes > RUN_BYTES; from += RUN_CHUNKS)
      yield { shape: LONGER, from, count: RUN_CHUNKS, parts: partsOf(held.take(RUN_BYTES)) }
  }
  if (options.size !== undefined && size < options.size) throw sourceFault(NAME, SOURCE_CHANGED)
  const shape = chunkShapeOf(size)
  for (; from < shape.chunks; from += RUN_CHUNKS) {
    const count = Math.min(RUN_CHUNKS, shape.chunks - from)
    yield { shape, from, count, parts: partsOf(held.take(RUN_BYTES)) }
  }
}

function partsOf(bytes: Uint8Array): BytesPart[] {
  return bytes.length === 0 ? [] : [{ source: 0, bytes }]
}

/** Pieces that came, of whatever length, until a run can be made of them. */
class Held {
  bytes = 0
  private pieces: Uint8Array[] = []

  push(piece: Uint8Array): void {
    this.pieces.push(piece)
    this.bytes += piece.length
  }

  /** The first `most` bytes, or what there is; in memory of their own. */
  take(most: number): Uint8Array {
    const out = new Uint8Array(Math.min(most, this.bytes))
    let filled = 0
    let next = 0
    for (let piece = this.pieces[0]; piece !== undefined && filled < out.length; piece = this.pieces[next]) {
      const part = piece.subarray(0, out.length - filled)
      out.set(part, filled)
      filled += part.length
      if (part.length < piece.length) this.pieces[next] = piece.subarray(part.length)
      else next++
    }
    this.pieces = this.pieces.slice(next)
    this.bytes -= out.length
    return out
  }
}

/** Does jobs on chunks, one at a time, with half a mebibyte of memory that it keeps and blanks. */
import {
  CHUNK_BYTES,
  CHUNK_TAG_BYTES,
  SEALED_CHUNK_BYTES,
  equalBytes,
  openChunk,
  type Primitives,
  sealChunk,
  sealedChunkBytes,
} from '@triode/core/chunk'
import {
  type CheckJob,
  type ChunkFailure,
  type ChunkJob,
  type ChunkResult,
  type ChunkRun,
  type CopyJob,
  type FilesJob,
  type OpenJob,
  type SealJob,
  type StoreCopy,
  type StoreJob,
  keyOf,
} from './chunkJob.ts'
import { NewFiles } from './newFiles.ts'
import { readAt, writeAt } from './position.ts'
import { SourceReader, SourceStopped } from './sourceReader.ts'

export type ChunkPrimitives = Pick<Primitives, 'hash' | 'aeadSeal' | 'aeadOpen'>

const NOTHING = new Uint8Array(0)

export class ChunkBench {
  private readonly primitives: ChunkPrimitives
  private readonly chunk = new Uint8Array(CHUNK_BYTES)
  private readonly sealed = new Uint8Array(SEALED_CHUNK_BYTES)

  constructor(primitives: ChunkPrimitives) {
    this.primitives = primitives
  }

  /** Blocks until it is done; the job's key is zeros then. */
  run(job: ChunkJob): ChunkResult {
    try {
      return this.start(job)
    } catch (cause) {
      if (cause instanceof SourceStopped)
        return failed({ at: 'source', code: cause.code, source: cause.source })
      if (cause instanceof DiskStopped) return failed(cause.failure)
      throw cause
    } finally {
      const key = keyOf(job)
      key?.fill(0)
      if (key !== undefined) this.chunk.fill(0)
    }
  }

  private start(job: ChunkJob): ChunkResult {
    switch (job.kind) {
      case 'seal':
        return this.seal(job)
      case 'store':
        return this.store(job)
      case 'open':
        return this.open(job)
      case 'copy':
        return this.copy(job)
      case 'files':
        return this.files(job)
      case 'check':
        return this.check(job)
    }
  }

  private seal(job: SealJob): ChunkResult {
    const hashes: Uint8Array[] = []
    using reader = new SourceReader(job.parts)
    for (const { index, bytes } of chunksOf(job)) {
      const chunk = this.chunk.subarray(0, bytes - CHUNK_TAG_BYTES)
      reader.fill(chunk)
      const sealed = this.sealed.subarray(0, bytes)
      sealChunk(this.primitives, job.key, index, chunk, sealed)
      hashes.push(this.primitives.hash(job.hash, sealed))
      onDisk('chunks', () => writeAt(job.fd, sealed, index * SEALED_CHUNK_BYTES))
    }
    reader.finish()
    return { bytes: joined(hashes), bad: [] }
  }

  private store(job: StoreJob): ChunkResult {
    const bad: number[] = []
    const uncopied: number[] = []
    for (const { index, bytes, at } of chunksOf(job)) {
      const sealed = job.sealed.subarray(at, at + bytes)
      if (!equalBytes(this.primitives.hash(job.hash, sealed), expectedOf(job, index))) bad.push(index)
      else {
        onDisk('chunks', () => writeAt(job.fd, sealed, index * SEALED_CHUNK_BYTES))
        // One that can't be copied is a sign that the others can't be either.
        const isCopied = uncopied.length === 0 && this.copyStored(job.copy, index, sealed)
        if (!isCopied) uncopied.push(index)
      }
    }
    return { bytes: NOTHING, bad, uncopied }
  }

  /** @returns whether the plaintext of the chunk is where it was to be written as well */
  private copyStored(copy: StoreCopy | undefined, index: number, sealed: Uint8Array): boolean {
    if (copy === undefined) return false
    const place = this.chunk.subarray(0, sealed.length - CHUNK_TAG_BYTES)
    const chunk = openChunk(this.primitives, copy.key, index, sealed, place)
    if (chunk === undefined) return false
    try {
      const at = index * CHUNK_BYTES
      writeAt(copy.to, chunk.subarray(0, Math.max(0, copy.size - at)), at)
      return true
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === undefined) throw cause
      return false
    }
  }

  private open(job: OpenJob): ChunkResult {
    const out = new Uint8Array(job.length)
    const bad: number[] = []
    for (const piece of piecesOf(job)) {
      const isWhole = piece.begin === 0 && piece.end === piece.bytes - CHUNK_TAG_BYTES
      const place = out.subarray(piece.to, piece.to + piece.end - piece.begin)
      const chunk = this.openInto(job, piece, isWhole ? place : undefined)
      if (chunk === undefined) bad.push(piece.index)
      else if (!isWhole) place.set(chunk.subarray(piece.begin, piece.end))
    }
    if (bad.length === 0) return { bytes: out, bad }
    out.fill(0)
    return { bytes: NOTHING, bad }
  }

  private copy(job: CopyJob): ChunkResult {
    for (const piece of piecesOf(job)) {
      const chunk = this.openInto(job, piece)
      if (chunk === undefined) return { bytes: NOTHING, bad: [piece.index] }
      const wanted = chunk.subarray(piece.begin, piece.end)
      onDisk('target', () => writeAt(job.to, wanted, job.position + piece.to))
    }
    return { bytes: NOTHING, bad: [] }
  }

  private files(job: FilesJob): ChunkResult {
    using files = new NewFiles(job.files)
    for (const place of chunksOf(job)) {
      const chunk = this.openInto(job, place)
      if (chunk === undefined) return { bytes: NOTHING, bad: [place.index] }
      onDisk('target', () => files.take((place.index - job.from) * CHUNK_BYTES, chunk), files)
    }
    onDisk('target', () => files.finish(), files)
    return { bytes: NOTHING, bad: [] }
  }

  private check(job: CheckJob): ChunkResult {
    const bad: number[] = []
    const hashes: Uint8Array[] = []
    for (const { index, bytes } of chunksOf(job)) {
      const sealed = this.readSealed(job.fd, index, bytes)
      const expected = expectedOf(job, index)
      const hash = sealed ? this.primitives.hash(job.hash, sealed) : new Uint8Array(expected.length)
      if (!sealed || !equalBytes(hash, expected)) bad.push(index)
      hashes.push(hash)
    }
    return { bytes: joined(hashes), bad }
  }

  private openInto(
    job: OpenJob | CopyJob | FilesJob,
    piece: Place,
    out?: Uint8Array,
  ): Uint8Array | undefined {
    const sealed = this.readSealed(job.fd, piece.index, piece.bytes)
    const place = out ?? this.chunk.subarray(0, piece.bytes - CHUNK_TAG_BYTES)
    return sealed && openChunk(this.primitives, job.key, piece.index, sealed, place)
  }

  /** Undefined where the file has no such chunk, or the disk can't read it. */
  private readSealed(fd: number, index: number, bytes: number): Uint8Array | undefined {
    const sealed = this.sealed.subarray(0, bytes)
    try {
      return readAt(fd, sealed, index * SEALED_CHUNK_BYTES) === bytes ? sealed : undefined
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EIO') return undefined
      throw cause
    }
  }
}

interface Place {
  readonly index: number
  /** Sealed. */
  readonly bytes: number
  /** Sealed bytes of the run before it. */
  readonly at: number
}

function* chunksOf({ shape, from, count }: ChunkRun): Generator<Place> {
  for (let index = from; index < from + count; index++)
    yield { index, bytes: sealedChunkBytes(shape, index), at: (index - from) * SEALED_CHUNK_BYTES }
}

/** Of a chunk's plaintext the bytes `begin` to `end - 1`, which are byte `to` and following of what was asked for. */
interface Piece extends Place {
  readonly begin: number
  readonly end: number
  readonly to: number
}

function* piecesOf(job: OpenJob | CopyJob): Generator<Piece> {
  for (const place of chunksOf(job)) {
    const start = (place.index - job.from) * CHUNK_BYTES
    const begin = Math.max(0, job.skip - start)
    const end = Math.min(place.bytes - CHUNK_TAG_BYTES, job.skip + job.length - start)
    if (begin < end) yield { ...place, begin, end, to: start + begin - job.skip }
  }
}

function expectedOf({ expected, from, count }: StoreJob | CheckJob, index: number): Uint8Array {
  const length = expected.length / count
  return expected.subarray((index - from) * length, (index - from + 1) * length)
}

function joined(hashes: readonly Uint8Array[]): Uint8Array {
  const length = hashes[0]?.length ?? 0
  const out = new Uint8Array(hashes.length * length)
  for (const [at, hash] of hashes.entries()) out.set(hash, at * length)
  return out
}

function failed(failure: ChunkFailure): ChunkResult {
  return { bytes: NOTHING, bad: [], failure }
}

/** Ends a job because of a disk. */
class DiskStopped extends Error {
  readonly failure: ChunkFailure

  constructor(failure: ChunkFailure, cause: unknown) {
    super(failure.code, { cause })
    this.failure = failure
  }
}

function onDisk(at: 'chunks' | 'target', work: () => void, making?: NewFiles): void {
  try {
    work()
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === undefined) throw cause
    const path = making?.path
    throw new DiskStopped({ at, code, ...(path !== undefined && { path }) }, cause)
  }
}

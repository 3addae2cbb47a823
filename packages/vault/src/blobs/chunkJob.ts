/**
 * Work on runs of chunks: read, sealed, hashed and written on open files, wherever it is run. Plain data, so that it may go to
 * another thread. A job's key and chunks belong to whoever runs it, and are erased or gone afterwards.
 */
import type { ChunkShape, FileSource, TreeHash } from '@triode/core/chunk'
import type { FilePlace } from './newFiles.ts'

export type ChunkJob = SealJob | StoreJob | OpenJob | CopyJob | FilesJob | CheckJob

/** Consecutive chunks of one blob, and the open file that has them. */
export interface ChunkRun {
  readonly shape: Pick<ChunkShape, 'chunks' | 'sealedBytes'>
  readonly from: number
  readonly count: number
  /** Chunk i is at i * 262,160. */
  readonly fd: number
}

/** Reads plaintext, seals it, writes the chunks. Gives their hashes, one after another. */
export interface SealJob extends ChunkRun {
  readonly kind: 'seal'
  readonly hash: TreeHash
  readonly key: Uint8Array
  /** What is sealed, in order; zeros follow. */
  readonly parts: readonly SourcePart[]
}

/** Writes those chunks that have the hashes expected; the others are `bad`. */
export interface StoreJob extends ChunkRun {
  readonly kind: 'store'
  readonly hash: TreeHash
  readonly sealed: Uint8Array
  readonly expected: Uint8Array
  /** Writes the plaintext of those as well: what can't be opened or written is `uncopied`. */
  readonly copy?: StoreCopy
}

/** The open file `to` gets chunk i at i * 262,144; the blob has `size` bytes. */
export interface StoreCopy {
  readonly key: Uint8Array
  readonly to: number
  readonly size: number
}

/** Gives plaintext: `length` bytes from byte `skip` of the run on, unless a chunk is `bad`. */
export interface OpenJob extends ChunkRun {
  readonly kind: 'open'
  readonly key: Uint8Array
  readonly skip: number
  readonly length: number
}

/** Writes the same bytes into the open file `to` at `position`, as far as the first chunk that is `bad`. */
export interface CopyJob extends ChunkRun {
  readonly kind: 'copy'
  readonly key: Uint8Array
  readonly skip: number
  readonly length: number
  readonly to: number
  readonly position: number
}

/** Makes new files of their plaintext, as far as the first chunk that is `bad`. */
export interface FilesJob extends ChunkRun {
  readonly kind: 'files'
  readonly key: Uint8Array
  readonly files: readonly FilePlace[]
}

/** Hashes chunks; those that don't match `expected` are `bad`. Gives the hashes of all, zeros for what can't be read. */
export interface CheckJob extends ChunkRun {
  readonly kind: 'check'
  readonly hash: TreeHash
  readonly expected: Uint8Array
}

/** Where plaintext is read: a number of the caller's own says of which source it is. */
export type SourcePart = BytesPart | OpenPart | WholePart

export interface BytesPart {
  readonly source: number
  readonly bytes: Uint8Array
}

/** A piece of a file that is open. */
export interface OpenPart {
  readonly source: number
  readonly fd: number
  readonly at: number
  readonly length: number
}

/** All that is wanted of a file, which is opened and has to be what it was. */
export interface WholePart extends FileSource {
  readonly source: number
}

export interface ChunkResult {
  /** Hashes or plaintext. */
  readonly bytes: Uint8Array
  /** Numbers of chunks that are not what they should be, in order. */
  readonly bad: readonly number[]
  /** Numbers of chunks that are stored, and not in the file that was to have them too, in order. */
  readonly uncopied?: readonly number[]
  /** What ended the job early. */
  readonly failure?: ChunkFailure
}

export interface ChunkFailure {
  readonly at: 'source' | 'chunks' | 'target'
  /** Of the system, such as ENOSPC, or SOURCE_CHANGED. */
  readonly code: string
  /** Which source. */
  readonly source?: number
  /** Which of the files that it makes. */
  readonly path?: string
}

/** A source was not, or did not stay, what it was when it was chosen. */
export const SOURCE_CHANGED = 'changed'

/** Runs jobs somewhere: beside the caller, or not. */
export interface ChunkExecutor {
  /** How many it runs at a time. */
  readonly width: number
  /**
   * Takes over the job's key and chunks: erased or moved when this returns. What goes wrong with a disk stands in the result.
   * @throws Unavailable when the job could not be run to its end
   */
  run(job: ChunkJob): Promise<ChunkResult>
}

/** Memory that goes to another thread with the job, without a copy. */
export function ownedBuffers(job: ChunkJob): ArrayBuffer[] {
  const owned = [keyOf(job), job.kind === 'store' ? job.sealed : undefined].filter((one) => one !== undefined)
  return owned.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer)
}

/** That of a job which seals or opens. */
export function keyOf(job: ChunkJob): Uint8Array | undefined {
  if (job.kind === 'store') return job.copy?.key
  return 'key' in job ? job.key : undefined
}

/** How many chunks and pages a blob of some size has, and how long each is (spec §15.1, §15.2). */
import { padme } from '../feed/padding.ts'
import { MIN_PADDED_BYTES } from '../feed/spec.ts'
import { CHUNK_BYTES, CHUNK_TAG_BYTES, PAGE_HASHES, SEALED_CHUNK_BYTES } from './spec.ts'

export interface ChunkShape {
  /** Bytes before padding. */
  readonly size: number
  /** At least 1. */
  readonly chunks: number
  /** Bytes of all sealed chunks: what they take on a disk and on the way. */
  readonly sealedBytes: number
  /** Hashes on each level of the tree, from the chunks' own up; the last one is at most 1,024, on the page whose hash is the root. */
  readonly levels: readonly number[]
}

/** @param size bytes of the blob, 0..2^48 */
export function chunkShapeOf(size: number): ChunkShape {
  const padded = Math.max(MIN_PADDED_BYTES, padme(size))
  const chunks = Math.ceil(padded / CHUNK_BYTES)
  const levels = [chunks]
  for (let hashes = chunks; hashes > PAGE_HASHES; levels.push(hashes))
    hashes = Math.ceil(hashes / PAGE_HASHES)
  return { size, chunks, sealedBytes: padded + chunks * CHUNK_TAG_BYTES, levels }
}

/** Bytes of sealed chunk `index`: those of all but the last are the same. */
export function sealedChunkBytes(
  { chunks, sealedBytes }: Pick<ChunkShape, 'chunks' | 'sealedBytes'>,
  index: number,
): number {
  return index < chunks - 1 ? SEALED_CHUNK_BYTES : sealedBytes - index * SEALED_CHUNK_BYTES
}

/** Hashes of page `index` of `level`. */
export function pageHashes({ levels }: ChunkShape, level: number, index: number): number {
  return Math.min(PAGE_HASHES, (levels[level] ?? 0) - index * PAGE_HASHES)
}

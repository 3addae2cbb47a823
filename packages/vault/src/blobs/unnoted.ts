/** Chunks that lie in a blob's file and of which its state says nothing: it was damaged, or is gone (spec §15.6). */
import type { FileHandle } from 'node:fs/promises'
import { type ChunkSet, type ChunkShape, SEALED_CHUNK_BYTES, sealedChunkBytes } from '@triode/core'
import type { Run } from './runs.ts'
import { readFrom } from './sharedFiles.ts'
import { MAX_UNNOTED_LOOKED } from './tuning.ts'

/** A chunk that begins with as many zeros was never written: no ciphertext does, but by a chance of 2^-128. */
const LOOKED_BYTES = 16

/**
 * Those of `within` that may be there: which they are only a hash tells.
 * @param held that the state tells of
 * @param heldBytes of these
 */
export async function unnoted(
  chunks: FileHandle,
  shape: ChunkShape,
  held: ChunkSet,
  heldBytes: number,
  [from, count]: Run,
): Promise<Run[]> {
  const { size, blocks } = await chunks.stat()
  const end = Math.min(from + count, shape.chunks, Math.ceil(size / SEALED_CHUNK_BYTES))
  const gaps = absent(held, from, end)
  const looked = gaps.reduce((sum, [, length]) => sum + length, 0)
  // A large file of which little is here is mostly holes: no more is on the disk than what is known of.
  if (looked > MAX_UNNOTED_LOOKED && blocks * 512 < heldBytes + MAX_UNNOTED_LOOKED * SEALED_CHUNK_BYTES)
    return []
  const found: [number, number][] = []
  for (const [first, length] of gaps)
    for (let index = first; index < first + length; index++) {
      const at = index * SEALED_CHUNK_BYTES
      if (at + sealedChunkBytes(shape, index) > size) continue
      const head = await readFrom(chunks, at, LOOKED_BYTES)
      if (head.every((byte) => byte === 0)) continue
      const last = found.at(-1)
      if (last !== undefined && last[0] + last[1] === index) last[1]++
      else found.push([index, 1])
    }
  return found
}

/** Runs from `from` to before `end` that are not in it. */
function absent(held: ChunkSet, from: number, end: number): Run[] {
  const gaps: Run[] = []
  for (let at = held.firstAbsent(from); at !== undefined && at < end; at = held.firstAbsent(at)) {
    const next = held.runs(at, 1)[0]?.[0] ?? end
    gaps.push([at, Math.min(next, end) - at])
    at = next
    if (at >= end) break
  }
  return gaps
}

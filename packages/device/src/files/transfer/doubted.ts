/** A chunk that another device calls wrong. */
import { equalBytes, PAGE_HASHES, pageHashes, type Primitives } from '@triode/core'
import type { ChunkSource } from './transferHost.ts'

/** Hashes it again. @returns whether it is not what the tree says */
export async function isDamaged(
  primitives: Pick<Primitives, 'hash'>,
  stored: ChunkSource,
  index: number,
): Promise<boolean> {
  const page = Math.floor(index / PAGE_HASHES)
  const hashes = await stored.page(0, page)
  if (hashes === undefined) return false
  const hashBytes = hashes.length / pageHashes(stored.shape, 0, page)
  const at = (index % PAGE_HASHES) * hashBytes
  const hash = hashBytes === 32 ? 'sha256' : 'sha384'
  const actual = primitives.hash(hash, await stored.read(index, 1))
  return !equalBytes(hashes.subarray(at, at + hashBytes), actual)
}

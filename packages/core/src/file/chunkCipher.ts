/** Sealing a chunk, once, under its place in the blob (spec §15.1). */
import { concat, u64 } from '../bytes.ts'
import type { Primitives } from '../ports/primitives.ts'

const NONCE_PREFIX = new Uint8Array(4)

/**
 * @param key of deriveChunkKey, 32 bytes
 * @param index of the chunk, from 0: never a second chunk under one key and index, which would reveal both
 * @param out where the result goes, 16 bytes longer than the chunk; by default an array of its own
 */
export function sealChunk(
  primitives: Pick<Primitives, 'aeadSeal'>,
  key: Uint8Array,
  index: number,
  chunk: Uint8Array,
  out?: Uint8Array,
): Uint8Array {
  const place = u64(index)
  return primitives.aeadSeal(key, concat(NONCE_PREFIX, place), place, chunk, out)
}

/**
 * @param out where the chunk goes, 16 bytes shorter than `sealed`; by default an array of its own
 * @returns the chunk; undefined for anything but what sealChunk made with this key and index
 */
export function openChunk(
  primitives: Pick<Primitives, 'aeadOpen'>,
  key: Uint8Array,
  index: number,
  sealed: Uint8Array,
  out?: Uint8Array,
): Uint8Array | undefined {
  const place = u64(index)
  return primitives.aeadOpen(key, concat(NONCE_PREFIX, place), place, sealed, out)
}

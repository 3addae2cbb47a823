/** The key of a blob's chunks (spec §15.1). */
import { createHkdf } from '../crypto/hkdf.ts'
import { LABEL, labelled } from '../crypto/labels.ts'
import type { Primitives } from '../ports/primitives.ts'
import type { TreeHash } from '../ports/blobStore.ts'

/** Bytes: AES-256's. */
export const CHUNK_KEY_BYTES = 32

/**
 * 32 bytes that seal and open every chunk of one blob; the caller erases them.
 * @param hash the suite's, with which HKDF is made
 * @param secret of the blob, 32 bytes
 */
export function deriveChunkKey(primitives: Primitives, hash: TreeHash, secret: Uint8Array): Uint8Array {
  return createHkdf(primitives, hash).expand(secret, labelled(LABEL.fileChunkKey), CHUNK_KEY_BYTES)
}

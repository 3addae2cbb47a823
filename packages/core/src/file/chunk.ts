/** What a thread needs that only seals, opens and hashes chunks: the whole core would cost each such thread most of its time to start and of its memory. */
export { equalBytes } from '../bytes.ts'
export { openChunk, sealChunk } from './chunkCipher.ts'
export { sealedChunkBytes } from './chunkShape.ts'
export { CHUNK_BYTES, CHUNK_TAG_BYTES, SEALED_CHUNK_BYTES } from './spec.ts'
export type * from '../ports/blobStore.ts'
export type * from '../ports/primitives.ts'
export type * from './chunkShape.ts'

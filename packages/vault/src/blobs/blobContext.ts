import type { BlobId, ChunkShape, Primitives, TreeHash } from '@triode/core'
import type { ChunkExecutor } from './chunkJob.ts'
import type { BlobHandles } from './sharedFiles.ts'

/** What the store around a blob gives it. */
export interface BlobContext {
  readonly primitives: Primitives
  readonly executor: ChunkExecutor
  /** @throws Unavailable 'store-locked' */
  check(): void
  /** Writes the header of its state anew unless it is right. @returns whether it had to */
  mendHeader(handles: BlobHandles): Promise<boolean>
  /** How much of it is here has changed. */
  changed(): void
  /** Its files are open, or closed. */
  opened(): void
  closed(): void
}

export interface BlobIdentity {
  readonly id: BlobId
  readonly hash: TreeHash
  readonly root: Uint8Array
  readonly shape: ChunkShape
}

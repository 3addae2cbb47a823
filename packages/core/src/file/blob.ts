/** What is sent of a file: bytes that are cut into chunks, each sealed once (spec §15.1). */
import type { BlobId } from '../id.ts'

export interface Blob {
  /** Follows from the other three: see `blobIdOf`. */
  readonly id: BlobId
  /** 32 bytes: opens every chunk. */
  readonly secret: Uint8Array
  /** Bytes before padding: 0..2^48. */
  readonly size: number
  /** Of the tree of its sealed chunks (spec §15.2): as long as the suite's hash. */
  readonly root: Uint8Array
}

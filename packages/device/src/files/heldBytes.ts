/** Bytes that are here of what is not whole, as they were last known. */
import type { BlobId, CircleId } from '@triode/core'
import { blobKey, type BlobKey } from './blobKey.ts'

export class HeldBytes {
  private readonly bytes = new Map<BlobKey, number>()

  /** undefined: nothing of it is here, as far as anybody knows. */
  get(circle: CircleId, id: BlobId): number | undefined {
    return this.bytes.get(blobKey(circle, id))
  }

  set(circle: CircleId, id: BlobId, bytes: number): void {
    this.bytes.set(blobKey(circle, id), bytes)
  }

  /** It is whole, or gone. */
  delete(circle: CircleId, id: BlobId): void {
    this.bytes.delete(blobKey(circle, id))
  }
}

/** A blob of a circle: the same blob in another circle is another, in all that this device does with it. */
import type { BlobId, CircleId } from '@triode/core'

export type BlobKey = string & { readonly blobKey: true }

export function blobKey(circle: CircleId, id: BlobId): BlobKey {
  return `${circle}/${id}` as BlobKey
}

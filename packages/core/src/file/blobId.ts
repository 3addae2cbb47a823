/** What a blob is called: nobody can give that name to other bytes (spec §15.1). */
import { base32 } from '../base32.ts'
import { u64 } from '../bytes.ts'
import { LABEL, labelled } from '../crypto/labels.ts'
import type { Suite } from '../crypto/suite.ts'
import type { BlobId } from '../id.ts'
import type { Blob } from './blob.ts'
import { BLOB_ID_BYTES } from './spec.ts'

/** @throws RangeError for a size that is not a safe integer of 0 or more */
export function blobIdOf(suite: Pick<Suite, 'expand'>, { secret, size, root }: Omit<Blob, 'id'>): BlobId {
  return base32(suite.expand(secret, labelled(LABEL.blobId, u64(size), root), BLOB_ID_BYTES)) as BlobId
}

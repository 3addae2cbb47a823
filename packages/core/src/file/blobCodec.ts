/** How a message names a blob: [id, secret, size, root] (spec §15.1). */
import { base32, fromBase32 } from '../base32.ts'
import type { Value } from '../codec/cbor.ts'
import type { Reader } from '../codec/reader.ts'
import { PeerFault } from '../fault.ts'
import type { BlobId } from '../id.ts'
import type { Blob } from './blob.ts'
import { BLOB_ID_BYTES, BLOB_SECRET_BYTES, MAX_BLOB_BYTES } from './spec.ts'

/** Of SHA-256 and SHA-384. */
const ROOT_BYTES: readonly number[] = [32, 48]

export function blobValue({ id, secret, size, root }: Blob): Value {
  return [fromBase32(id), secret, size, root]
}

/** Its form only: whether the id is the blob's, the timeline finds out. @throws PeerFault 'malformed' */
export function readBlob(reader: Reader, maxBytes: number = MAX_BLOB_BYTES): Blob {
  return reader.record((fields) => ({
    id: base32(fields.bytes(BLOB_ID_BYTES)) as BlobId,
    secret: fields.bytes(BLOB_SECRET_BYTES),
    size: fields.int(0, maxBytes),
    root: readRoot(fields),
  }))
}

function readRoot(reader: Reader): Uint8Array {
  const root = reader.bytes(Math.min(...ROOT_BYTES), Math.max(...ROOT_BYTES))
  if (!ROOT_BYTES.includes(root.length)) throw new PeerFault('malformed')
  return root
}

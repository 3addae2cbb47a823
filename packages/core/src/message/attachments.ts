/** The attachments of a text: its last field, which a text without any does not have (spec §11.1, §15.3). */
import type { Value } from '../codec/cbor.ts'
import type { Reader } from '../codec/reader.ts'
import type { Suite } from '../crypto/suite.ts'
import { PeerFault } from '../fault.ts'
import { blobsOf, type Attachment } from '../file/attachment.ts'
import { attachmentValue, readAttachment } from '../file/attachmentCodec.ts'
import type { Blob } from '../file/blob.ts'
import { blobIdOf } from '../file/blobId.ts'
import { MAX_ATTACHMENTS } from '../file/spec.ts'

/** What may have attachments. */
interface Attaching {
  readonly kind: string
  readonly attachments?: readonly Attachment[]
}

export function attachmentFields(attachments: readonly Attachment[] = []): Value[] {
  return attachments.length === 0 ? [] : [attachments.map(attachmentValue)]
}

/** @throws PeerFault 'malformed' */
export function readAttachments(reader: Reader): { readonly attachments?: readonly Attachment[] } {
  if (!reader.more) return {}
  const attachments = reader.list(MAX_ATTACHMENTS, readAttachment)
  if (attachments.length === 0) throw new PeerFault('malformed')
  return { attachments }
}

/** Every blob that a message names. */
export function blobsIn({ attachments = [] }: Attaching): Blob[] {
  return attachments.flatMap(blobsOf)
}

/** Those of them that are a file or folder itself, and neither what one holds nor its picture. */
export function contentsIn({ attachments = [] }: Attaching): Blob[] {
  return attachments.flatMap((one) => (one.kind === 'unknown' ? [] : [one.blob]))
}

/** Whether each blob's id is its own, so that an id means one blob (spec §15.1). */
export function hasTrueIds(suite: Pick<Suite, 'expand'>, body: Attaching): boolean {
  return blobsIn(body).every((blob) => blobIdOf(suite, blob) === blob.id)
}

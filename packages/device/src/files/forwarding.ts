/** A file or folder that a message names already, on its way into another one. */
import type { Blob, FileAttachment, FolderAttachment } from '@triode/core'
import { BLOB_PART, type BlobPart } from './fileRecords.ts'
import type { Told } from './preparing.ts'

export type KnownAttachment = FileAttachment | FolderAttachment

/** Codes of what shows that not all of it is here after all. */
export const UNREADABLE: ReadonlySet<string> = new Set(['chunk-absent', 'chunk-damaged', 'blob-gone'])

/** The same, of other blobs. @param blobOf a part; of a file, the preview may be missing */
export function withParts(
  attachment: KnownAttachment,
  blobOf: (part: BlobPart) => Blob | undefined,
): KnownAttachment {
  const blob = blobOf(BLOB_PART.content) ?? attachment.blob
  if (attachment.kind === 'folder')
    return { ...attachment, blob, index: blobOf(BLOB_PART.index) ?? attachment.index }
  const { preview: _, ...rest } = attachment
  const preview = blobOf(BLOB_PART.preview)
  return { ...rest, blob, ...(preview !== undefined && { preview }) }
}

/** While it is sealed anew. */
export function toldOf(attachment: KnownAttachment): Told {
  const { name, blob, modifiedAt } = attachment
  const about = { name, size: blob.size, modifiedAt }
  return attachment.kind === 'folder'
    ? { ...about, kind: 'folder', files: attachment.files }
    : { ...about, kind: 'file', modes: { executable: attachment.executable } }
}

/** @param came gets how many bytes came so far */
export async function* counted(
  pieces: AsyncIterable<Uint8Array>,
  came: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const piece of pieces) {
    yield piece
    bytes += piece.length
    came(bytes)
  }
}

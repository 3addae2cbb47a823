/** How many files a message takes (spec §11.1, §15.3). */
import {
  CallerFault,
  encodeContent,
  MAX_BLOB_BYTES,
  MAX_CONTENT_BYTES,
  MAX_LAMPORT,
  MAX_PREVIEW_BYTES,
  type Attachment,
  type BlobId,
  type TextBody,
} from '@triode/core'

/**
 * Whether a message takes so many: asked with the longest that they can become.
 * @param forwarded that it names besides, as they are
 * @throws CallerFault for a text that none takes
 */
export function fits(body: TextBody, names: readonly string[], forwarded: readonly Attachment[]): boolean {
  const blob = { id: ANY_ID, secret: new Uint8Array(32), size: MAX_BLOB_BYTES, root: new Uint8Array(48) }
  const attachments = names.map((name): Attachment => {
    const media = { width: 0xffff_ffff, height: 0xffff_ffff, durationMs: Number.MAX_SAFE_INTEGER }
    const told = { modifiedAt: LATEST_MS, executable: true, mediaType: LONGEST_TYPE, media }
    return { kind: 'file', name, blob, ...told, preview: { ...blob, size: MAX_PREVIEW_BYTES } }
  })
  try {
    const all = [...attachments, ...forwarded]
    const content = { lamport: MAX_LAMPORT, at: LATEST_MS, body: { ...body, attachments: all } }
    return encodeContent(content).length <= MAX_CONTENT_BYTES
  } catch (fault) {
    if (fault instanceof CallerFault && fault.code === 'too-many-files') return false
    throw fault
  }
}

const ANY_ID = 'a'.repeat(26) as BlobId
/** What a Date holds (ECMA-262 §21.4.1.1). */
const LATEST_MS = 8_640_000_000_000_000
/** Of those that are told of files; none is longer. */
const LONGEST_TYPE = 'application/vnd.openxmlformats-officedocument.presentationml.presentation'

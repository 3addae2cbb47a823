/** Attachments as messages carry them (spec §15.3). */
import type { Value } from '../codec/cbor.ts'
import { Reader } from '../codec/reader.ts'
import { CallerFault, PeerFault } from '../fault.ts'
import type { Attachment, FileAttachment, FolderAttachment, Media } from './attachment.ts'
import { blobValue, readBlob } from './blobCodec.ts'
import { flagsOf, KNOWN_FLAGS, modesOf } from './fileModes.ts'
import { checkFileName, readFileName } from './names.ts'
import {
  MAX_ATTACHMENTS,
  MAX_FLAGS,
  MAX_FOLDER_ENTRIES,
  MAX_INDEX_BYTES,
  MAX_MEDIA_TYPE_LENGTH,
  MAX_MODIFIED_MS,
  MAX_PIXELS,
  MAX_PREVIEW_BYTES,
} from './spec.ts'

const KIND = { file: 0, folder: 1 } as const
/** Kinds that a later release may use. */
const MAX_KIND = 0xffff
/** RFC 6838 §4.2, without parameters: it ends up in a header of HTTP. */
const MEDIA_TYPE = /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*$/

export function attachmentValue(attachment: Attachment): Value {
  switch (attachment.kind) {
    case 'file':
      return fileValue(attachment)
    case 'folder': {
      const { name, blob, index, files, modifiedAt = null, otherFlags = 0 } = attachment
      const flags = flagsOf(attachment) | otherFlags
      return [KIND.folder, name, blobValue(blob), blobValue(index), files, modifiedAt, flags]
    }
    case 'unknown':
      return attachment.fields
  }
}

/** @throws PeerFault 'malformed' */
export function readAttachment(value: Value): Attachment {
  const reader = new Reader(value)
  const kind = reader.int(0, MAX_KIND)
  if (kind !== KIND.file && kind !== KIND.folder) {
    return { kind: 'unknown', fields: value as readonly Value[] }
  }
  const attachment = kind === KIND.file ? readFile(reader) : readFolder(reader)
  reader.end()
  return attachment
}

/**
 * What a caller wants to send.
 * @throws CallerFault 'too-many-files' | 'file-name-invalid' | 'media-type-invalid' | 'attachment-invalid'
 */
export function checkAttachments(attachments: readonly Attachment[]): void {
  if (attachments.length > MAX_ATTACHMENTS) throw tooManyFiles()
  for (const attachment of attachments) checkAttachment(attachment)
}

export function tooManyFiles(): CallerFault {
  return new CallerFault('too-many-files', {
    details: { of: 'message', most: MAX_ATTACHMENTS },
    message: `A message has at most ${MAX_ATTACHMENTS} files, fewer with long names or beside a long text.`,
    remedy: 'Put them into a folder and send that, or send several messages.',
  })
}

function checkAttachment(attachment: Attachment): void {
  if (attachment.kind !== 'unknown') checkFileName(attachment.name)
  if (attachment.kind === 'file' && !isMediaType(attachment.mediaType)) {
    throw new CallerFault('media-type-invalid', { message: 'This is not a media type of RFC 6838.' })
  }
  try {
    readAttachment(attachmentValue(attachment))
  } catch (cause) {
    if (!(cause instanceof PeerFault)) throw cause
    throw new CallerFault('attachment-invalid', { cause, message: 'No device would take this attachment.' })
  }
}

function fileValue(file: FileAttachment): Value {
  const flags = flagsOf(file) | (file.otherFlags ?? 0)
  return [
    KIND.file,
    file.name,
    blobValue(file.blob),
    file.modifiedAt ?? null,
    flags,
    file.mediaType,
    mediaValue(file.media),
    file.preview === undefined ? null : blobValue(file.preview),
  ]
}

function mediaValue(media: Media | undefined): Value {
  const fields = [media?.width ?? null, media?.height ?? null, media?.durationMs ?? null]
  return fields.every((field) => field === null) ? null : fields
}

function readFile(reader: Reader): FileAttachment {
  const [name, blob] = [readFileName(reader), readBlob(reader)]
  const modifiedAt = reader.optional(readModifiedAt)
  const flags = reader.int(0, MAX_FLAGS)
  const otherFlags = flags & ~KNOWN_FLAGS
  const mediaType = reader.text(MAX_MEDIA_TYPE_LENGTH)
  if (!isMediaType(mediaType)) throw new PeerFault('malformed')
  const media = reader.optional((field) => field.record(readMedia))
  const preview = reader.optional((field) => readBlob(field, MAX_PREVIEW_BYTES))
  return {
    kind: 'file',
    name,
    blob,
    ...modesOf(flags),
    mediaType,
    ...(modifiedAt !== undefined && { modifiedAt }),
    ...(otherFlags !== 0 && { otherFlags }),
    ...(media !== undefined && { media }),
    ...(preview !== undefined && { preview }),
  }
}

function readFolder(reader: Reader): FolderAttachment {
  const name = readFileName(reader)
  const [blob, index] = [readBlob(reader), readBlob(reader, MAX_INDEX_BYTES)]
  const files = reader.int(0, MAX_FOLDER_ENTRIES)
  const modifiedAt = reader.optional(readModifiedAt)
  const flags = reader.int(0, MAX_FLAGS)
  const { executable, ...modes } = modesOf(flags)
  const otherFlags = (flags & ~KNOWN_FLAGS) | flagsOf({ executable })
  return {
    kind: 'folder',
    name,
    blob,
    index,
    files,
    ...(modifiedAt !== undefined && { modifiedAt }),
    ...modes,
    ...(otherFlags !== 0 && { otherFlags }),
  }
}

/** With nothing in it, it would be null. */
function readMedia(reader: Reader): Media {
  const width = reader.optional(readPixels)
  const height = reader.optional(readPixels)
  const durationMs = reader.optional((field) => field.int())
  if (width === undefined && height === undefined && durationMs === undefined) {
    throw new PeerFault('malformed')
  }
  return {
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    ...(durationMs !== undefined && { durationMs }),
  }
}

function readPixels(reader: Reader): number {
  return reader.int(1, MAX_PIXELS)
}

export function readModifiedAt(reader: Reader): number {
  return reader.int(0, MAX_MODIFIED_MS)
}

function isMediaType(type: string): boolean {
  return type === '' || (type.length <= MAX_MEDIA_TYPE_LENGTH && MEDIA_TYPE.test(type))
}

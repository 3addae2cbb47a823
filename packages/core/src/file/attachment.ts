/** What a message names besides its text (spec §15.3). */
import type { Value } from '../codec/cbor.ts'
import type { Blob } from './blob.ts'
import type { FileModes, FolderModes } from './fileModes.ts'

export type Attachment = FileAttachment | FolderAttachment | UnknownAttachment

export interface FileAttachment extends FileModes {
  readonly kind: 'file'
  /** 1 to 255 bytes of UTF-8, NFC, without `/`; made harmless before it is written anywhere (spec §15.5). */
  readonly name: string
  readonly blob: Blob
  /** Milliseconds since 1970-01-01 UTC. */
  readonly modifiedAt?: number
  /** Bits of its flags that this release does not know. */
  readonly otherFlags?: number
  /** RFC 6838; empty where it is not known. */
  readonly mediaType: string
  readonly media?: Media
  /** A JPEG of at most 65,536 bytes. */
  readonly preview?: Blob
}

export interface Media {
  /** Pixels. */
  readonly width?: number
  readonly height?: number
  readonly durationMs?: number
}

export interface FolderAttachment extends FolderModes {
  readonly kind: 'folder'
  readonly name: string
  /** All files, one after another. */
  readonly blob: Blob
  /** What is in it (spec §15.4). */
  readonly index: Blob
  readonly files: number
  readonly modifiedAt?: number
  /** Bits of its flags that this release does not know, or that mean nothing of a folder. */
  readonly otherFlags?: number
}

/** Of a kind that is still to be invented: kept as it came, for a later release. */
export interface UnknownAttachment {
  readonly kind: 'unknown'
  /** Its number first. */
  readonly fields: readonly Value[]
}

/** What an attachment names, the file itself first. */
export function blobsOf(attachment: Attachment): Blob[] {
  switch (attachment.kind) {
    case 'file':
      return attachment.preview === undefined ? [attachment.blob] : [attachment.blob, attachment.preview]
    case 'folder':
      return [attachment.blob, attachment.index]
    case 'unknown':
      return []
  }
}

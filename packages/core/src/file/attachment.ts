/** What a message names besides its text (spec §15.3). */
import type { Blob } from './blob.ts'

export type Attachment = FileAttachment | FolderAttachment | UnknownAttachment

export interface FileAttachment {
  readonly kind: 'file'
  /** 1 to 255 bytes of UTF-8, NFC, without `/`; made harmless before it is written anywhere (spec §15.5). */
  readonly name: string
  readonly blob: Blob
  /** Milliseconds since 1970-01-01 UTC. */
  readonly modifiedAt?: number
  readonly executable: boolean
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

export interface FolderAttachment {
  readonly kind: 'folder'
  readonly name: string
  /** All files, one after another. */
  readonly blob: Blob
  /** What is in it (spec §15.4). */
  readonly index: Blob
  readonly files: number
  readonly modifiedAt?: number
}

/** Of a kind that is still to be invented. */
export interface UnknownAttachment {
  readonly kind: 'unknown'
}

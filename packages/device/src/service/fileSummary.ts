import type { BlobId } from '@triode/core'

/** What a message says of a file. */
export interface FileSummary {
  /** Of its content: the same when it was sent twice in a conversation. */
  readonly id: BlobId
  readonly kind: 'file' | 'folder'
  readonly name: string
  /** RFC 6838; empty where it is not known. */
  readonly mediaType: string
  /** Bytes. */
  readonly size: number
  /** Of a folder: how many files. */
  readonly files?: number
  /** Pixels. */
  readonly width?: number
  readonly height?: number
  readonly durationMs?: number
  /** It has a picture: read like a file, by this id. */
  readonly preview?: BlobId
  readonly modifiedAt?: number
  readonly executable: boolean
  /** Where it came from, nobody but its owner could do anything with it; and it is saved so. */
  readonly ownerOnly?: true
  /** Where it came from, nobody could write to it. */
  readonly readOnly?: true
}

/** Attachments to try things with: arbitrary ones, and makers of certain ones. */
import {
  base32,
  blobIdOf,
  type Blob,
  type BlobId,
  type FileAttachment,
  type FolderAttachment,
  type Suite,
} from '@triode/core'
import { createSeededRandom } from '@triode/testkit'
import fc from 'fast-check'

/** A blob whose id is right in circles of `suite`; the same for the same seed. */
export function blobOf(suite: Pick<Suite, 'expand'>, seed: string, size = 1_000): Blob {
  const random = createSeededRandom(`blob ${seed}`)
  const parts = { secret: random.bytes(32), size, root: random.bytes(32) }
  return { id: blobIdOf(suite, parts), ...parts }
}

export function fileOf(suite: Pick<Suite, 'expand'>, name: string, seed = name): FileAttachment {
  return { kind: 'file', name, blob: blobOf(suite, seed), executable: false, mediaType: '' }
}

export function folderOf(suite: Pick<Suite, 'expand'>, name: string): FolderAttachment {
  const [blob, index] = [blobOf(suite, `${name} files`), blobOf(suite, `${name} index`)]
  return { kind: 'folder', name, blob, index, files: 3 }
}

const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length })

const blobUpTo = (max: number): fc.Arbitrary<Blob> =>
  fc
    .record({
      id: bytes(16).map((id) => base32(id) as BlobId),
      secret: bytes(32),
      size: fc.nat(max),
      root: fc.oneof(bytes(32), bytes(48)),
    })
    .map((blob) => ({ ...blob })) // with the usual prototype

export const anyBlob = blobUpTo(2 ** 48)

export const anyName = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 60 })
  .map((name) => name.replace(/[/\0]/g, '_').normalize('NFC'))
  .filter((name) => name !== '.' && name !== '..' && name !== '' && Buffer.byteLength(name) <= 255)

const modifiedAt = fc.nat(8_640_000_000_000_000)
const pixels = fc.integer({ min: 1, max: 0xffff_ffff })
const anyMedia = fc.oneof(
  fc.record({ width: pixels, height: pixels }),
  fc.record({ durationMs: fc.nat() }),
  fc.record({ width: pixels, height: pixels, durationMs: fc.nat() }),
)

export const anyFile: fc.Arbitrary<FileAttachment> = fc
  .record(
    {
      kind: fc.constant('file' as const),
      name: anyName,
      blob: anyBlob,
      executable: fc.boolean(),
      mediaType: fc.constantFrom('', 'image/jpeg', 'application/vnd.oasis.opendocument.text'),
      modifiedAt,
      ownerOnly: fc.constant(true as const),
      readOnly: fc.constant(true as const),
      otherFlags: fc.integer({ min: 1, max: 0x1fff }).map((bits) => bits * 8),
      media: anyMedia.map((media) => ({ ...media })),
      preview: blobUpTo(65_536),
    },
    { requiredKeys: ['kind', 'name', 'blob', 'executable', 'mediaType'] },
  )
  .map((file) => ({ ...file }))

export const anyFolder: fc.Arbitrary<FolderAttachment> = fc
  .record(
    {
      kind: fc.constant('folder' as const),
      name: anyName,
      blob: anyBlob,
      index: blobUpTo(268_435_456),
      files: fc.nat(1_000_000),
      modifiedAt,
      ownerOnly: fc.constant(true as const),
      readOnly: fc.constant(true as const),
      otherFlags: fc.integer({ min: 1, max: 0x3ffe }).map((bits) => (bits >> 1) * 8 + (bits & 1) || 8),
    },
    { requiredKeys: ['kind', 'name', 'blob', 'index', 'files'] },
  )
  .map((folder) => ({ ...folder }))

export const anyAttachment = fc.oneof(
  anyFile,
  anyFolder,
  fc.constant({ kind: 'unknown' as const, fields: [2, 'from the future', [1, null]] }),
)

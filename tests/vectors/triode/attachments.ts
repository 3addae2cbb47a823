/** Files: attachments, ids of blobs, and the index of a folder. */
import assert from 'node:assert/strict'
import {
  attachmentValue,
  blobIdOf,
  concat,
  decodeValue,
  encodeFolderIndex,
  encodeValue,
  entryValue,
  FolderIndexReader,
  readAttachment,
  u32,
  type Attachment,
  type Blob,
  type FolderEntry,
  type Value,
} from '@triode/core'
import { plain, plainFields, refusal, type Area, type Case, type Refusal } from './area.ts'
import { filled, hybrid, NOW } from './cast.ts'

export const attachments: Area = {
  name: 'files',
  format: 'Files: what a message names',
  spec: ['15.1', '15.3', '15.4'],
  suite: 'hybrid',
  about:
    'An attachment is an item of a text’s last field; `attachment` is the encoding of one alone. `index` is what the blob of an index holds.',
  make: () => ({
    cases: [...ATTACHMENTS.map(attachmentCase), ...BLOBS.map(idCase), indexCase()],
    refused: [...refusals(), ...indexRefusals()],
  }),
}

const MAX_BYTES = 15_360

function blob(value: number, size: number): Blob {
  const parts = { secret: filled(32, value), size, root: filled(32, value + 0x80) }
  return { id: blobIdOf(hybrid, parts), ...parts }
}

const BLOBS = [blob(1, 0), blob(2, 4_294_967_296), blob(3, 2 ** 48)]
const [EMPTY, LARGE] = [blob(1, 0), blob(2, 4_294_967_296)]

const ATTACHMENTS: readonly (readonly [name: string, attachment: Attachment])[] = [
  ['file', { kind: 'file', name: 'empty', blob: EMPTY, executable: false, mediaType: '' }],
  [
    'picture with a preview',
    {
      kind: 'file',
      name: 'Käthe 🎷.jpg',
      blob: LARGE,
      modifiedAt: NOW,
      executable: false,
      mediaType: 'image/jpeg',
      media: { width: 4_032, height: 3_024 },
      preview: blob(4, 20_000),
    },
  ],
  [
    'sound that a program plays, with flags to come',
    {
      kind: 'file',
      name: 'play',
      blob: LARGE,
      executable: true,
      ownerOnly: true,
      readOnly: true,
      otherFlags: 24,
      mediaType: 'audio/ogg',
      media: { durationMs: 61_000 },
    },
  ],
  ['folder', { kind: 'folder', name: 'Tour', blob: LARGE, index: EMPTY, files: 3, modifiedAt: NOW }],
  [
    'folder that is its owner’s alone and closed to writing, with flags to come',
    {
      kind: 'folder',
      name: 'Tour',
      blob: LARGE,
      index: EMPTY,
      files: 3,
      ownerOnly: true,
      readOnly: true,
      otherFlags: 25,
    },
  ],
  ['kind to come', { kind: 'unknown', fields: [9, 'a map', filled(4, 7)] }],
]

function attachmentCase([name, attachment]: (typeof ATTACHMENTS)[number]): Case {
  const bytes = encodeValue(attachmentValue(attachment))
  assert.deepEqual(plain(decode(bytes)), plain(attachment), `${name} does not decode to what it was made of`)
  return { name, input: plainFields(attachment), expected: { attachment: bytes.toHex() } }
}

function idCase({ id, ...parts }: Blob): Case {
  return { name: `id of a blob of ${parts.size} bytes`, input: plainFields(parts), expected: { id } }
}

function decode(bytes: Uint8Array): Attachment {
  return readAttachment(decodeValue(bytes, MAX_BYTES))
}

function refusals(): Refusal[] {
  const [, good] = ATTACHMENTS
  const picture = attachmentValue(good?.[1] ?? { kind: 'unknown', fields: [] }) as readonly Value[]
  const small = [filled(16, 1), filled(32, 1), 5, filled(32, 2)]
  const bad: readonly (readonly [name: string, at: number, value: Value])[] = [
    ['a name with a slash', 1, 'a/b'],
    ['a name of two dots', 1, '..'],
    ['an empty name', 1, ''],
    ['a name with a zero', 1, 'a\0'],
    ['a name of 256 bytes', 1, 'é'.repeat(128)],
    ['a name that is not composed', 1, 'Ka\u0308the'],
    ['a blob of more than 2^48 bytes', 2, [...small.slice(0, 2), 2 ** 48 + 1, filled(32, 2)]],
    ['a root of 40 bytes', 2, [...small.slice(0, 3), filled(40, 2)]],
    ['a time beyond the calendar', 3, 8_640_000_000_000_001],
    ['a media type with parameters', 5, 'text/plain; charset=utf-8'],
    ['media with nothing in it', 6, [null, null, null]],
    ['a preview of 65,537 bytes', 7, [...small.slice(0, 2), 65_537, filled(32, 2)]],
    ['a field too many', 8, 0],
  ]
  return bad.map(([name, at, value]) => {
    const fields = [...picture]
    fields[at] = value
    return refusal(name, encodeValue(fields), 'PeerFault malformed', decode)
  })
}

const HALL = { kind: 'folder', executable: false, size: 0 } as const
const ENTRIES: readonly FolderEntry[] = [
  { ...HALL, path: ['1 hall'], modifiedAt: NOW },
  { path: ['1 hall', 'plan.pdf'], kind: 'file', executable: false, size: 90_000, modifiedAt: NOW },
  { path: ['1 hall', 'songs'], kind: 'link', executable: false, size: 0, target: ['..', '2 songs'] },
  { ...HALL, path: ['2 songs'], ownerOnly: true },
  { path: ['2 songs', 'Käthe.mid'], kind: 'file', executable: false, size: 10_000 },
  { path: ['play'], kind: 'file', executable: true, ownerOnly: true, readOnly: true, size: 0 },
  { path: ['\uff5e'], kind: 'file', executable: false, size: 0 },
  { path: ['🎷'], kind: 'file', executable: false, size: 0 },
]

function readIndex(index: Uint8Array): unknown {
  const reader = new FolderIndexReader({ blob: { ...LARGE, size: 100_000 }, files: 5 })
  const entries = reader.push(index)
  reader.end()
  return entries
}

function indexCase(): Case {
  const index = concat(...encodeFolderIndex(ENTRIES))
  const starts = [0, 0, 90_000, 90_000, 90_000, 100_000, 100_000, 100_000]
  const indexed = ENTRIES.map((entry, at) => ({ ...entry, from: starts[at] }))
  assert.deepEqual(plain(readIndex(index)), plain(indexed))
  return { name: 'index', input: { entries: plain(indexed) }, expected: { index: index.toHex() } }
}

function indexRefusals(): Refusal[] {
  const entry = { path: ['a'], kind: 'file', executable: false, size: 0 } as const
  const bad: readonly (readonly [name: string, entries: readonly FolderEntry[]])[] = [
    ['an entry in a folder that did not come', [{ ...entry, path: ['a', 'b'] }]],
    ['a name twice', [entry, entry]],
    ['names in another order', [{ ...entry, path: ['b'] }, entry]],
    ['a link that leads out', [{ ...entry, kind: 'link', target: ['..'] }]],
    ['a link that turns back behind a name', [{ ...entry, kind: 'link', target: ['b', '..', 'c'] }]],
  ]
  return bad.map(([name, entries]) => {
    const page = encodeValue(entries.map(entryValue))
    return refusal(
      `an index with ${name}`,
      concat(u32(page.length), page),
      'PeerFault folder-malformed',
      readIndex,
    )
  })
}

/** Files: what messages say of them, and what lies in folders. */
import {
  attachmentValue,
  base32,
  concat,
  decodeValue,
  encodeFolderIndex,
  encodeValue,
  entryValue,
  FolderIndexReader,
  IntegrityFault,
  PeerFault,
  readAttachment,
  safeName,
  u32,
  type BlobId,
} from '@triode/core'
import { FileRefs } from '../../../packages/core/src/file/fileRefs.ts'
import { filled } from '../../vectors/triode/cast.ts'
import { bytesIn } from '../../vectors/triode/files.ts'
import { target, textTarget, type Target } from '../target.ts'
import { plantedStore } from './planted.ts'

const MAX_BYTES = 15_360
/** Of any size: what an input says, not whether it fits. */
const FOLDER = {
  blob: { id: base32(filled(16, 1)) as BlobId, secret: filled(32, 1), size: 2 ** 48, root: filled(32, 2) },
  files: 1_000_000,
}
const BLOB = base32(filled(16, 1)) as BlobId

export const fileTargets: readonly Target[] = [
  target({
    name: 'attachment',
    covers: [
      'core/file/attachmentCodec.ts readAttachment',
      'core/file/attachmentCodec.ts readModifiedAt',
      'core/file/blobCodec.ts readBlob',
      'core/file/names.ts readFileName',
    ],
    faults: [PeerFault],
    seeds: () => bytesIn('files', 'attachment'),
    decode: (input) => readAttachment(decodeValue(input, MAX_BYTES)),
    encode: (attachment) => encodeValue(attachmentValue(attachment)),
  }),
  target({
    name: 'folder-index',
    covers: ['core/file/folderIndex.ts FolderIndexReader'],
    faults: [PeerFault],
    seeds: () => bytesIn('files', 'index'),
    decode: (input) => {
      const reader = new FolderIndexReader(FOLDER)
      const half = Math.floor(input.length / 2)
      return [...reader.push(input.subarray(0, half)), ...reader.push(input.subarray(half))]
    },
    // What is left over is not seen without its end, and pages may be cut otherwise.
    encodeAny: (entries) => concat(...encodeFolderIndex(entries)),
  }),
  target({
    name: 'folder-page',
    covers: ['core/file/folderEntry.ts readEntry'],
    faults: [PeerFault],
    seeds: () => bytesIn('files', 'index').map((index) => index.subarray(4)),
    decode: (input) => new FolderIndexReader(FOLDER).push(concat(u32(input.length), input)),
    encodeAny: (entries) => encodeValue(entries.map(entryValue)),
  }),
  textTarget({
    name: 'safe-name',
    covers: ['core/file/safeName.ts splitExtension'],
    faults: [],
    seeds: () => ['score.pdf', 'CON.txt', 'a/b\\c', ' . ', 'e\u0301', '\u202egpj.exe'],
    words: ['.', ' ', 'nul', 'COM1', '/', '\u200b', 'é'.repeat(120)],
    decode: safeName,
    format: (name) => name,
  }),
  target({
    name: 'stored-file-name',
    covers: ['core/file/fileRefs.ts'],
    faults: [IntegrityFault],
    seeds: () => [encodeValue([filled(20, 1)])],
    decode: (input) => new FileRefs(plantedStore(input).map('')).last(BLOB),
  }),
  target({
    name: 'stored-file-reference',
    covers: [],
    faults: [IntegrityFault],
    seeds: () => [
      encodeValue([null, null]),
      encodeValue([null, filled(20, 1)]),
      encodeValue([filled(20, 1), null]),
    ],
    decode: (input) => {
      const head = encodeValue([filled(20, 2)])
      const get = (key: string): Uint8Array => (key.includes('/') ? input : head)
      return new FileRefs({ ...plantedStore(input).map(''), get }).messagesOf(BLOB, 10)
    },
  }),
]

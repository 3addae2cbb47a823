/** Files: what messages say of them, and what lies in folders. */
import {
  attachmentValue,
  base32,
  decodeValue,
  encodeValue,
  IntegrityFault,
  PeerFault,
  readAttachment,
  type BlobId,
} from '@triode/core'
import { FileRefs } from '../../../packages/core/src/file/fileRefs.ts'
import { filled } from '../../vectors/triode/cast.ts'
import { bytesIn } from '../../vectors/triode/files.ts'
import { target, type Target } from '../target.ts'
import { plantedStore } from './planted.ts'

const MAX_BYTES = 15_360
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

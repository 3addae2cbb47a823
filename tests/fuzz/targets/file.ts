/** Files: what messages say of them, and what lies in folders. */
import { attachmentValue, decodeValue, encodeValue, PeerFault, readAttachment } from '@triode/core'
import { bytesIn } from '../../vectors/triode/files.ts'
import { target, type Target } from '../target.ts'

const MAX_BYTES = 15_360

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
]

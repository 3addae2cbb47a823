/** The change of an own message that someone began and did not send: one in a conversation, on this device alone. */
import { encodeValue } from '../codec/cbor.ts'
import { decodeStored } from '../codec/stored.ts'
import { CallerFault } from '../fault.ts'
import type { MessageId } from '../id.ts'
import type { RecordMap } from '../ports/store.ts'
import { isLongerThan } from './content.ts'
import { messageIdBytes, messageIdOf } from './messageId.ts'
import { MESSAGE_ID_BYTES } from './spec.ts'
import { MAX_DRAFT_BYTES } from './tuning.ts'

export interface UnsentEdit {
  readonly message: MessageId
  /** What it was to say. */
  readonly text: string
}

const KEY = 'unsent-edit'

export function readUnsentEdit(map: RecordMap): UnsentEdit | undefined {
  const bytes = map.get(KEY)
  if (bytes === undefined) return undefined
  return decodeStored(bytes, (reader) => ({
    message: messageIdOf(reader.bytes(MESSAGE_ID_BYTES)),
    text: reader.text(MAX_DRAFT_BYTES),
  }))
}

/** In the place of any other. @throws CallerFault 'text-too-long' | 'message-id-malformed' */
export function writeUnsentEdit(map: RecordMap, { message, text }: UnsentEdit): void {
  if (isLongerThan(text, MAX_DRAFT_BYTES)) {
    throw new CallerFault('text-too-long', {
      details: { of: 'draft', most: MAX_DRAFT_BYTES },
      message: `A draft has at most ${MAX_DRAFT_BYTES} bytes.`,
    })
  }
  map.set(KEY, encodeValue([messageIdBytes(message), text]))
}

/** Also where its message goes: what disappears or is deleted leaves no copy there. */
export function dropUnsentEdit(map: RecordMap, message: MessageId): void {
  if (readUnsentEdit(map)?.message === message) map.delete(KEY)
}

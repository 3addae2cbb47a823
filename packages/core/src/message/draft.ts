/** What someone began to write in a conversation. */
import { encodeValue } from '../codec/cbor.ts'
import { CallerFault } from '../fault.ts'
import type { MessageId } from '../id.ts'
import type { RecordMap } from '../ports/store.ts'
import { isLongerThan } from './content.ts'
import { messageIdBytes, messageIdOf } from './messageId.ts'
import { MESSAGE_ID_BYTES } from './spec.ts'
import { decodeStored } from '../codec/stored.ts'
import { MAX_DRAFT_BYTES } from './tuning.ts'

export interface MessageDraft {
  readonly text: string
  readonly replyTo?: MessageId
}

const KEY = 'draft'

export function readDraft(map: RecordMap): MessageDraft | undefined {
  const bytes = map.get(KEY)
  if (bytes === undefined) return undefined
  return decodeStored(bytes, (reader) => {
    const text = reader.text(MAX_DRAFT_BYTES)
    const replyTo = reader.optional((field) => messageIdOf(field.bytes(MESSAGE_ID_BYTES)))
    return { text, ...(replyTo !== undefined && { replyTo }) }
  })
}

/** undefined removes it. @throws CallerFault 'text-too-long' | 'message-id-malformed' */
export function writeDraft(map: RecordMap, draft: MessageDraft | undefined): void {
  if (draft === undefined) {
    map.delete(KEY)
    return
  }
  if (isLongerThan(draft.text, MAX_DRAFT_BYTES)) {
    throw new CallerFault('text-too-long', {
      details: { of: 'draft', most: MAX_DRAFT_BYTES },
      message: `A draft has at most ${MAX_DRAFT_BYTES} bytes.`,
    })
  }
  map.set(KEY, encodeValue([draft.text, draft.replyTo === undefined ? null : messageIdBytes(draft.replyTo)]))
}

/** What a member's devices tell each other in the `self` conversation, and no person reads (spec §11.9). */
import { base32, fromBase32 } from '../base32.ts'
import type { Value } from '../codec/cbor.ts'
import { readRecord, type Reader } from '../codec/reader.ts'
import { CallerFault, PeerFault } from '../fault.ts'
import { CONVERSATION_ID_BYTES, FEED_ID_BYTES, MAX_SEQ } from '../feed/spec.ts'
import type { ConversationId, DeviceId, FeedId, MessageId } from '../id.ts'
import { messageIdBytes, messageIdOf } from './messageId.ts'
import { preferenceFields, preferencesOf, type Preferences } from './preferences.ts'
import {
  MAX_DEVICE_NAME_UNITS,
  MAX_READ_MARKS,
  MAX_TEXT_BYTES,
  MEMBER_ID_BYTES,
  MESSAGE_ID_BYTES,
} from './spec.ts'

export type OwnStateBody = ReadMarksBody | DraftBody | DeviceNameBody | PreferencesBody

/** Everything in these feeds of `conversation` up to a sequence number was read. */
export interface ReadMarksBody {
  readonly kind: 'read-marks'
  readonly conversation: ConversationId
  /** Whether it says all that its author knows of the conversation, and so stands for what that said before. */
  readonly whole: boolean
  readonly marks: readonly (readonly [FeedId, number])[]
}

/** What someone began to write; the last one counts. */
export interface DraftBody {
  readonly kind: 'draft'
  readonly conversation: ConversationId
  /** undefined: there is none any more. */
  readonly text?: string
  readonly replyTo?: MessageId
}

/** What a member calls one of its devices; the last one counts. */
export interface DeviceNameBody {
  readonly kind: 'device-name'
  readonly device: DeviceId
  readonly name: string
}

/** How a conversation is to be shown; the last one counts. */
export interface PreferencesBody extends Preferences {
  readonly kind: 'preferences'
  readonly conversation: ConversationId
}

export const OWN_STATE_KIND = { readMarks: 6, draft: 7, deviceName: 8, preferences: 9 } as const
const KINDS: ReadonlySet<string> = new Set<OwnStateBody['kind']>([
  'read-marks',
  'draft',
  'device-name',
  'preferences',
])

export function isOwnState(body: { readonly kind: string }): body is OwnStateBody {
  return KINDS.has(body.kind)
}

export function ownStateFields(body: OwnStateBody): Value[] {
  switch (body.kind) {
    case 'read-marks':
      return [
        OWN_STATE_KIND.readMarks,
        fromBase32(body.conversation),
        body.whole,
        body.marks.map(([feed, seq]) => [fromBase32(feed), seq]),
      ]
    case 'draft':
      return [
        OWN_STATE_KIND.draft,
        fromBase32(body.conversation),
        body.text ?? null,
        body.replyTo === undefined ? null : messageIdBytes(body.replyTo),
      ]
    case 'device-name':
      return [OWN_STATE_KIND.deviceName, fromBase32(body.device), body.name]
    case 'preferences':
      return [OWN_STATE_KIND.preferences, fromBase32(body.conversation), ...preferenceFields(body)]
  }
}

/** @param kind one of OWN_STATE_KIND. @throws PeerFault 'malformed' | 'oversize' */
export function readOwnState(kind: number, reader: Reader): OwnStateBody {
  switch (kind) {
    case OWN_STATE_KIND.readMarks:
      return readMarks(reader)
    case OWN_STATE_KIND.draft:
      return readDraftBody(reader)
    case OWN_STATE_KIND.preferences:
      return { kind: 'preferences', conversation: readConversation(reader), ...preferencesOf(reader) }
    default:
      return {
        kind: 'device-name',
        device: base32(reader.bytes(MEMBER_ID_BYTES)) as DeviceId,
        name: nonEmpty(reader.text(MAX_DEVICE_NAME_UNITS)),
      }
  }
}

/** What a caller may not write. @throws CallerFault 'name-invalid' */
export function checkOwnState(body: OwnStateBody): void {
  if (body.kind !== 'device-name') return
  if (body.name === '' || body.name.length > MAX_DEVICE_NAME_UNITS || !body.name.isWellFormed()) {
    throw new CallerFault('name-invalid', { message: 'The name of a device has 1 to 64 characters.' })
  }
}

function readMarks(reader: Reader): ReadMarksBody {
  return {
    kind: 'read-marks',
    conversation: readConversation(reader),
    whole: reader.bool(),
    marks: reader.list(MAX_READ_MARKS, (value) =>
      readRecord(
        value,
        (mark) => [base32(mark.bytes(FEED_ID_BYTES)) as FeedId, mark.int(1, MAX_SEQ)] as const,
      ),
    ),
  }
}

function readDraftBody(reader: Reader): DraftBody {
  const conversation = readConversation(reader)
  const text = reader.optional((field) => field.text(MAX_TEXT_BYTES))
  const replyTo = reader.optional((field) => messageIdOf(field.bytes(MESSAGE_ID_BYTES)))
  return {
    kind: 'draft',
    conversation,
    ...(text !== undefined && { text }),
    ...(replyTo !== undefined && { replyTo }),
  }
}

function readConversation(reader: Reader): ConversationId {
  return base32(reader.bytes(CONVERSATION_ID_BYTES)) as ConversationId
}

function nonEmpty(text: string): string {
  if (text === '') throw new PeerFault('malformed')
  return text
}

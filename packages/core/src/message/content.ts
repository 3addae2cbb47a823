/** The plaintext of an entry (spec §11.1): [version, lamport, at ms, kind, fields of the kind…]. */
import { base32, fromBase32 } from '../base32.ts'
import { utf8 } from '../bytes.ts'
import { encodeValue, type Value } from '../codec/cbor.ts'
import { Reader, readRecord } from '../codec/reader.ts'
import { CallerFault, PeerFault } from '../fault.ts'
import { MAX_SIGNATURE_BYTES } from '../feed/spec.ts'
import type { Attachment } from '../file/attachment.ts'
import { checkAttachments, tooManyFiles } from '../file/attachmentCodec.ts'
import type { MemberId, MessageId } from '../id.ts'
import { attachmentFields, readAttachments } from './attachments.ts'
import { messageIdBytes, messageIdOf } from './messageId.ts'
import {
  checkOwnState,
  OWN_STATE_KIND,
  ownStateFields,
  readOwnState,
  type OwnStateBody,
} from './ownStateBody.ts'
import {
  CONTENT_VERSION,
  MAX_CONTENT_BYTES,
  MAX_EMOJI_UNITS,
  MAX_ERASURES,
  MAX_LAMPORT,
  MAX_MENTIONS,
  MAX_ROOM_NAME_UNITS,
  MAX_TEXT_BYTES,
  MAX_TIMER_MS,
  MEMBER_ID_BYTES,
  MESSAGE_ID_BYTES,
  MIN_TIMER_MS,
} from './spec.ts'

export interface Content {
  /** Place in the conversation's order: 1..MAX_LAMPORT. */
  readonly lamport: number
  /** By the sender's clock; shown, never relied on. */
  readonly at: number
  readonly body: Body
}

export type Body =
  TextBody | ReactionBody | EditBody | DeleteBody | TimerBody | RoomNameBody | OwnStateBody | UnknownBody

export interface TextBody {
  readonly kind: 'text'
  /** Not empty unless there are attachments. */
  readonly text: string
  readonly replyTo?: MessageId
  readonly mentions: readonly MemberId[]
  /** Disappears so long after a device first stored it. */
  readonly expiresAfterMs?: number
  /** 1 to 16; none is told by leaving them out. */
  readonly attachments?: readonly Attachment[]
}

export interface ReactionBody {
  readonly kind: 'reaction'
  readonly target: MessageId
  readonly emoji: string
  /** false takes it back. */
  readonly on: boolean
}

export interface EditBody {
  readonly kind: 'edit'
  readonly target: MessageId
  readonly text: string
  readonly mentions: readonly MemberId[]
  /** Of the edit that it replaces; none counts as an empty list. */
  readonly erasures?: readonly Erasure[]
}

export interface DeleteBody {
  readonly kind: 'delete'
  readonly target: MessageId
  /** Of the message and of the edit in force; none counts as an empty list. */
  readonly erasures?: readonly Erasure[]
}

/** The writing device's word that the content of an entry of its member is to go from the feed (spec §9.7). */
export interface Erasure {
  readonly entry: MessageId
  readonly signature: Uint8Array
}

/** The disappearing time of messages to come; null is never. */
export interface TimerBody {
  readonly kind: 'timer'
  readonly afterMs: number | null
}

export interface RoomNameBody {
  readonly kind: 'room-name'
  readonly name: string
}

/** Of a kind or version that is still to be invented. */
export interface UnknownBody {
  readonly kind: 'unknown'
}

const KIND = { text: 0, reaction: 1, edit: 2, delete: 3, timer: 4, roomName: 5 } as const
/** Kinds and versions that a later release may use. */
const MAX_KIND = 0xffff

/**
 * What a caller wants to send, checked and encoded.
 * @throws CallerFault 'text-empty' | 'text-too-long' | 'text-malformed' | 'too-many-mentions' | 'emoji-invalid' |
 * 'timer-out-of-range' | 'name-invalid' | 'message-id-malformed' | 'too-many-files' | 'file-name-invalid' |
 * 'media-type-invalid' | 'attachment-invalid'
 */
export function encodeContent(content: Content): Uint8Array {
  checkBody(content.body)
  const bytes = uncheckedContent(content)
  if (bytes.length > MAX_CONTENT_BYTES && attachmentsOf(content.body).length > 0) throw tooManyFiles()
  return bytes
}

/** In the order in which they were sent. */
export function attachmentsOf(body: Body): readonly Attachment[] {
  return (body.kind === 'text' && body.attachments) || []
}

/** Without the checks for a caller's mistakes: for content that was accepted before. */
export function uncheckedContent({ lamport, at, body }: Content): Uint8Array {
  return encodeValue([CONTENT_VERSION, lamport, at, ...bodyFields(body)])
}

/** @throws PeerFault 'malformed' | 'oversize' */
export function decodeContent(bytes: Uint8Array): Content {
  const reader = Reader.decode(bytes, MAX_CONTENT_BYTES)
  const version = reader.int(1, MAX_KIND)
  const lamport = reader.int(1, MAX_LAMPORT)
  const at = reader.int()
  const kind = reader.int(0, MAX_KIND)
  if (version !== CONTENT_VERSION || kind > OWN_STATE_KIND.preferences)
    return { lamport, at, body: { kind: 'unknown' } }
  const body = readBody(kind, reader)
  reader.end()
  return { lamport, at, body }
}

/** undefined for what `decodeContent` refuses. */
export function tryDecodeContent(bytes: Uint8Array): Content | undefined {
  try {
    return decodeContent(bytes)
  } catch (fault) {
    if (fault instanceof PeerFault) return undefined
    throw fault
  }
}

function bodyFields(body: Body): Value[] {
  switch (body.kind) {
    case 'text': {
      const replyTo = body.replyTo === undefined ? null : messageIdBytes(body.replyTo)
      return [
        KIND.text,
        body.text,
        replyTo,
        mentionFields(body.mentions),
        body.expiresAfterMs ?? null,
        ...attachmentFields(body.attachments),
      ]
    }
    case 'reaction':
      return [KIND.reaction, messageIdBytes(body.target), body.emoji, body.on]
    case 'edit':
      return [
        KIND.edit,
        messageIdBytes(body.target),
        body.text,
        mentionFields(body.mentions),
        erasureFields(body.erasures),
      ]
    case 'delete':
      return [KIND.delete, messageIdBytes(body.target), erasureFields(body.erasures)]
    case 'timer':
      return [KIND.timer, body.afterMs]
    case 'room-name':
      return [KIND.roomName, body.name]
    case 'read-marks':
    case 'draft':
    case 'device-name':
    case 'preferences':
      return ownStateFields(body)
    case 'unknown':
      throw new CallerFault('kind-unknown')
  }
}

function mentionFields(mentions: readonly MemberId[]): Value {
  return mentions.map((member) => fromBase32(member))
}

function erasureFields(erasures: readonly Erasure[] = []): Value {
  return erasures.map(({ entry, signature }) => [messageIdBytes(entry), signature])
}

function readBody(kind: number, reader: Reader): Body {
  switch (kind) {
    case KIND.text:
      return readText(reader)
    case KIND.reaction:
      return { kind: 'reaction', target: readId(reader), emoji: readEmoji(reader), on: reader.bool() }
    case KIND.edit:
      return readEdit(reader)
    case KIND.delete:
      return { kind: 'delete', target: readId(reader), ...readErasures(reader) }
    case KIND.timer:
      return { kind: 'timer', afterMs: reader.optional(readTimer) ?? null }
    case KIND.roomName:
      return { kind: 'room-name', name: readName(reader) }
    default:
      return readOwnState(kind, reader)
  }
}

function readText(reader: Reader): TextBody {
  const text = readWords(reader)
  const replyTo = reader.optional(readId)
  const mentions = readMentions(reader)
  const expiresAfterMs = reader.optional(readTimer)
  return {
    kind: 'text',
    text,
    mentions,
    ...(replyTo !== undefined && { replyTo }),
    ...(expiresAfterMs !== undefined && { expiresAfterMs }),
    ...readAttachments(reader),
  }
}

function readEdit(reader: Reader): EditBody {
  const [target, text, mentions] = [readId(reader), readWords(reader), readMentions(reader)]
  return { kind: 'edit', target, text, mentions, ...readErasures(reader) }
}

function readErasures(reader: Reader): { readonly erasures?: readonly Erasure[] } {
  const erasures = reader.list(MAX_ERASURES, (value) => readRecord(value, readErasure))
  return erasures.length === 0 ? {} : { erasures }
}

function readErasure(reader: Reader): Erasure {
  return { entry: readId(reader), signature: reader.bytes(1, MAX_SIGNATURE_BYTES) }
}

function readWords(reader: Reader): string {
  const text = reader.text(MAX_TEXT_BYTES)
  if (isLongerThan(text, MAX_TEXT_BYTES)) throw new PeerFault('oversize')
  return text
}

function readId(reader: Reader): MessageId {
  return messageIdOf(reader.bytes(MESSAGE_ID_BYTES))
}

function readMentions(reader: Reader): MemberId[] {
  return reader.list(MAX_MENTIONS, (value) => {
    if (!(value instanceof Uint8Array) || value.length !== MEMBER_ID_BYTES) throw new PeerFault('malformed')
    return base32(value) as MemberId
  })
}

function readTimer(reader: Reader): number {
  return reader.int(MIN_TIMER_MS, MAX_TIMER_MS)
}

function readEmoji(reader: Reader): string {
  return nonEmpty(reader.text(MAX_EMOJI_UNITS))
}

function readName(reader: Reader): string {
  return nonEmpty(reader.text(MAX_ROOM_NAME_UNITS))
}

function nonEmpty(text: string): string {
  if (text === '') throw new PeerFault('malformed')
  return text
}

/** Whether `text` has more UTF-8 bytes than `maxBytes`; counts them only when it could. */
export function isLongerThan(text: string, maxBytes: number): boolean {
  return text.length > maxBytes || (text.length * 3 > maxBytes && utf8(text).length > maxBytes)
}

function checkBody(body: Body): void {
  switch (body.kind) {
    case 'text':
      checkAttachments(attachmentsOf(body))
      checkText(body.text, body.mentions, attachmentsOf(body).length > 0)
      if (body.expiresAfterMs !== undefined) checkTimer(body.expiresAfterMs)
      return
    case 'edit':
      checkText(body.text, body.mentions)
      return
    case 'reaction':
      if (body.emoji === '' || body.emoji.length > MAX_EMOJI_UNITS || !body.emoji.isWellFormed()) {
        throw new CallerFault('emoji-invalid', { message: 'A reaction is one emoji.' })
      }
      return
    case 'timer':
      if (body.afterMs !== null) checkTimer(body.afterMs)
      return
    case 'room-name':
      if (body.name === '' || body.name.length > MAX_ROOM_NAME_UNITS || !body.name.isWellFormed()) {
        throw new CallerFault('name-invalid', {
          details: { most: MAX_ROOM_NAME_UNITS },
          message: 'A room name has 1 to 64 characters.',
        })
      }
      return
    case 'read-marks':
    case 'draft':
    case 'device-name':
    case 'preferences':
      checkOwnState(body)
      return
    case 'delete':
    case 'unknown':
  }
}

function checkText(text: string, mentions: readonly MemberId[], mayBeEmpty = false): void {
  if (text === '' && !mayBeEmpty) throw new CallerFault('text-empty', { message: 'The message is empty.' })
  if (isLongerThan(text, MAX_TEXT_BYTES)) {
    const message = `The message is longer than ${MAX_TEXT_BYTES} bytes.`
    throw new CallerFault('text-too-long', {
      details: { of: 'message', most: MAX_TEXT_BYTES },
      message,
      remedy: 'Send it in parts.',
    })
  }
  if (!text.isWellFormed())
    throw new CallerFault('text-malformed', { message: 'The text is not valid Unicode.' })
  if (mentions.length > MAX_MENTIONS) {
    throw new CallerFault('too-many-mentions', {
      details: { most: MAX_MENTIONS },
      message: `A message mentions at most ${MAX_MENTIONS} members.`,
    })
  }
}

function checkTimer(ms: number): void {
  if (!Number.isSafeInteger(ms) || ms < MIN_TIMER_MS || ms > MAX_TIMER_MS) {
    throw new CallerFault('timer-out-of-range', {
      message: 'Messages disappear after a second to five years.',
    })
  }
}

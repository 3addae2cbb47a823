/**
 * Which messages of a conversation name a blob: as the file itself, as an index or as a preview. What each says of the blob stands
 * in the message alone. Kept in the transactions of the messages; nothing is in memory.
 *
 * One record a blob, the message that was taken in last, and one for each message that names it: its neighbours. So naming and letting go
 * cost the same however many messages a hostile member writes about one blob.
 */
import { encodeValue } from '../codec/cbor.ts'
import type { Reader } from '../codec/reader.ts'
import { damagedRecord, decodeStored } from '../codec/stored.ts'
import type { BlobId, MessageId } from '../id.ts'
import { messageIdBytes, messageIdOf } from '../message/messageId.ts'
import { MESSAGE_ID_BYTES } from '../message/spec.ts'
import type { RecordMap } from '../ports/store.ts'

/** What others than the timeline may do. */
export type FileNames = Pick<FileRefs, 'has' | 'last' | 'messagesOf' | 'all'>

interface Neighbours {
  /** Taken in later. */
  readonly later: MessageId | undefined
  readonly earlier: MessageId | undefined
}

/** Between a blob's id and a message's. */
const SEPARATOR = '/'

export class FileRefs {
  private readonly map: RecordMap

  constructor(map: RecordMap) {
    this.map = map
  }

  /** Whether a message here names it. */
  has(blob: BlobId): boolean {
    return this.map.get(blob) !== undefined
  }

  /** Of the messages that name it, the one that was taken in last. @throws IntegrityFault 'record-damaged' */
  last(blob: BlobId): MessageId | undefined {
    const bytes = this.map.get(blob)
    return bytes && decodeStored(bytes, readMessageId)
  }

  /** Up to `limit` of them, the one that was taken in last first. @throws IntegrityFault 'record-damaged' */
  messagesOf(blob: BlobId, limit = Infinity): MessageId[] {
    const messages: MessageId[] = []
    let message = this.last(blob)
    while (message !== undefined && messages.length < limit) {
      messages.push(message)
      message = this.linked(blob, message).earlier
    }
    return messages
  }

  /** Every blob that a message here names. Reads all records: for the start and for sweeps. */
  all(): BlobId[] {
    const keys = this.map.entries().map(([key]) => key)
    return keys.filter((key) => !key.includes(SEPARATOR)) as BlobId[]
  }

  /** `message` names `blob`; a second time, nothing happens. Inside the transaction of the message. */
  add(blob: BlobId, message: MessageId): void {
    if (this.map.get(keyOf(blob, message)) !== undefined) return
    const earlier = this.last(blob)
    if (earlier !== undefined) this.link(blob, earlier, { ...this.linked(blob, earlier), later: message })
    this.link(blob, message, { later: undefined, earlier })
    this.map.set(blob, encodeValue([messageIdBytes(message)]))
  }

  /** `message` names `blob` no more. @returns whether nothing does now, and something did */
  remove(blob: BlobId, message: MessageId): boolean {
    const key = keyOf(blob, message)
    if (this.map.get(key) === undefined) return false
    const { later, earlier } = this.linked(blob, message)
    this.map.delete(key)
    if (earlier !== undefined) this.link(blob, earlier, { ...this.linked(blob, earlier), later })
    if (later !== undefined) this.link(blob, later, { ...this.linked(blob, later), earlier })
    else if (earlier !== undefined) this.map.set(blob, encodeValue([messageIdBytes(earlier)]))
    else this.map.delete(blob)
    return later === undefined && earlier === undefined
  }

  private link(blob: BlobId, message: MessageId, { later, earlier }: Neighbours): void {
    const fields = [later, earlier].map((id) => (id === undefined ? null : messageIdBytes(id)))
    this.map.set(keyOf(blob, message), encodeValue(fields))
  }

  private linked(blob: BlobId, message: MessageId): Neighbours {
    const bytes = this.map.get(keyOf(blob, message))
    if (bytes === undefined) throw damagedRecord()
    return decodeStored(bytes, (reader) => ({
      later: reader.optional(readMessageId),
      earlier: reader.optional(readMessageId),
    }))
  }
}

function readMessageId(reader: Reader): MessageId {
  return messageIdOf(reader.bytes(MESSAGE_ID_BYTES))
}

function keyOf(blob: BlobId, message: MessageId): string {
  return blob + SEPARATOR + message
}

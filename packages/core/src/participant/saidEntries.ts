/** Which entry of the `self` conversation is in force about what (spec §11.9). */
import { encodeValue } from '../codec/cbor.ts'
import { decodeStored } from '../codec/stored.ts'
import type { MessageId } from '../id.ts'
import { messageIdBytes, messageIdOf } from '../message/messageId.ts'
import { POSITION_BYTES, type Position } from '../message/order.ts'
import { MAX_DEVICE_NAME_UNITS, MESSAGE_ID_BYTES } from '../message/spec.ts'
import type { RecordMap, Store } from '../ports/store.ts'

export interface Said {
  readonly id: MessageId
  readonly position: Position
  /** Of a device; else empty. */
  readonly name: string
}

export class SaidEntries {
  private readonly records: RecordMap

  constructor(store: Store) {
    this.records = store.map('own-state/said')
  }

  /** @throws IntegrityFault 'record-damaged' */
  last(topic: string): Said | undefined {
    const bytes = this.records.get(topic)
    if (bytes === undefined) return undefined
    return decodeStored(bytes, (reader) => ({
      id: messageIdOf(reader.bytes(MESSAGE_ID_BYTES)),
      position: reader.bytes(POSITION_BYTES),
      name: reader.text(MAX_DEVICE_NAME_UNITS),
    }))
  }

  set(topic: string, { id, position, name }: Said): void {
    this.records.set(topic, encodeValue([messageIdBytes(id), position, name]))
  }
}

/** Records that this device wrote itself: what doesn't decode is damage, not a peer's doing. */
import { decodeValue } from './cbor.ts'
import { Reader } from './reader.ts'
import { IntegrityFault, PeerFault } from '../fault.ts'

/** More than any record of a timeline: a message with 16 reactions of each of 4,096 members. */
const MAX_STORED_BYTES = 16_777_216

/** @throws IntegrityFault 'record-damaged' */
export function decodeStored<T>(bytes: Uint8Array, read: (reader: Reader) => T): T {
  try {
    const reader = new Reader(decodeValue(bytes, MAX_STORED_BYTES))
    const result = read(reader)
    reader.end()
    return result
  } catch (cause) {
    if (!(cause instanceof PeerFault)) throw cause
    throw damagedRecord(cause)
  }
}

/** A list of records; without bytes, none. @throws IntegrityFault 'record-damaged' */
export function decodeStoredList<T>(bytes: Uint8Array | undefined, read: (reader: Reader) => T): T[] {
  if (bytes === undefined) return []
  return decodeStored(bytes, (reader) => {
    const items: T[] = []
    while (reader.more) items.push(reader.record(read))
    return items
  })
}

export function damagedRecord(cause?: unknown): IntegrityFault {
  return new IntegrityFault('record-damaged', { cause, message: 'A stored record is damaged.' })
}

/** Takes a decoded record apart, field by field: each method gives the field or throws PeerFault 'malformed'. */
import { decodeValue, type Value } from './cbor.ts'
import { PeerFault } from '../fault.ts'

export class Reader {
  private at = 0
  private readonly fields: readonly Value[]

  constructor(value: Value | undefined) {
    if (!Array.isArray(value)) throw new PeerFault('malformed')
    this.fields = value as readonly Value[]
  }

  /** @throws PeerFault 'malformed' | 'oversize' */
  static decode(bytes: Uint8Array, maxBytes: number): Reader {
    return new Reader(decodeValue(bytes, maxBytes))
  }

  /** Whether fields are left. */
  get more(): boolean {
    return this.at < this.fields.length
  }

  /** An integer in min..max. */
  int(min = 0, max = Number.MAX_SAFE_INTEGER): number {
    const value = this.next()
    if (typeof value !== 'number' || value < min || value > max) throw new PeerFault('malformed')
    return value
  }

  bool(): boolean {
    const value = this.next()
    if (typeof value !== 'boolean') throw new PeerFault('malformed')
    return value
  }

  /** Text of at most `maxLength` UTF-16 units. */
  text(maxLength: number): string {
    const value = this.next()
    if (typeof value !== 'string' || value.length > maxLength) throw new PeerFault('malformed')
    return value
  }

  /** Bytes of length min..max; `bytes(32)` means exactly 32. */
  bytes(min: number, max = min): Uint8Array {
    const value = this.next()
    if (!(value instanceof Uint8Array) || value.length < min || value.length > max) {
      throw new PeerFault('malformed')
    }
    return value
  }

  /** A list of at most `max` items, each read by `item`. */
  list<T>(max: number, item: (value: Value) => T): T[] {
    const value = this.next()
    if (!Array.isArray(value) || value.length > max) throw new PeerFault('malformed')
    return (value as readonly Value[]).map(item)
  }

  /** A nested record, consumed whole by `read`. */
  record<T>(read: (reader: Reader) => T): T {
    return readRecord(this.next(), read)
  }

  /** null, or what `read` makes of the field. */
  optional<T>(read: (reader: Reader) => T): T | undefined {
    if (this.fields[this.at] !== null) return read(this)
    this.at++
    return undefined
  }

  /** @throws PeerFault 'malformed' when fields are left over */
  end(): void {
    if (this.more) throw new PeerFault('malformed')
  }

  private next(): Value {
    const value = this.fields[this.at]
    if (value === undefined) throw new PeerFault('malformed')
    this.at++
    return value
  }
}

/** Reads the record in `value` with `read`, to its last field. */
export function readRecord<T>(value: Value, read: (reader: Reader) => T): T {
  const reader = new Reader(value)
  const result = read(reader)
  reader.end()
  return result
}

/** Reads the record encoded in `bytes` with `read`, to its last field. @throws PeerFault */
export function decodeRecord<T>(bytes: Uint8Array, maxBytes: number, read: (reader: Reader) => T): T {
  return readRecord(decodeValue(bytes, maxBytes), read)
}

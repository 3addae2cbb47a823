/** Writes values in their only encoding (RFC 8949 §4.2.1): shortest heads, definite lengths. It runs once for each frame and record. */
import { utf8 } from '../bytes.ts'
import type { Value } from './value.ts'

/** Major types (RFC 8949 §3.1), in the upper three bits of a head. */
const MAJOR = { unsigned: 0x00, negative: 0x20, bytes: 0x40, text: 0x60, list: 0x80 } as const
/** Simple values (RFC 8949 §3.3). */
const SIMPLE = { false: 0xf4, true: 0xf5, null: 0xf6 } as const
/** Longest head: of a 64-bit argument. */
const MAX_HEAD_BYTES = 9
/** What there is to write into at first: most frames and records fit. */
const FIRST_BYTES = 65_536
/** What is kept of it when it had to grow: the largest frame fits. */
const KEPT_BYTES = 2_097_152
/** Up to so many letters it is tried whether text is ASCII, where a unit is a byte. */
const SHORT_TEXT_UNITS = 64

export class CborWriter {
  private buffer = new Uint8Array(FIRST_BYTES)
  private at = 0

  /** Bytes of its own. Text that is not well-formed UTF-16 has U+FFFD where it is not. @throws RangeError for a number that is no safe integer */
  encode(value: Value): Uint8Array {
    this.at = 0
    try {
      this.value(value)
      return this.buffer.slice(0, this.at)
    } finally {
      // What was written may be secret.
      this.buffer.fill(0, 0, this.at)
      if (this.buffer.length > KEPT_BYTES) this.buffer = new Uint8Array(FIRST_BYTES)
    }
  }

  private value(value: Value): void {
    if (value instanceof Uint8Array) this.bytes(MAJOR.bytes, value)
    else if (typeof value === 'number') this.integer(value)
    else if (typeof value === 'string') this.text(value)
    else if (value === null) this.head(SIMPLE.null, 0)
    else if (typeof value === 'boolean') this.head(value ? SIMPLE.true : SIMPLE.false, 0)
    else {
      this.head(MAJOR.list, value.length)
      for (const item of value) this.value(item)
    }
  }

  private integer(value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError('not a safe integer')
    if (value >= 0) this.head(MAJOR.unsigned, value)
    else this.head(MAJOR.negative, -1 - value)
  }

  private text(value: string): void {
    if (!this.shortAscii(value)) this.bytes(MAJOR.text, utf8(value))
  }

  /** @returns whether `value` was that, and is written */
  private shortAscii(value: string): boolean {
    const { length } = value
    if (length > SHORT_TEXT_UNITS) return false
    for (let place = 0; place < length; place++) if (value.charCodeAt(place) > 0x7f) return false
    this.head(MAJOR.text, length)
    this.makeRoom(length)
    for (let place = 0; place < length; place++) this.buffer[this.at++] = value.charCodeAt(place)
    return true
  }

  private bytes(major: number, bytes: Uint8Array): void {
    this.head(major, bytes.length)
    this.makeRoom(bytes.length)
    this.buffer.set(bytes, this.at)
    this.at += bytes.length
  }

  /** A head with its argument in as few bytes as hold it. */
  private head(major: number, argument: number): void {
    this.makeRoom(MAX_HEAD_BYTES)
    if (argument < 24) this.byte(major | argument)
    else if (argument < 0x100) this.argument(major | 24, argument, 1)
    else if (argument < 0x1_0000) this.argument(major | 25, argument, 2)
    else if (argument < 0x1_0000_0000) this.argument(major | 26, argument, 4)
    else this.argument(major | 27, argument, 8)
  }

  private argument(first: number, argument: number, width: number): void {
    this.byte(first)
    let rest = argument
    for (let place = width - 1; place >= 0; place--) {
      this.buffer[this.at + place] = rest % 0x100
      rest = Math.floor(rest / 0x100)
    }
    this.at += width
  }

  private byte(value: number): void {
    this.buffer[this.at++] = value
  }

  private makeRoom(count: number): void {
    if (this.at + count <= this.buffer.length) return
    const larger = new Uint8Array(Math.max(2 * this.buffer.length, this.at + count))
    larger.set(this.buffer.subarray(0, this.at))
    this.buffer.fill(0)
    this.buffer = larger
  }
}

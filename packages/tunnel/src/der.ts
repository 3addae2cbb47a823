/** The few DER types (ITU-T X.690 §8, §10) of a self-signed certificate. Writing only: OpenSSL does all reading. */
import { concat } from '@triode/core'

const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** `[number] EXPLICIT content` (X.690 §8.14). */
export function tagged(number: number, content: Uint8Array): Uint8Array {
  return element(0xa0 | number, content)
}

export function sequence(...items: readonly Uint8Array[]): Uint8Array {
  return element(TAG.sequence, concat(...items))
}

export function set(...items: readonly Uint8Array[]): Uint8Array {
  return element(TAG.set, concat(...items))
}

/** A non-negative integer, big-endian in `bytes` without leading zeros. */
export function integer(bytes: Uint8Array): Uint8Array {
  const negative = ((bytes[0] ?? 0) & 0x80) !== 0
  return element(TAG.integer, negative ? concat(Uint8Array.of(0), bytes) : bytes)
}

/** `unusedBits` is the number of padding bits at the end of the last byte. */
export function bitString(bytes: Uint8Array, unusedBits = 0): Uint8Array {
  return element(TAG.bitString, concat(Uint8Array.of(unusedBits), bytes))
}

export function octetString(bytes: Uint8Array): Uint8Array {
  return element(TAG.octetString, bytes)
}

export function objectId(...arcs: readonly [number, number, ...number[]]): Uint8Array {
  const [first, second, ...rest] = arcs
  return element(TAG.objectId, Uint8Array.from([first * 40 + second, ...rest.flatMap(base128)]))
}

export function utf8String(text: string): Uint8Array {
  return element(TAG.utf8String, new TextEncoder().encode(text))
}

/** `text` as YYMMDDHHMMSSZ. */
export function utcTime(text: string): Uint8Array {
  return element(TAG.utcTime, new TextEncoder().encode(text))
}

/** `text` as YYYYMMDDHHMMSSZ. */
export function generalizedTime(text: string): Uint8Array {
  return element(TAG.generalizedTime, new TextEncoder().encode(text))
}

export const TRUE = Uint8Array.of(0x01, 0x01, 0xff)

function element(tag: number, content: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(tag), derLength(content.length), content)
}

/** X.690 §8.1.3: short form below 128, else the fewest bytes. */
function derLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length)
  if (length <= 0xff) return Uint8Array.of(0x81, length)
  return Uint8Array.of(0x82, length >> 8, length & 0xff)
}

/** X.690 §8.19.2: seven bits a byte, all but the last with the top bit set. */
function base128(arc: number): number[] {
  const groups = [arc & 0x7f]
  for (let rest = arc >>> 7; rest > 0; rest >>>= 7) groups.unshift((rest & 0x7f) | 0x80)
  return groups
}

/**
 * Deterministic CBOR (RFC 8949 §4.2.1) with bounded, total decoding. Only the types below exist on the wire;
 * maps are not used: records are arrays, so that one value has one encoding (spec §4.1).
 */
import { decode, encode } from 'cborg'
import { PeerFault } from '../fault.ts'

export type Value = number | boolean | string | null | Uint8Array | readonly Value[]

/**
 * A copy of its own: under Node, cborg hands out a Buffer, often a window of a shared one, whose slice() copies nothing.
 * @throws RangeError never for a Value
 */
export function encodeValue(value: Value): Uint8Array {
  return new Uint8Array(encode(value))
}

/**
 * One value, all of `bytes`, in its only encoding.
 * @throws PeerFault 'malformed' | 'oversize'
 */
export function decodeValue(bytes: Uint8Array, maxBytes: number): Value {
  if (bytes.length > maxBytes) throw new PeerFault('oversize')
  let value: unknown
  try {
    value = decode(bytes, DECODE_OPTIONS)
  } catch (cause) {
    throw new PeerFault('malformed', { cause })
  }
  checkValue(value, MAX_DEPTH)
  return value
}

/** Nesting beyond this is malformed (spec §4.1). */
const MAX_DEPTH = 8

const DECODE_OPTIONS = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowNaN: false,
  allowInfinity: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
} as const

function checkValue(value: unknown, depth: number): asserts value is Value {
  if (depth === 0) throw new PeerFault('malformed')
  if (Array.isArray(value)) {
    for (const item of value) checkValue(item, depth - 1)
    return
  }
  const ok =
    value === null ||
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isSafeInteger(value)) ||
    value instanceof Uint8Array
  if (!ok) throw new PeerFault('malformed')
}

/**
 * Deterministic CBOR (RFC 8949 §4.2.1) with bounded, total decoding. Only the types below exist on the wire;
 * maps are not used: records are arrays, so that one value has one encoding (spec §4.1).
 */
import { decode, Tokenizer, Type, type Token } from 'cborg'
import { PeerFault } from '../fault.ts'
import { CborWriter } from './cborWriter.ts'
import type { Value } from './value.ts'

export type { Value } from './value.ts'

/**
 * Its only encoding: bytes of its own, which nobody else refers to.
 * @throws RangeError for a number that is no safe integer
 */
export function encodeValue(value: Value): Uint8Array {
  return writer.encode(value)
}

const writer = new CborWriter()

/**
 * One value, all of `bytes`, in its only encoding.
 * @throws PeerFault 'malformed' | 'oversize'
 */
export function decodeValue(bytes: Uint8Array, maxBytes: number): Value {
  if (bytes.length > maxBytes) throw new PeerFault('oversize')
  let value: unknown
  try {
    value = decode(bytes, { ...DECODE_OPTIONS, tokenizer: new StrictTokenizer(bytes) })
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

/** Refuses what cborg would put right: floats that are integers, and text that is not UTF-8. */
class StrictTokenizer extends Tokenizer {
  constructor(bytes: Uint8Array) {
    // Never a Buffer, whose slices would share its memory.
    super(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), DECODE_OPTIONS)
  }

  override next(): Token {
    const from = this.pos()
    const token = super.next()
    if (Type.equals(token.type, Type.float)) throw new PeerFault('malformed')
    if (Type.equals(token.type, Type.string)) token.value = this.text(String(token.value), from)
    return token
  }

  /** ASCII, which most text is, is told by its length; cborg takes a byte-order mark off other text. */
  private text(text: string, from: number): string {
    const low = (this.data[from] ?? 0) & 31
    const content = this.data.subarray(from + (low < 24 ? 1 : 1 + 2 ** (low - 24)), this.pos())
    return content.length === text.length && !text.includes('\ufffd') ? text : exactText.decode(content)
  }
}

const exactText = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

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

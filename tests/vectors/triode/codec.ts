import { decodeValue, encodeValue, type Value } from '@triode/core'
import assert from 'node:assert/strict'
import { plain, refusal, type Area, type Case, type Refusal } from './area.ts'
import { filled } from './cast.ts'

const MAX_BYTES = 4_096

export const codec: Area = {
  name: 'codec',
  format: 'Values in deterministic CBOR',
  spec: ['4.1'],
  about:
    `Decoded with a limit of ${MAX_BYTES} bytes. Under "value", bytes are given as {"hex": ...}, to tell them from text. ` +
    'Every value has one encoding; whatever else decodes to it is refused.',
  make: () => ({
    cases: VALUES.map(caseOf),
    refused: REFUSED.map(([name, hex, code]) => refused(name, hex, code)),
  }),
}

const VALUES: readonly (readonly [name: string, value: Value])[] = [
  ['zero', 0],
  ['23', 23],
  ['24', 24],
  ['255', 255],
  ['256', 256],
  ['65,535', 65_535],
  ['65,536', 65_536],
  ['2^32 - 1', 2 ** 32 - 1],
  ['2^32', 2 ** 32],
  ['the largest integer', Number.MAX_SAFE_INTEGER],
  ['-1', -1],
  ['the smallest integer', Number.MIN_SAFE_INTEGER],
  ['true', true],
  ['false', false],
  ['null', null],
  ['no bytes', filled(0, 0)],
  ['24 bytes', filled(24, 0xab)],
  ['256 bytes', filled(256, 0xcd)],
  ['no text', ''],
  ['text', 'Grid, plate, cathode'],
  ['text beyond ASCII', 'Käthe 🎷 \u0000'],
  ['text that starts with a byte-order mark', '\ufefftext'],
  ['no fields', []],
  ['fields', [1, 'two', filled(3, 3), null, true, [4, [5]]]],
  ['the deepest nesting', [[[[[[[1]]]]]]]],
]

function caseOf([name, value]: (typeof VALUES)[number]): Case {
  const bytes = encodeValue(value)
  assert.deepEqual(plain(decodeValue(bytes, MAX_BYTES)), plain(value))
  return { name, input: { value: tell(value) }, expected: { bytes: bytes.toHex() } }
}

function tell(value: Value): Case['input'][string] {
  if (value instanceof Uint8Array) return { hex: value.toHex() }
  return Array.isArray(value)
    ? (value as readonly Value[]).map(tell)
    : (value as string | number | boolean | null)
}

const REFUSED: readonly (readonly [name: string, hex: string, code?: string])[] = [
  ['nothing', ''],
  ['two values', '0001'],
  ['cut in the head', '19ff'],
  ['cut in the content', '43ffff'],
  ['fewer fields than announced', '8301'],
  ['more fields than memory', '9bffffffffffffffff'],
  ['more bytes than there are', '5b7fffffffffffffff00'],
  ['a number longer than needed', '1817'],
  ['a length longer than needed', '5803abcdef'],
  ['a count longer than needed', '980101'],
  ['a number beyond 2^53', '1b0020000000000000'],
  ['a float that is an integer', 'f93c00'],
  ['a longer float that is an integer', 'fb3ff0000000000000'],
  ['a float that is as long as its integer', 'f96400'],
  ['negative zero', 'f98000'],
  ['a float', 'fb3ff8000000000000'],
  ['not a number', 'f97e00'],
  ['infinity', 'f97c00'],
  ['undefined', 'f7'],
  ['a simple value', 'f820'],
  ['a map', 'a0'],
  ['a tag', 'c000'],
  ['bytes of no stated length', '5f40ff'],
  ['a list of no stated length', '9fff'],
  ['a break alone', 'ff'],
  ['a reserved head', '1c'],
  ['text that is not UTF-8', '62c328'],
  ['text with half a character', '63f09f98'],
  ['text with a surrogate', '63eda080'],
  ['nested too deep', '818181818181818101'],
  ['oversize', '59100000', 'oversize'],
]

function refused(name: string, hex: string, code = 'malformed'): Refusal {
  const bytes = code === 'oversize' ? encodeValue(filled(MAX_BYTES, 0)) : Uint8Array.fromHex(hex)
  return refusal(name, bytes, `PeerFault ${code}`, (given) => decodeValue(given, MAX_BYTES))
}

/** CBOR, base32 and the reader of records. */
import {
  base32,
  CallerFault,
  decodeRecord,
  decodeStored,
  decodeValue,
  encodeValue,
  fromBase32,
  IntegrityFault,
  PeerFault,
  readRecord,
  type Reader,
  type Value,
} from '@triode/core'
import { decodeStoredList } from '../../../packages/core/src/codec/stored.ts'
import { bytesIn } from '../../vectors/triode/files.ts'
import { target, textTarget, type Target } from '../target.ts'

const MAX_BYTES = 8_192

const seeds = () => bytesIn('codec', 'bytes')

export const codecTargets: readonly Target[] = [
  target({
    name: 'cbor',
    covers: ['core/codec/cbor.ts decodeValue'],
    faults: [PeerFault],
    seeds,
    decode: (input) => decodeValue(input, MAX_BYTES),
    encode: encodeValue,
  }),
  target({
    name: 'record',
    covers: [
      'core/codec/reader.ts Reader',
      'core/codec/reader.ts readRecord',
      'core/codec/reader.ts decodeRecord',
    ],
    faults: [PeerFault],
    seeds: () => [encodeValue([[1, true, 'text', new Uint8Array(16), [1, 2], null, [3]]]), encodeValue([])],
    decode: (input) => decodeRecord(input, MAX_BYTES, (reader) => readAll(reader)),
    encode: encodeValue,
  }),
  target({
    name: 'stored-record',
    covers: ['core/codec/stored.ts decodeStored', 'core/codec/stored.ts decodeStoredList'],
    faults: [IntegrityFault],
    seeds: () => [
      encodeValue([]),
      encodeValue([
        [1, new Uint8Array(16)],
        [2, new Uint8Array(16)],
      ]),
    ],
    decode: (input) => {
      decodeStored(input, (reader) => {
        while (reader.more) reader.record((inner) => [inner.int(), inner.bytes(16)])
      })
      return decodeStoredList(input, (reader) => [reader.int(), reader.bytes(16)])
    },
    encode: encodeValue,
  }),
  textTarget({
    name: 'base32',
    covers: ['core/base32.ts fromBase32'],
    faults: [CallerFault],
    seeds: () => ['', 'aa', 'mzxw6', 'mzxw6ytboi', base32(new Uint8Array(32).fill(7))],
    words: ['a', 'z', '2', '7', '0', '1', '='],
    decode: fromBase32,
    format: base32,
  }),
]

/** Every method of the reader, in the order of the fields. */
function readAll(reader: Reader): Value[] {
  const values: Value[] = []
  while (reader.more)
    values.push(reader.list(64, (value) => (Array.isArray(value) ? fieldsOf(value as Value[]) : value)))
  return values
}

function fieldsOf(value: Value[]): Value {
  return readRecord(value, (reader) => [
    ...(reader.more ? [reader.int(), reader.bool(), reader.text(8), reader.bytes(0, 16)] : []),
    ...(reader.more
      ? [reader.list(4, (item) => item), reader.optional((field) => field.int(1, 5)) ?? null]
      : []),
    ...(reader.more ? [reader.record((inner) => (inner.more ? [inner.int()] : []))] : []),
  ])
}

/** What writes frames and records, beside a library that writes the same encoding. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { encode } from 'cborg'
import fc from 'fast-check'
import { decodeValue, encodeValue, type Value } from '../src/codec/cbor.ts'

const RUNS = 2_000
const MAX_BYTES = 1_048_576

/** Heads change their width at these. */
const EDGES = [0, 23, 24, 255, 256, 65_535, 65_536, 4_294_967_295, 4_294_967_296, Number.MAX_SAFE_INTEGER]

const value = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.maxSafeInteger(),
    fc.constantFrom(...EDGES, ...EDGES.map((edge) => -1 - Math.min(edge, Number.MAX_SAFE_INTEGER - 1))),
    fc.boolean(),
    fc.constant(null),
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.string({ unit: 'binary-ascii', maxLength: 80 }),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('value'), { maxLength: 30 }),
  ),
})).value

const expected = (one: Value): Uint8Array => new Uint8Array(encode(one))

describe('an encoded value', () => {
  it('is what the library makes of it, and is read back', () => {
    fc.assert(
      fc.property(value, (one) => {
        const bytes = encodeValue(one)
        assert.deepEqual(bytes, expected(one))
        assert.deepEqual(decodeValue(bytes, MAX_BYTES), one)
      }),
      { numRuns: RUNS },
    )
  })

  it('may be as large as a frame, and the next one is none the worse', () => {
    for (const length of [65_535, 65_536, 70_000, 1_000_000, 5_000_000]) {
      const large: Value = [1, new Uint8Array(length).fill(7), 'é'.repeat(length)]
      assert.deepEqual(encodeValue(large), expected(large))
      assert.deepEqual(encodeValue([1]), Uint8Array.of(0x81, 1))
    }
  })

  it('has a mark where text is not well-formed', () => {
    const broken = `a${String.fromCharCode(0xd800)}b`
    assert.deepEqual(encodeValue(broken), expected(broken))
  })

  it('is no number with a fraction, or beyond what is exact', () => {
    for (const wrong of [0.5, NaN, Infinity, 2 ** 53]) assert.throws(() => encodeValue([wrong]), RangeError)
    assert.deepEqual(encodeValue([-0]), Uint8Array.of(0x81, 0))
  })

  it('refers to nothing that is written into again', () => {
    const first = encodeValue([1, 2, 3])
    encodeValue(['other', new Uint8Array(1_000).fill(9)])
    assert.deepEqual(first, Uint8Array.of(0x83, 1, 2, 3))
    assert.equal(first.buffer.byteLength, 4)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { PeerFault, concat, encodeValue, u32 } from '@triode/core'
import {
  BACKUP_PREFIX_BYTES,
  type Frame,
  FrameReader,
  decodeHeader,
  encodeFrame,
  encodeHeader,
  headerLength,
} from '../src/backupFormat.ts'
import { CHEAP } from './values.ts'

const bytes = (minLength = 0, maxLength = 300) => fc.uint8Array({ minLength, maxLength })
const text = fc.string({ unit: 'grapheme', maxLength: 50 })
const plain = { noNullPrototype: true } as const
const frame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({ type: fc.constant('name'), kind: fc.constantFrom(0, 1), name: text }, plain),
  fc.record({ type: fc.constant('record'), key: fc.oneof(text, bytes(0, 255)), value: bytes() }, plain),
  fc.record({ type: fc.constant('end'), names: fc.nat(), records: fc.nat() }, plain),
)

/** A value, or a PeerFault: nothing else. */
function isTotal(work: () => unknown): void {
  try {
    work()
  } catch (error) {
    assert.ok(error instanceof PeerFault, String(error))
  }
}

describe('the format of a backup', () => {
  it('gives back every frame, however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 8 }), fc.integer({ min: 1, max: 700 }), (frames, size) => {
        const stream = concat(...frames.map(encodeFrame))
        const reader = new FrameReader()
        const found: Frame[] = []
        for (let at = 0; at < stream.length; at += size)
          found.push(...reader.push(stream.subarray(at, at + size)))
        assert.deepEqual(found, frames)
        assert.equal(reader.isInside, false)
      }),
    )
  })

  it('gives back every header', () => {
    fc.assert(
      fc.property(bytes(16, 16), bytes(1, 256), bytes(32, 32), (salt, sealed, streamSalt) => {
        const header = { wrap: { kdf: CHEAP, salt, sealed }, streamSalt }
        const encoded = encodeHeader(header)
        assert.equal(headerLength(encoded), encoded.length - BACKUP_PREFIX_BYTES)
        assert.deepEqual(decodeHeader(encoded.subarray(BACKUP_PREFIX_BYTES)), header)
      }),
    )
  })

  it('takes any bytes for frames or a header, or refuses them', () => {
    fc.assert(
      fc.property(bytes(), (noise) => {
        isTotal(() => decodeHeader(noise))
        isTotal(() => new FrameReader().push(noise))
        isTotal(() => new FrameReader().push(concat(u32(noise.length), noise)))
        headerLength(noise)
      }),
    )
  })

  it('refuses frames of a wrong shape, stretching out of bounds, and lengths that would fill the memory', () => {
    const shapes = [
      [],
      [9],
      [0, 0],
      [0, 2, 'name'],
      [1, 'key'],
      [2, 'text', new Uint8Array(1)],
      [3, -1, 0],
      [3, 0, 0, 0],
    ]
    for (const shape of shapes) {
      const body = encodeValue(shape)
      assert.throws(
        () => new FrameReader().push(concat(u32(body.length), body)),
        PeerFault,
        JSON.stringify(shape),
      )
    }
    assert.throws(() => new FrameReader().push(u32(0xffff_ffff)), PeerFault)
    const wrap = (kdf: (string | number)[]) => [
      1,
      [kdf, new Uint8Array(16), new Uint8Array(60)],
      new Uint8Array(32),
    ]
    decodeHeader(encodeValue(wrap(['argon2id', 65_536, 3, 1])))
    for (const kdf of [
      ['argon2id', 4_194_304, 3, 1],
      ['argon2id', 65_536, 1_000, 1],
      ['argon2id', 65_536, 3, 0],
      ['argon2id', 65_536, 3],
      ['pbkdf2-hmac-sha512', 1e9],
      ['scrypt', 1],
    ]) {
      assert.throws(() => decodeHeader(encodeValue(wrap(kdf))), PeerFault, kdf.join())
    }
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CHUNK_TAG_BYTES, deriveChunkKey, openChunk, sealChunk } from '@triode/core'
import { nodePrimitives } from '@triode/crypto'

const primitives = nodePrimitives()
const secret = new Uint8Array(32).fill(1)
const key = deriveChunkKey(primitives, 'sha256', secret)
const chunk = new Uint8Array(1_000).fill(7)

test('a chunk opens in its own place of its own blob, and nowhere else', () => {
  const sealed = sealChunk(primitives, key, 5, chunk)
  assert.equal(sealed.length, chunk.length + CHUNK_TAG_BYTES)
  assert.deepEqual(openChunk(primitives, key, 5, sealed), chunk)
  assert.equal(openChunk(primitives, key, 6, sealed), undefined)
  assert.equal(openChunk(primitives, new Uint8Array(32), 5, sealed), undefined)
  for (const at of [0, 500, sealed.length - 1]) {
    const changed = sealed.slice()
    changed[at] = (changed[at] ?? 0) ^ 1
    assert.equal(openChunk(primitives, key, 5, changed), undefined)
  }
  for (const length of [0, 15, 16, sealed.length - 1])
    assert.equal(openChunk(primitives, key, 5, sealed.subarray(0, length)), undefined)
})

test('the same bytes look different in every place and every blob', () => {
  const other = deriveChunkKey(primitives, 'sha256', new Uint8Array(32).fill(9))
  const looks = [
    sealChunk(primitives, key, 0, chunk),
    sealChunk(primitives, key, 1, chunk),
    sealChunk(primitives, key, 2 ** 30 - 1, chunk),
    sealChunk(primitives, other, 0, chunk),
  ]
  assert.equal(new Set(looks.map((sealed) => sealed.toHex())).size, looks.length)
})

test('the key depends on secret and hash', () => {
  const keys = [
    key,
    deriveChunkKey(primitives, 'sha384', secret),
    deriveChunkKey(primitives, 'sha256', new Uint8Array(32)),
  ]
  assert.ok(keys.every(({ length }) => length === 32))
  assert.equal(new Set(keys.map((bytes) => bytes.toHex())).size, keys.length)
})

test('what comes out is where it was asked for', () => {
  for (const length of [1, 1_000, 100_000, 262_144]) {
    const plain = new Uint8Array(length).fill(3)
    const [out, back] = [new Uint8Array(length + CHUNK_TAG_BYTES), new Uint8Array(length)]
    assert.equal(sealChunk(primitives, key, 1, plain, out), out)
    assert.deepEqual(out, sealChunk(primitives, key, 1, plain))
    assert.equal(openChunk(primitives, key, 1, out, back), back)
    assert.deepEqual(back, plain)
    out[0] = (out[0] ?? 0) ^ 1
    assert.equal(openChunk(primitives, key, 1, out, back), undefined)
    assert.deepEqual(back, new Uint8Array(length), 'nothing that was not authentic is left')
    assert.throws(() => sealChunk(primitives, key, 1, plain, back), RangeError)
    assert.throws(() => openChunk(primitives, key, 1, out, out), RangeError)
  }
})

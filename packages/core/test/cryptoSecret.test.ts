/** A secret ends with its scope and shows itself nowhere. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { Secret } from '@triode/core'

test('the bytes are zero where the scope ends, also when it ends by an error', () => {
  const kept = Uint8Array.of(1, 2, 3)
  const use = () => {
    using secret = Secret.take(kept)
    assert.equal(secret.bytes, kept)
    throw new Error('on the way')
  }
  assert.throws(use, /on the way/)
  assert.deepEqual(kept, new Uint8Array(3))
})

test('after its scope a secret refuses to be used, and to end again does nothing', () => {
  const secret = Secret.take(Uint8Array.of(1, 2, 3))
  secret[Symbol.dispose]()
  secret[Symbol.dispose]()
  assert.throws(() => secret.bytes, RangeError)
})

test('a secret that strays into a log or a message shows nothing', () => {
  using secret = Secret.take(Uint8Array.of(222, 173))
  const told = [
    String(secret),
    JSON.stringify({ secret }),
    inspect(secret, { showHidden: true, depth: 9 }),
  ].join()
  assert.doesNotMatch(told, /222|173|dead/)
})

/** Public keys are parsed once, and only so many are remembered. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PeerFault } from '@triode/core'
import { cachedVerifiers } from '../src/crypto/verifierCache.ts'

function counting(capacity: number) {
  const made: number[] = []
  const verifier = cachedVerifiers((spki) => {
    made.push(spki[0] ?? -1)
    if (spki[0] === 99) throw new PeerFault('key-malformed')
    return { verify: () => true }
  }, capacity)
  return { made, ask: (key: number) => verifier(Uint8Array.of(key)) }
}

test('the same key gives the same verifier, parsed once', () => {
  const { made, ask } = counting(2)
  assert.equal(ask(1), ask(1))
  assert.deepEqual(made, [1])
})

test('beyond its capacity the cache forgets the key that was not used for longest', () => {
  const { made, ask } = counting(2)
  for (const key of [1, 2, 1, 3, 1, 2]) ask(key)
  assert.deepEqual(made, [1, 2, 3, 2])
})

test('a malformed key is refused each time and takes no room', () => {
  const { made, ask } = counting(1)
  ask(1)
  assert.throws(() => ask(99), PeerFault)
  assert.throws(() => ask(99), PeerFault)
  ask(1)
  assert.deepEqual(made, [1, 99, 99])
})

/** The ratchet gives every entry a key of its own and never leads back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CHAIN_KEY_BYTES,
  createSuite,
  LABEL,
  nextKeys,
  openWithMessageKey,
  sealWithMessageKey,
  SUITE,
  utf8,
} from '@triode/core'
import { nodePrimitives, systemRandom } from '@triode/crypto'
import fc from 'fast-check'

const SUITES = Object.values(SUITE).map((name) => createSuite(name, nodePrimitives()))

test('Alice and Bob, from one chain key, go through the same keys, all different', () => {
  for (const suite of SUITES) {
    const start = systemRandom.bytes(CHAIN_KEY_BYTES)
    const seen = new Set<string>()
    let alice: Uint8Array = start
    let bob: Uint8Array = start.slice()
    for (let seq = 0; seq < 100; seq++) {
      const [sent, received] = [nextKeys(suite, alice), nextKeys(suite, bob)]
      assert.deepEqual(received, sent)
      assert.equal(sent.messageKey.length, CHAIN_KEY_BYTES)
      assert.equal(sent.nextChainKey.length, CHAIN_KEY_BYTES)
      seen.add(sent.messageKey.toHex()).add(sent.nextChainKey.toHex())
      alice = sent.nextChainKey
      bob = received.nextChainKey
    }
    assert.equal(seen.size, 200)
  }
})

test('each step is one HKDF-Expand of the chain key under its label', () => {
  for (const suite of SUITES) {
    const chainKey = systemRandom.bytes(CHAIN_KEY_BYTES)
    const block = (label: string) => suite.hmac(chainKey, utf8(`${label}\x01`)).slice(0, CHAIN_KEY_BYTES)
    const { messageKey, nextChainKey } = nextKeys(suite, chainKey)
    assert.deepEqual(messageKey, block(LABEL.messageKey))
    assert.deepEqual(nextChainKey, block(LABEL.chainNext))
  }
})

test('what was sealed with a message key opens with it alone, unchanged and in its place', () => {
  for (const suite of SUITES) {
    const key = systemRandom.bytes(32)
    const other = nextKeys(suite, key).messageKey
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), fc.nat(), (aad, plaintext, at) => {
        const sealed = sealWithMessageKey(suite, key, aad, plaintext)
        assert.equal(sealed.length, plaintext.length + 16)
        assert.deepEqual(openWithMessageKey(suite, key, aad, sealed), plaintext)
        assert.equal(openWithMessageKey(suite, other, aad, sealed), undefined)
        assert.equal(openWithMessageKey(suite, key, Uint8Array.of(...aad, 0), sealed), undefined)
        assert.equal(openWithMessageKey(suite, key, aad, sealed.subarray(0, at % sealed.length)), undefined)
        const flipped = sealed.slice()
        const index = at % sealed.length
        flipped[index] = (flipped[index] ?? 0) ^ (1 << (at % 8))
        assert.equal(openWithMessageKey(suite, key, aad, flipped), undefined)
      }),
    )
  }
})

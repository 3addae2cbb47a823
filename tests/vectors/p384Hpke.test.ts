/**
 * RFC 9180 has no vectors for DHKEM(P-384): a second composition, written from the RFC over WebCrypto alone, must
 * understand what the suite p384 seals, and be understood.
 */
import assert from 'node:assert/strict'
import { webcrypto } from 'node:crypto'
import { test } from 'node:test'
import { createSuite, utf8 } from '@triode/core'
import { nodePrimitives, systemRandom } from '@triode/crypto'

const { subtle } = webcrypto
const CURVE = { name: 'ECDH', namedCurve: 'P-384' }
const { sealing } = createSuite('p384', nodePrimitives())
const info = utf8('the info')
const aad = utf8('the aad')
const plaintext = utf8('one grid, one plate, one cathode')

test('WebCrypto opens what the suite p384 seals', async () => {
  const bob = await webKey()
  const { enc, ciphertext } = sealing.seal(bob.publicKey, info, aad, plaintext, systemRandom)
  const shared = await sharedSecret(bob.privateKey, enc, enc, bob.publicKey)
  const { key, nonce } = await schedule(shared)
  const opened = await subtle.decrypt(gcm(nonce), await aesKey(key), Buffer.from(ciphertext))
  assert.equal(Buffer.from(opened).toString(), 'one grid, one plate, one cathode')
})

test('the suite p384 opens what WebCrypto seals', async () => {
  const bob = sealing.generate(systemRandom)
  const ephemeral = await webKey()
  const shared = await sharedSecret(ephemeral.privateKey, bob.publicKey, ephemeral.publicKey, bob.publicKey)
  const { key, nonce } = await schedule(shared)
  const sealed = await subtle.encrypt(gcm(nonce), await aesKey(key), Buffer.from(plaintext))
  assert.deepEqual(bob.open(ephemeral.publicKey, info, aad, new Uint8Array(sealed)), plaintext)
})

async function webKey() {
  const pair = await subtle.generateKey(CURVE, true, ['deriveBits'])
  return {
    privateKey: pair.privateKey,
    publicKey: new Uint8Array(await subtle.exportKey('raw', pair.publicKey)),
  }
}

/** Encap and Decap of RFC 9180 §4.1, from either side's private key and the other's public one. */
async function sharedSecret(mine: webcrypto.CryptoKey, theirs: Uint8Array, enc: Uint8Array, to: Uint8Array) {
  const point = await subtle.importKey('raw', Buffer.from(theirs), CURVE, false, [])
  const dh = await subtle.deriveBits({ name: 'ECDH', public: point }, mine, 384)
  const suiteId = Buffer.from('KEM\x00\x11', 'latin1')
  const prk = await hmac(Buffer.alloc(48), 'HPKE-v1', suiteId, 'eae_prk', dh)
  return hmac(prk, [0, 48], 'HPKE-v1', suiteId, 'shared_secret', enc, to, [1])
}

/** KeySchedule of RFC 9180 §5.1 with HKDF-SHA384 and AES-256-GCM: every output fits one HMAC. */
async function schedule(shared: Uint8Array) {
  const suiteId = Buffer.from('HPKE\x00\x11\x00\x02\x00\x02', 'latin1')
  const extract = (salt: Uint8Array, label: string, value: Uint8Array) =>
    hmac(salt, 'HPKE-v1', suiteId, label, value)
  const none = Buffer.alloc(0)
  const zeroes = Buffer.alloc(48)
  const context = Buffer.concat([
    Buffer.alloc(1),
    await extract(zeroes, 'psk_id_hash', none),
    await extract(zeroes, 'info_hash', info),
  ])
  const secret = await extract(shared, 'secret', none)
  const expand = async (label: string, length: number) =>
    (await hmac(secret, [0, length], 'HPKE-v1', suiteId, label, context, [1])).subarray(0, length)
  return { key: await expand('key', 32), nonce: await expand('base_nonce', 12) }
}

async function hmac(key: Uint8Array, ...parts: (string | number[] | ArrayBuffer | Uint8Array)[]) {
  const algorithm = { name: 'HMAC', hash: 'SHA-384' }
  const imported = await subtle.importKey('raw', Buffer.from(key), algorithm, false, ['sign'])
  const data = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : new Uint8Array(part))),
  )
  return new Uint8Array(await subtle.sign('HMAC', imported, data))
}

function aesKey(key: Uint8Array) {
  return subtle.importKey('raw', Buffer.from(key), 'AES-GCM', false, ['encrypt', 'decrypt'])
}

function gcm(nonce: Uint8Array) {
  return { name: 'AES-GCM', iv: Buffer.from(nonce), additionalData: Buffer.from(aad) }
}

/** HPKE gives the answers of RFC 9180 and of draft-ietf-hpke-pq, with whatever AEAD a vector names. */
import assert from 'node:assert/strict'
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { test } from 'node:test'
import {
  createHkdf,
  dhkem,
  hpkeExport,
  hpkeKeySchedule,
  hpkeOpen,
  hpkeSeal,
  mlKem1024,
  xwing,
  type Aead,
  type HpkeSuite,
  type Kem,
} from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import { KNOWN, type HpkeAnswer } from './knownAnswers.ts'
import { hex } from './published.ts'

const module = nodePrimitives()

for (const answer of KNOWN.hpke) {
  const suite = suiteOf(answer)
  const key = suite.kem.fromSecret(hex(answer.skR))

  test(`the receiver's key and shared secret: ${answer.source}`, () => {
    assert.equal(key.publicKey.toHex(), answer.pkR)
    assert.equal(key.decapsulate(hex(answer.enc)).toHex(), answer.sharedSecret)
  })

  test(`the key schedule and exports: ${answer.source}`, () => {
    const keys = hpkeKeySchedule(suite, hex(answer.sharedSecret), hex(answer.info))
    assert.equal(keys.key.toHex(), answer.key)
    assert.equal(keys.baseNonce.toHex(), answer.baseNonce)
    assert.equal(keys.exporterSecret.toHex(), answer.exporterSecret)
    assert.ok(answer.exports.length > 0)
    for (const { context, length, value } of answer.exports) {
      assert.equal(hpkeExport(suite, keys.exporterSecret, hex(context), length).toHex(), value)
    }
    for (const { aad, nonce, pt, ct } of answer.encryptions) {
      assert.equal(suite.aead.seal(keys.key, hex(nonce), hex(aad), hex(pt)).toHex(), ct)
    }
  })

  const [first] = answer.encryptions
  if (first === undefined) continue

  test(`one message opens: ${answer.source}`, () => {
    const opened = hpkeOpen(suite, key, hex(answer.enc), hex(answer.info), hex(first.aad), hex(first.ct))
    assert.equal(opened?.toHex(), first.pt)
  })

  if (answer.skE === null) continue
  const ephemeral = hex(answer.skE)

  test(`one message seals to the same bytes: ${answer.source}`, () => {
    const random = { bytes: () => ephemeral.slice() }
    const sealed = hpkeSeal(suite, hex(answer.pkR), hex(answer.info), hex(first.aad), hex(first.pt), random)
    assert.equal(sealed.enc.toHex(), answer.enc)
    assert.equal(sealed.ciphertext.toHex(), first.ct)
  })
}

function suiteOf(answer: HpkeAnswer): HpkeSuite {
  const kdfId = answer.kdf === 'sha256' ? 1 : 2
  return {
    kem: kemOf(answer),
    kdf: { id: kdfId, hkdf: createHkdf(module, answer.kdf) },
    aead: aeadOf(answer.aead),
  }
}

function kemOf(answer: HpkeAnswer): Kem {
  if (answer.kem === 'ml-kem-1024') return mlKem1024(module)
  if (answer.kem === 'x-wing') return xwing(module)
  return dhkem(module, answer.kem)
}

/** RFC 9180 §7.3, apart from the module under test. */
function aeadOf(id: number): Aead {
  if (id === 0x0001) return aeadFrom(id, 'aes-128-gcm', 16)
  if (id === 0x0002) return aeadFrom(id, 'aes-256-gcm', 32)
  if (id === 0x0003) return aeadFrom(id, 'chacha20-poly1305', 32)
  assert.equal(id, 0xffff)
  const refuse = (): never => assert.fail('an export-only AEAD seals nothing')
  return { id, keyBytes: 0, nonceBytes: 0, seal: refuse, open: refuse }
}

function aeadFrom(
  id: number,
  cipherName: 'aes-128-gcm' | 'aes-256-gcm' | 'chacha20-poly1305',
  keyBytes: number,
): Aead {
  // One of the names stands for all: node:crypto's types overload on each, with the same methods.
  const name = cipherName as 'aes-128-gcm'
  const options = { authTagLength: 16 }
  return {
    id,
    keyBytes,
    nonceBytes: 12,
    seal(key, nonce, aad, plaintext) {
      const cipher = createCipheriv(name, key, nonce, options)
      cipher.setAAD(aad)
      return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
    },
    open(key, nonce, aad, sealed) {
      const decipher = createDecipheriv(name, key, nonce, options)
      decipher.setAAD(aad)
      decipher.setAuthTag(sealed.subarray(-16))
      return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
    },
  }
}

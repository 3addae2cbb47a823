/** The cryptographic module gives the published answers. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createHkdf, dhkem, xwing } from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import { KNOWN } from './knownAnswers.ts'
import { hex } from './published.ts'

const module = nodePrimitives()

for (const { source, name, data, digest } of KNOWN.hash) {
  test(`${name}: ${source}`, () => {
    assert.equal(module.hash(name, hex(data)).toHex(), digest)
  })
}

for (const { source, data, output } of KNOWN.shake256) {
  test(`shake256: ${source}`, () => {
    assert.equal(module.shake256(hex(data), output.length / 2).toHex(), output)
  })
}

for (const { source, name, key, data, mac } of KNOWN.hmac) {
  test(`hmac ${name}: ${source}`, () => {
    assert.equal(module.hmac(name, hex(key), hex(data)).toHex(), mac)
  })
}

for (const { source, name, ikm, salt, info, okm } of KNOWN.hkdf) {
  test(`hkdf ${name}: ${source}`, () => {
    const hkdf = createHkdf(module, name)
    const out = hkdf.expand(hkdf.extract(hex(salt), hex(ikm)), hex(info), okm.length / 2)
    assert.equal(out.toHex(), okm)
  })
}

for (const { source, key, nonce, aad, plaintext, sealed } of KNOWN.aesGcm) {
  test(`aes-256-gcm: ${source}`, () => {
    assert.equal(module.aeadSeal(hex(key), hex(nonce), hex(aad), hex(plaintext)).toHex(), sealed)
    assert.equal(module.aeadOpen(hex(key), hex(nonce), hex(aad), hex(sealed))?.toHex(), plaintext)
  })
}

for (const name of ['x25519', 'p384'] as const) {
  for (const { source, privateKey, publicKey, shared } of KNOWN[name]) {
    test(`${name}: ${source}`, () => {
      assert.equal(module.dh(name).agree(hex(privateKey), hex(publicKey)).toHex(), shared)
    })
  }
}

for (const { source, name, pkcs8, spki, message, signature, deterministic } of KNOWN.signature) {
  test(`${name}: ${source}`, () => {
    const scheme = module.signature(name)
    const verifier = scheme.verifier(hex(spki))
    assert.equal(verifier.verify(hex(message), hex(signature)), true)
    assert.equal(verifier.verify(hex(message + '00'), hex(signature)), false)
    if (pkcs8 === null) return
    const key = scheme.fromPkcs8(hex(pkcs8))
    assert.equal(key.publicKey.toHex(), spki)
    assert.equal(key.exportPkcs8().toHex(), pkcs8)
    const own = key.sign(hex(message))
    assert.equal(verifier.verify(hex(message), own), true)
    if (deterministic) assert.equal(own.toHex(), signature)
  })
}

for (const { source, name, seed, publicKey, ciphertext, sharedSecret } of KNOWN.mlKem) {
  test(`${name}: ${source}`, () => {
    const scheme = module.mlKem(name)
    assert.equal(scheme.publicKey(hex(seed)).toHex(), publicKey)
    assert.equal(scheme.decapsulate(hex(seed), hex(ciphertext)).toHex(), sharedSecret)
  })
}

for (const { source, secret, publicKey, enc, sharedSecret } of KNOWN.xwing) {
  test(`x-wing: ${source}`, () => {
    const key = xwing(module).fromSecret(hex(secret))
    assert.equal(key.publicKey.toHex(), publicKey)
    assert.equal(key.decapsulate(hex(enc)).toHex(), sharedSecret)
  })
}

for (const { source, skR, pkR, enc, sharedSecret } of KNOWN.dhkem) {
  test(`dhkem p384: ${source}`, () => {
    const key = dhkem(module, 'p384').fromSecret(hex(skR))
    assert.equal(key.publicKey.toHex(), pkR)
    assert.equal(key.decapsulate(hex(enc)).toHex(), sharedSecret)
  })
}

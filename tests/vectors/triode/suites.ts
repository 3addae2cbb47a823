import { createSuite, nextKeys, SUITE, utf8, type SealingKey, type Suite } from '@triode/core'
import assert from 'node:assert/strict'
import type { Area, Case, Kept } from './area.ts'
import { filled, fixed, primitives, repeatable } from './cast.ts'

export const suites: Area = {
  name: 'suites',
  format: 'What each suite computes',
  spec: ['3.1', '3.3', '3.5'],
  about:
    'Sealing is HPKE, base mode, single shot. "ephemeral" is the randomness that each draw of the encapsulation gives, byte ' +
    'by byte: with DHKEM the sealed message can be repeated from it. ML-KEM draws its own, so sealed messages of hybrid ' +
    'and cnsa, and signatures with ECDSA and ML-DSA, can only be opened and verified.',
  make: (kept) => ({
    cases: [...Object.values(SUITE).map((name) => createSuite(name, primitives)), repeatable].flatMap(
      (suite) => [hashes(suite), signature(suite, kept), sealed(suite, kept), ratchet(suite)],
    ),
  }),
}

function hashes(suite: Suite): Case {
  const [key, data, salt] = [filled(32, 1), utf8('data'), filled(16, 2)]
  return {
    name: `${suite.name}: hash, HMAC, HKDF, AEAD`,
    input: {
      suite: suite.name,
      key: key.toHex(),
      data: data.toHex(),
      salt: salt.toHex(),
      nonce: filled(12, 3).toHex(),
    },
    expected: {
      hash: suite.hash(data).toHex(),
      hmac: suite.hmac(key, data).toHex(),
      'hkdf(secret = key, salt, info = data, 32 bytes)': suite.hkdf(key, salt, data, 32).toHex(),
      'expand(key, info = data, 100 bytes)': suite.expand(key, data, 100).toHex(),
      'AES-256-GCM(key, nonce, aad = salt, plaintext = data)': suite
        .aeadSeal(key, filled(12, 3), salt, data)
        .toHex(),
    },
  }
}

function signature(suite: Suite, kept: Kept): Case {
  const name = `${suite.name}: signature`
  const key = suite.signing.generate(fixed(0x11))
  const message = utf8('message')
  const held = textOf(kept(name)?.['signature'])
  const verifies = (bytes: Uint8Array): boolean =>
    suite.signing.verifier(key.publicKey).verify(message, bytes)
  const isDeterministic = key.sign(message).toHex() === key.sign(message).toHex()
  const signed = !isDeterministic && held !== undefined && verifies(held) ? held : key.sign(message)
  assert.ok(verifies(signed))
  assert.ok(!verifies(Uint8Array.from(signed, (byte, at) => (at === 9 ? byte ^ 1 : byte))))
  return {
    name,
    input: {
      suite: suite.name,
      seed: filled(32, 0x11).toHex(),
      pkcs8: key.exportPkcs8().toHex(),
      message: message.toHex(),
      isDeterministic,
    },
    expected: { spki: key.publicKey.toHex(), signature: signed.toHex() },
  }
}

const INFO = utf8('info')
const AAD = utf8('aad')
const PLAINTEXT = utf8('one grid, one plate, one cathode')

function sealed(suite: Suite, kept: Kept): Case {
  const name = `${suite.name}: sealed to a key`
  const key = suite.sealing.generate(fixed(0x22))
  const seal = () => suite.sealing.seal(key.publicKey, INFO, AAD, PLAINTEXT, fixed(0x33))
  const isDeterministic = seal().enc.toHex() === seal().enc.toHex()
  const { enc, ciphertext } = (isDeterministic ? undefined : heldSealed(kept(name), key)) ?? seal()
  assert.deepEqual(key.open(enc, INFO, AAD, ciphertext), PLAINTEXT)
  assert.equal(key.open(enc, AAD, INFO, ciphertext), undefined)
  return {
    name,
    input: {
      suite: suite.name,
      secret: key.secret.toHex(),
      info: INFO.toHex(),
      aad: AAD.toHex(),
      plaintext: PLAINTEXT.toHex(),
      ephemeral: isDeterministic ? '33' : null,
    },
    expected: { publicKey: key.publicKey.toHex(), enc: enc.toHex(), ciphertext: ciphertext.toHex() },
  }
}

function heldSealed(held: Case['expected'] | undefined, key: SealingKey) {
  const [enc, ciphertext] = [textOf(held?.['enc']), textOf(held?.['ciphertext'])]
  if (enc === undefined || ciphertext === undefined) return undefined
  return key.open(enc, INFO, AAD, ciphertext) === undefined ? undefined : { enc, ciphertext }
}

function textOf(held: unknown): Uint8Array | undefined {
  return typeof held === 'string' ? Uint8Array.fromHex(held) : undefined
}

function ratchet(suite: Suite): Case {
  const keys: string[] = []
  let chainKey: Uint8Array = filled(32, 0x44)
  for (let step = 0; step < 3; step++) {
    const next = nextKeys(suite, chainKey)
    keys.push(next.messageKey.toHex())
    chainKey = next.nextChainKey
  }
  return {
    name: `${suite.name}: three steps of the ratchet`,
    input: { suite: suite.name, chainKey: filled(32, 0x44).toHex() },
    expected: { messageKeys: keys, chainKey: chainKey.toHex() },
  }
}

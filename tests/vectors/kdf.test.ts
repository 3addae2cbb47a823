/** Passphrases are stretched as published. */
import assert from 'node:assert/strict'
import { argon2Sync, pbkdf2Sync } from 'node:crypto'
import { test } from 'node:test'
import { utf8 } from '@triode/core'
import { stretch } from '../../packages/vault/src/kdf.ts'
import { ARGON2ID_RFC, STRETCHED } from './kdfAnswers.ts'
import { hex, publishedTest, type Group } from './published.ts'

test(`argon2id: ${ARGON2ID_RFC.source}`, () => {
  const { message, nonce, secret, associatedData, memory, passes, parallelism, tag } = ARGON2ID_RFC
  const inputs = {
    message: hex(message),
    nonce: hex(nonce),
    secret: hex(secret),
    associatedData: hex(associatedData),
  }
  const out = argon2Sync('argon2id', { ...inputs, memory, passes, parallelism, tagLength: tag.length / 2 })
  assert.equal(out.toString('hex'), tag)
})

for (const { source, kdf, passphrase, salt, key } of STRETCHED) {
  test(`${kdf.name}, as a vault stretches: ${source}`, () => {
    assert.equal(stretch(passphrase, kdf, utf8(salt)).toHex(), key)
    assert.notEqual(stretch(`${passphrase}.`, kdf, utf8(salt)).toHex(), key)
  })
}

interface PbkdfCase {
  readonly tcId: number
  readonly password: string
  readonly salt: string
  readonly iterationCount: number
  readonly dkLen: number
  readonly dk: string
  readonly result: 'valid' | 'acceptable' | 'invalid'
}

publishedTest(
  'PBKDF2 with HMAC-SHA-512 (of any length in the module; 32 bytes in a vault, so the beginning of longer ones)',
  'wycheproof_pbkdf2_hmacsha512_test.json',
  ({ testGroups }: { testGroups: readonly Group<PbkdfCase>[] }) => {
    let ours = 0
    for (const one of testGroups.flatMap((group) => group.tests)) {
      const { tcId, password, salt, iterationCount, dkLen, dk, result } = one
      assert.equal(result, 'valid', `case ${String(tcId)}`)
      const out = pbkdf2Sync(hex(password), hex(salt), iterationCount, dkLen, 'sha512')
      assert.equal(out.toString('hex'), dk, `case ${String(tcId)}`)
      const text = new TextDecoder().decode(hex(password))
      if (dkLen < 32 || utf8(text).toHex() !== password) continue
      ours++
      const kdf = { name: 'pbkdf2-hmac-sha512', iterations: iterationCount } as const
      assert.equal(stretch(text, kdf, hex(salt)).toHex(), dk.slice(0, 64), `case ${String(tcId)} in a vault`)
    }
    assert.ok(ours >= 10, `only ${String(ours)} cases ran as a vault would`)
  },
)

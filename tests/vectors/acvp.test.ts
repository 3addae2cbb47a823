/** NIST's own sample vectors (ACVP) for FIPS 203 and FIPS 204, kept in this folder, against the cryptographic module. */
import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, decapsulate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { nodePrimitives } from '@triode/crypto'
import type { MlKemName } from '@triode/core'
import { hex } from './published.ts'

interface Acvp {
  readonly mlKemKeyGen: readonly { name: MlKemName; tcId: number; seed: string; ek: string }[]
  readonly mlKemDecapsulation: readonly {
    name: MlKemName
    dk: string
    tests: readonly { tcId: number; reason: string; c: string; k: string }[]
  }[]
  readonly mlDsaKeyGen: readonly { name: 'ml-dsa-87'; tcId: number; seed: string; pk: string }[]
}

const VECTORS = JSON.parse(readFileSync(new URL('acvp.json', import.meta.url), 'utf8')) as Acvp
/** Of the NIST arc 2.16.840.1.101.3.4: the algorithms' identifiers (RFC 9881, RFC 9935). */
const OIDS = {
  'ml-kem-768': '608648016503040402',
  'ml-kem-1024': '608648016503040403',
  'ml-dsa-87': '608648016503040313',
} as const

describe('the vectors of NIST (ACVP)', () => {
  for (const name of ['ml-kem-768', 'ml-kem-1024'] as const) {
    it(`${name}: a seed gives its encapsulation key`, () => {
      const cases = VECTORS.mlKemKeyGen.filter((one) => one.name === name)
      assert.equal(cases.length, 5)
      const scheme = nodePrimitives().mlKem(name)
      for (const { tcId, seed, ek } of cases)
        assert.equal(scheme.publicKey(hex(seed)).toHex(), ek, `tcId ${tcId}`)
    })

    it(`${name}: a ciphertext gives its secret, a changed one the implicit rejection’s`, () => {
      const group = VECTORS.mlKemDecapsulation.find((one) => one.name === name)
      assert.equal(group?.tests.length, 10)
      assert.ok(new Set(group.tests.map(({ reason }) => reason)).size > 1, 'good and changed ones')
      // The port takes seeds; NIST's key is an expanded one, which the module takes in PKCS #8.
      const key = privateKey(name, der(0x04, hex(group.dk)))
      for (const { tcId, c, k } of group.tests)
        assert.equal(decapsulate(key, hex(c)).toString('hex'), k, `tcId ${tcId}`)
    })
  }

  it('ml-dsa-87: a seed gives its public key', () => {
    assert.equal(VECTORS.mlDsaKeyGen.length, 5)
    for (const { name, tcId, seed, pk } of VECTORS.mlDsaKeyGen) {
      const spki = createPublicKey(privateKey(name, der(0x80, hex(seed)))).export({
        format: 'der',
        type: 'spki',
      })
      assert.equal(spki.subarray(-pk.length / 2).toString('hex'), pk, `tcId ${tcId}`)
    }
  })
})

function privateKey(name: keyof typeof OIDS, inner: Uint8Array) {
  const info = der(0x30, hex('020100'), der(0x30, der(0x06, hex(OIDS[name]))), der(0x04, inner))
  return createPrivateKey({ key: Buffer.from(info), format: 'der', type: 'pkcs8' })
}

/** One DER value of less than 65,536 bytes. */
function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(parts)
  const length =
    body.length < 0x80
      ? [body.length]
      : body.length < 0x100
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 0xff]
  return Buffer.concat([Uint8Array.of(tag, ...length), body])
}

/** What the module promises beyond the published answers, which tests/vectors checks. */
import assert from 'node:assert/strict'
import { createCipheriv } from 'node:crypto'
import { suite as describe, test } from 'node:test'
import { Fault, IntegrityFault, PeerFault, Unavailable, type Random } from '@triode/core'
import { nodePrimitives, systemRandom } from '@triode/crypto'
import fc from 'fast-check'
import { requirePrimitive } from '../src/requirePrimitive.ts'

const module = nodePrimitives()
const ORDER =
  'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973'

/** Gives these values in turn, whatever length is asked for. */
function script(...values: string[]): Random {
  return { bytes: () => Uint8Array.fromHex(values.shift() ?? assert.fail('no more random bytes')) }
}

describe('AES-256-GCM', () => {
  const key = systemRandom.bytes(32)
  const nonce = systemRandom.bytes(12)

  test('opens what it sealed, of any length, and leaves its arguments alone', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), fc.uint8Array(), (plaintext, aad) => {
        const before = [plaintext.slice(), aad.slice()]
        const sealed = module.aeadSeal(key, nonce, aad, plaintext)
        assert.deepEqual(module.aeadOpen(key, nonce, aad, sealed), plaintext)
        assert.deepEqual([plaintext, aad], before)
      }),
    )
  })

  test('seals in steps what OpenSSL seals in one', () => {
    for (const bytes of [1, 65_536, 66_559, 66_560, 66_561, 133_120, 133_121, 262_144]) {
      const plaintext = systemRandom.bytes(bytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 }).setAAD(nonce)
      const whole = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
      const sealed = module.aeadSeal(key, nonce, nonce, plaintext)
      assert.ok(whole.equals(sealed), `${String(bytes)} bytes`)
      assert.deepEqual(module.aeadOpen(key, nonce, nonce, whole), plaintext)
    }
  })

  test('opens what is longer than a step of the cipher, and leaves no memory lying for it', () => {
    const chunk = systemRandom.bytes(262_144 + 30_000)
    const sealed = new Uint8Array(chunk.length + 16)
    const opened = new Uint8Array(chunk.length)
    const before = process.memoryUsage().arrayBuffers
    let most = 0
    for (let times = 0; times < 32; times++) {
      module.aeadSeal(key, nonce, nonce, chunk, sealed)
      module.aeadOpen(key, nonce, nonce, sealed, opened)
      most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    }
    assert.deepEqual(opened, chunk)
    // Each time makes twice 290 kB of them.
    assert.ok(most < 1_048_576, `${String(most)} bytes lay`)
  })

  test('gives undefined for whatever was not sealed so', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (noise) => {
        assert.equal(module.aeadOpen(key, nonce, nonce, noise), undefined)
      }),
    )
  })

  test('takes nonces of 12 bytes and keys of 32 only', () => {
    for (const length of [0, 8, 11, 13, 16]) {
      const wrong = new Uint8Array(length)
      assert.throws(() => module.aeadSeal(key, wrong, key, key), RangeError)
      assert.throws(() => module.aeadOpen(key, wrong, key, key), RangeError)
      assert.throws(() => module.aeadSeal(wrong, nonce, key, key), RangeError)
      assert.throws(() => module.aeadOpen(wrong, nonce, key, key), RangeError)
    }
  })
})

describe('P-384 scalars', () => {
  const belowOrder = ORDER.replace(/3$/, '2')
  const zero = '00'.repeat(48)

  test('are drawn again until one is in range', () => {
    const { privateKey } = module.dh('p384').generate(script('ff'.repeat(48), zero, ORDER, belowOrder))
    assert.equal(privateKey.toHex(), belowOrder)
  })

  test('out of range are refused where they are stored', () => {
    for (const scalar of [zero, ORDER, 'ff'.repeat(48), '01', '']) {
      assert.throws(
        () => module.dh('p384').publicKey(Uint8Array.fromHex(scalar)),
        isKeyMalformed(IntegrityFault),
      )
    }
  })

  test('make signing keys that follow from the random bytes', () => {
    const scheme = module.signature('ecdsa-p384')
    const generate = () => scheme.generate(script(zero, '17'.repeat(48))).exportPkcs8()
    assert.deepEqual(generate(), generate())
  })
})

test('both sides of an agreement get the same secret', () => {
  for (const name of ['x25519', 'p384'] as const) {
    const dh = module.dh(name)
    const [alice, bob] = [dh.generate(systemRandom), dh.generate(systemRandom)]
    assert.deepEqual(dh.publicKey(alice.privateKey), alice.publicKey)
    assert.deepEqual(dh.agree(alice.privateKey, bob.publicKey), dh.agree(bob.privateKey, alice.publicKey))
  }
})

test('agreement on noise blames the peer, and never anything else', () => {
  for (const name of ['x25519', 'p384'] as const) {
    const dh = module.dh(name)
    const { privateKey } = dh.generate(systemRandom)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (noise) => {
        if (name === 'x25519' && noise.length === 32) return // nearly all of these are points
        assert.throws(() => dh.agree(privateKey, noise), isKeyMalformed(PeerFault))
      }),
    )
  }
})

test('ML-KEM: both sides get the same secret; a changed ciphertext gives another; a cut one blames the peer', () => {
  for (const name of ['ml-kem-768', 'ml-kem-1024'] as const) {
    const kem = module.mlKem(name)
    const { seed, publicKey } = kem.generate(systemRandom)
    const { ciphertext, sharedSecret } = kem.encapsulate(publicKey)
    assert.deepEqual(kem.decapsulate(seed, ciphertext), sharedSecret)
    const changed = ciphertext.slice()
    changed[5] = (changed[5] ?? 0) ^ 1
    assert.notDeepEqual(kem.decapsulate(seed, changed), sharedSecret) // implicit rejection, FIPS 203 §6.3
    assert.throws(
      () => kem.decapsulate(seed, ciphertext.subarray(1)),
      (error) => error instanceof PeerFault && error.code === 'ciphertext-malformed',
    )
    assert.throws(() => kem.encapsulate(publicKey.subarray(1)), isKeyMalformed(PeerFault))
    assert.throws(() => kem.decapsulate(seed.subarray(1), ciphertext), isKeyMalformed(IntegrityFault))
  }
})

test('a key for another algorithm of the same family is refused', () => {
  const p384 = module.signature('ecdsa-p384')
  // P-256, as PKCS #8 and as SPKI: the right type, the wrong curve.
  const pkcs8 = Uint8Array.fromHex(
    `3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420${'11'.repeat(32)}`,
  )
  assert.throws(() => p384.fromPkcs8(pkcs8), isKeyMalformed(IntegrityFault))
  assert.throws(() => module.signature('ed25519').fromPkcs8(pkcs8), isKeyMalformed(IntegrityFault))
})

test('a module that lacks a primitive says so, with a remedy', () => {
  const probe = () =>
    requirePrimitive('ml-kem-4096', () => {
      throw new Error('unsupported')
    })
  assert.throws(
    probe,
    (error) =>
      error instanceof Unavailable && error.code === 'primitive-missing' && error.remedy !== undefined,
  )
})

function isKeyMalformed(kind: typeof PeerFault | typeof IntegrityFault): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error instanceof kind && error.code === 'key-malformed'
}

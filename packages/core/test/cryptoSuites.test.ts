/** What every suite promises, whichever primitives stand behind it. */
import assert from 'node:assert/strict'
import { suite as describe, test } from 'node:test'
import {
  CallerFault,
  createSimulationSuite,
  createSuite,
  IntegrityFault,
  isSuiteName,
  PeerFault,
  SUITE,
  utf8,
  type Suite,
  type SuiteName,
} from '@triode/core'
import { nodePrimitives, systemRandom } from '@triode/crypto'
import { createSeededRandom } from '@triode/testkit'
import fc from 'fast-check'

const primitives = nodePrimitives()
const NAMES = Object.values(SUITE)
const SUITES: Suite[] = [
  ...NAMES.map((name) => createSuite(name, primitives)),
  createSimulationSuite(primitives),
]
const info = utf8('triode/v1/test')
const aad = utf8('row 7')
const bytes = (maxLength = 300) => fc.uint8Array({ maxLength })

/** Runs of each property: the slowest suite takes 3 ms for one. */
const RUNS = { numRuns: 40 }

for (const suite of SUITES) {
  describe(suite.name, () => {
    const { sealing, signing } = suite
    const bob = sealing.generate(systemRandom)
    const carol = sealing.generate(systemRandom)
    const alice = signing.generate(systemRandom)

    test('Alice seals to Bob, and Bob opens, whatever the bytes', () => {
      fc.assert(
        fc.property(bytes(), bytes(), bytes(), (info, aad, plaintext) => {
          const { enc, ciphertext } = sealing.seal(bob.publicKey, info, aad, plaintext, systemRandom)
          assert.deepEqual(bob.open(enc, info, aad, ciphertext), plaintext)
        }),
        RUNS,
      )
    })

    test('keys and encapsulations have the lengths that the suite states', () => {
      const { enc, ciphertext } = sealing.seal(bob.publicKey, info, aad, utf8('12'), systemRandom)
      assert.equal(bob.publicKey.length, sealing.publicKeyBytes)
      assert.equal(enc.length, sealing.encBytes)
      assert.equal(ciphertext.length, 2 + 16)
      assert.equal(suite.hash(info).length, suite.hashBytes)
      assert.equal(suite.hmac(info, aad).length, suite.hashBytes)
    })

    test('Bob, back from a restart, opens with the key he stored', () => {
      const restored = sealing.fromSecret(bob.secret.slice())
      assert.deepEqual(restored.publicKey, bob.publicKey)
      const { enc, ciphertext } = sealing.seal(bob.publicKey, info, aad, utf8('hello'), systemRandom)
      assert.deepEqual(restored.open(enc, info, aad, ciphertext), utf8('hello'))
    })

    test('nobody opens what was changed, cut, lengthened, meant for another place or another device', () => {
      const { enc, ciphertext } = sealing.seal(bob.publicKey, info, aad, utf8('hello'), systemRandom)
      fc.assert(
        fc.property(fc.nat(enc.length * 8 - 1), fc.nat(ciphertext.length * 8 - 1), (encBit, bit) => {
          // The top bit of an X25519 key is ignored (RFC 7748 §5), but the KEM's context covers it.
          assert.equal(bob.open(flip(enc, encBit), info, aad, ciphertext), undefined)
          assert.equal(bob.open(enc, info, aad, flip(ciphertext, bit)), undefined)
        }),
        RUNS,
      )
      fc.assert(
        fc.property(fc.nat(enc.length - 1), fc.nat(ciphertext.length - 1), (encLength, length) => {
          assert.equal(bob.open(enc.subarray(0, encLength), info, aad, ciphertext), undefined)
          assert.equal(bob.open(enc, info, aad, ciphertext.subarray(0, length)), undefined)
        }),
        RUNS,
      )
      assert.equal(bob.open(Uint8Array.of(...enc, 0), info, aad, ciphertext), undefined)
      assert.equal(bob.open(enc, info, aad, Uint8Array.of(...ciphertext, 0)), undefined)
      assert.equal(bob.open(enc, utf8('triode/v1/tesu'), aad, ciphertext), undefined)
      assert.equal(bob.open(enc, info, utf8('row 8'), ciphertext), undefined)
      assert.equal(carol.open(enc, info, aad, ciphertext), undefined)
    })

    test('opening noise gives undefined, never an error', () => {
      fc.assert(
        fc.property(bytes(2_000), bytes(), (enc, ciphertext) => {
          assert.equal(bob.open(enc, info, aad, ciphertext), undefined)
        }),
        RUNS,
      )
    })

    test('sealing to a malformed key blames the peer', () => {
      const seal = (to: Uint8Array) => () => sealing.seal(to, info, aad, aad, systemRandom)
      assert.throws(seal(new Uint8Array(0)), keyMalformed(PeerFault))
      assert.throws(seal(bob.publicKey.subarray(1)), keyMalformed(PeerFault))
      assert.throws(seal(Uint8Array.of(...bob.publicKey, 0)), keyMalformed(PeerFault))
    })

    test('a stored key of a wrong length blames the store', () => {
      assert.throws(() => sealing.fromSecret(bob.secret.subarray(1)), keyMalformed(IntegrityFault))
      assert.throws(() => sealing.fromSecret(new Uint8Array(0)), keyMalformed(IntegrityFault))
    })

    test("Alice's signature holds for her message and key only", () => {
      const verifier = signing.verifier(alice.publicKey)
      const mallory = signing.verifier(signing.generate(systemRandom).publicKey)
      fc.assert(
        fc.property(bytes(), fc.nat(), (message, at) => {
          const signature = alice.sign(message)
          assert.equal(verifier.verify(message, signature), true)
          assert.equal(mallory.verify(message, signature), false)
          assert.equal(verifier.verify(Uint8Array.of(...message, 0), signature), false)
          assert.equal(verifier.verify(message, flip(signature, at % (signature.length * 8))), false)
        }),
        { numRuns: 15 },
      )
      const signature = alice.sign(info)
      assert.equal(verifier.verify(info, signature.subarray(1)), false)
      assert.equal(verifier.verify(info, Uint8Array.of(...signature, 0)), false)
      assert.equal(verifier.verify(info, new Uint8Array(0)), false)
    })

    test('Alice, back from a restart, is the same Alice', () => {
      const restored = signing.fromPkcs8(alice.exportPkcs8())
      assert.deepEqual(restored.publicKey, alice.publicKey)
      assert.deepEqual(restored.exportPkcs8(), alice.exportPkcs8())
      assert.equal(signing.verifier(alice.publicKey).verify(info, restored.sign(info)), true)
      assert.throws(() => signing.fromPkcs8(alice.exportPkcs8().subarray(3)), keyMalformed(IntegrityFault))
    })

    test('a public signing key has one encoding: any other blames the peer', () => {
      fc.assert(
        fc.property(bytes(3_000), (spki) => {
          assert.throws(() => signing.verifier(spki), keyMalformed(PeerFault))
        }),
        RUNS,
      )
      assert.throws(() => signing.verifier(Uint8Array.of(...alice.publicKey, 0)), keyMalformed(PeerFault))
      assert.throws(() => signing.verifier(alice.publicKey.subarray(0, -1)), keyMalformed(PeerFault))
      for (let bit = 0; bit < 9 * 8; bit++) {
        assert.throws(() => signing.verifier(flip(alice.publicKey, bit)), keyMalformed(PeerFault))
      }
    })

    test('equal compares secrets, also of different lengths', () => {
      assert.equal(suite.equal(info, info.slice()), true)
      assert.equal(suite.equal(info, flip(info, 3)), false)
      assert.equal(suite.equal(info, info.subarray(1)), false)
      assert.equal(suite.equal(new Uint8Array(0), new Uint8Array(0)), true)
    })

    test('what a suite gives out are plain bytes: slices are copies', () => {
      const { enc, ciphertext } = sealing.seal(bob.publicKey, info, aad, aad, systemRandom)
      const opened = bob.open(enc, info, aad, ciphertext)
      const given = [enc, ciphertext, opened, bob.publicKey, bob.secret, alice.publicKey, alice.exportPkcs8()]
      given.push(alice.sign(aad), suite.hash(aad), suite.hmac(aad, aad), suite.expand(aad, info, 32))
      given.push(suite.hkdf(aad, aad, info, 80), systemRandom.bytes(8))
      for (const value of given) assert.equal(value?.constructor, Uint8Array)
    })
  })
}

/** Every u of order 1, 2, 4 or 8 on Curve25519 and its twist, little-endian, below 2^255 (RFC 7748 §6.1, §7). */
const LOW_ORDER = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
].map((text) => Uint8Array.fromHex(text))

for (const suite of [createSuite('hybrid', primitives), createSimulationSuite(primitives)]) {
  test(`${suite.name}: an X25519 point of low order is refused as a key and as an encapsulation`, () => {
    const { sealing } = suite
    const bob = sealing.generate(systemRandom)
    const { enc, ciphertext } = sealing.seal(bob.publicKey, info, aad, aad, systemRandom)
    for (const point of LOW_ORDER) {
      const [to, from] = [bob.publicKey.slice(), enc.slice()]
      to.set(point, to.length - point.length)
      from.set(point, from.length - point.length)
      assert.throws(() => sealing.seal(to, info, aad, aad, systemRandom), keyMalformed(PeerFault))
      assert.equal(bob.open(from, info, aad, ciphertext), undefined)
    }
  })
}

test('p384: a point off the curve, or in a compressed form, is refused', () => {
  const { sealing } = createSuite('p384', primitives)
  const { publicKey } = sealing.generate(systemRandom)
  const compressed = Uint8Array.of(2 + ((publicKey[96] ?? 0) & 1), ...publicKey.subarray(1, 49))
  for (const to of [flip(publicKey, 400), new Uint8Array(97), compressed, Uint8Array.of(0)]) {
    assert.throws(() => sealing.seal(to, info, aad, aad, systemRandom), keyMalformed(PeerFault))
  }
})

test('hybrid and cnsa: an ML-KEM key with a coefficient beyond q is refused', () => {
  for (const name of [SUITE.hybrid, SUITE.cnsa]) {
    const { sealing } = createSuite(name, primitives)
    const { publicKey } = sealing.generate(systemRandom)
    publicKey.fill(0xff, 0, 3)
    assert.throws(() => sealing.seal(publicKey, info, aad, aad, systemRandom), keyMalformed(PeerFault))
  }
})

test('a key of one suite is malformed in another', () => {
  const keys = SUITES.slice(0, NAMES.length).map((suite) => ({
    suite,
    signing: suite.signing.generate(systemRandom),
    sealing: suite.sealing.generate(systemRandom),
  }))
  for (const mine of keys) {
    for (const theirs of keys) {
      if (mine === theirs) continue
      const seal = () => mine.suite.sealing.seal(theirs.sealing.publicKey, info, aad, aad, systemRandom)
      const { signing } = mine.suite
      assert.throws(seal, keyMalformed(PeerFault))
      assert.throws(() => signing.verifier(theirs.signing.publicKey), keyMalformed(PeerFault))
      assert.throws(() => signing.fromPkcs8(theirs.signing.exportPkcs8()), keyMalformed(IntegrityFault))
    }
  }
})

test('the simulation suite follows from its seed alone', () => {
  const play = (seed: string) => {
    const random = createSeededRandom(seed)
    const suite = createSimulationSuite(primitives)
    const alice = suite.signing.generate(random)
    const bob = suite.sealing.generate(random)
    const sealed = suite.sealing.seal(bob.publicKey, info, aad, aad, random)
    return [alice.publicKey, alice.sign(aad), bob.publicKey, sealed.enc, sealed.ciphertext]
  }
  assert.deepEqual(play('one'), play('one'))
  assert.notDeepEqual(play('one'), play('two'))
})

test('keys of every suite follow from their random bytes', () => {
  for (const { signing, sealing, name } of SUITES) {
    const generate = () => {
      const random = createSeededRandom('keys')
      return [signing.generate(random).exportPkcs8(), sealing.generate(random).publicKey]
    }
    assert.deepEqual(generate(), generate(), name)
  }
})

test('no circle can have the simulation suite, or one that is nowhere', () => {
  for (const name of ['simulation', 'toString', 'Hybrid', '']) {
    assert.equal(isSuiteName(name), false)
    assert.throws(
      () => createSuite(name as SuiteName, primitives),
      (error) => error instanceof CallerFault && error.code === 'suite-unknown',
    )
  }
  assert.deepEqual(NAMES.map(isSuiteName), [true, true, true])
})

function flip(from: Uint8Array, bit: number): Uint8Array {
  const out = from.slice()
  out[bit >>> 3] = (out[bit >>> 3] ?? 0) ^ (1 << (bit & 7))
  return out
}

function keyMalformed(kind: typeof PeerFault | typeof IntegrityFault): (error: unknown) => boolean {
  return (error) => error instanceof kind && error.code === 'key-malformed'
}

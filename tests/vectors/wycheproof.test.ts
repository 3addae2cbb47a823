/** Wycheproof's vectors, of which only those are left out that ask for what Triode never does; each test says which. */
import assert from 'node:assert/strict'
import { createHkdf, Fault, PeerFault, type HashName, type MlKemName } from '@triode/core'
import { nodePrimitives, systemRandom } from '@triode/crypto'
import { hex, publishedTest, type Group } from './published.ts'

const module = nodePrimitives()

interface Case {
  readonly tcId: number
  readonly result: 'valid' | 'acceptable' | 'invalid'
}

interface File<G> {
  readonly testGroups: readonly G[]
}

type AeadCase = Case & Record<'key' | 'iv' | 'aad' | 'msg' | 'ct' | 'tag', string>
type AeadGroup = Group<AeadCase> & { keySize: number; ivSize: number; tagSize: number }

publishedTest(
  'AES-256-GCM holds, and refuses other keys and nonces',
  'wycheproof_aes_gcm_test.json',
  (file: File<AeadGroup>) => {
    let ours = 0
    for (const group of file.testGroups) {
      for (const { tcId, result, ...text } of group.tests) {
        const [key, nonce, aad, msg] = [hex(text.key), hex(text.iv), hex(text.aad), hex(text.msg)]
        if (group.keySize !== 256 || group.ivSize !== 96) {
          assert.throws(() => module.aeadSeal(key, nonce, aad, msg), RangeError, `case ${String(tcId)}`)
          continue
        }
        ours++
        const opened = module.aeadOpen(key, nonce, aad, hex(text.ct + text.tag))?.toHex()
        assert.equal(opened, result === 'valid' ? text.msg : undefined, `case ${String(tcId)}`)
        if (result === 'valid')
          assert.equal(module.aeadSeal(key, nonce, aad, msg).toHex(), text.ct + text.tag)
      }
    }
    assert.ok(ours >= 60, `only ${String(ours)} cases ran`)
  },
)

type MacCase = Case & Record<'key' | 'msg' | 'tag', string>
type MacGroup = Group<MacCase> & { tagSize: number }

for (const [name, file] of [
  ['sha256', 'wycheproof_hmac_sha256_test.json'],
  ['sha384', 'wycheproof_hmac_sha384_test.json'],
] as const) {
  publishedTest(`HMAC with ${name}`, file, ({ testGroups }: File<MacGroup>) => {
    for (const { tagSize, tests } of testGroups) {
      for (const { tcId, key, msg, tag, result } of tests) {
        const mac = module.hmac(name, hex(key), hex(msg)).subarray(0, tagSize / 8)
        assert.equal(module.equal(mac, hex(tag)), result === 'valid', `case ${String(tcId)}`)
      }
    }
  })
}

type HkdfCase = Case & Record<'ikm' | 'salt' | 'info' | 'okm', string> & { size: number }

for (const [name, file] of [
  ['sha256', 'wycheproof_hkdf_sha256_test.json'],
  ['sha384', 'wycheproof_hkdf_sha384_test.json'],
] as const satisfies [HashName, string][]) {
  publishedTest(`HKDF with ${name}`, file, ({ testGroups }: File<Group<HkdfCase>>) => {
    const hkdf = createHkdf(module, name)
    for (const { tcId, result, size, ikm, salt, info, okm } of testGroups.flatMap((group) => group.tests)) {
      const derive = (): string => hkdf.expand(hkdf.extract(hex(salt), hex(ikm)), hex(info), size).toHex()
      if (result === 'valid') assert.equal(derive(), okm, `case ${String(tcId)}`)
      else assert.throws(derive, RangeError, `case ${String(tcId)}`)
    }
  })
}

type DhCase = Case & Record<'public' | 'private' | 'shared', string> & { flags: readonly string[] }

publishedTest(
  'X25519, with every low-order point refused',
  'wycheproof_x25519_test.json',
  ({ testGroups }: File<Group<DhCase>>) => {
    for (const { tcId, shared, ...text } of testGroups.flatMap((group) => group.tests)) {
      const agree = (): string => module.dh('x25519').agree(hex(text.private), hex(text.public)).toHex()
      if (/^0+$/.test(shared)) assert.throws(agree, isMalformedKey, `case ${String(tcId)}`)
      else assert.equal(agree(), shared, `case ${String(tcId)}`)
    }
  },
)

/** SubjectPublicKeyInfo of an uncompressed point of P-384, up to the point. */
const P384_SPKI = '3076301006072a8648ce3d020106052b81040022036200'

publishedTest(
  'ECDH on P-384 (as raw points: other ASN.1 forms do not exist here)',
  'wycheproof_ecdh_secp384r1_test.json',
  ({ testGroups }: File<Group<DhCase>>) => {
    let [agreed, refused] = [0, 0]
    for (const { tcId, result, shared, flags, ...text } of testGroups.flatMap((group) => group.tests)) {
      if (flags.includes('InvalidAsn')) continue
      const compressed = text.public.startsWith('3046301006072a8648ce3d020106052b81040022033200')
      if (!compressed && !text.public.startsWith(P384_SPKI)) continue
      const point = hex(text.public.slice(P384_SPKI.length))
      const scalar = hex(text.private.slice(-96).padStart(96, '0'))
      const agree = (): string => module.dh('p384').agree(scalar, point).toHex()
      if (compressed || result === 'invalid') {
        assert.throws(agree, isMalformedKey, `case ${String(tcId)}`)
        refused++
      } else {
        assert.equal(agree(), shared, `case ${String(tcId)}`)
        agreed++
      }
    }
    assert.ok(agreed >= 700 && refused >= 2, `only ${String(agreed)} agreed and ${String(refused)} refused`)
  },
)

type SignatureCase = Case & Record<'msg' | 'sig', string> & { ctx?: string }
type SignatureGroup = Group<SignatureCase> & { publicKeyDer: string }

publishedTest(
  'Ed25519 verification',
  'wycheproof_ed25519_test.json',
  ({ testGroups }: File<SignatureGroup>) => {
    for (const { publicKeyDer, tests } of testGroups) {
      const verifier = module.signature('ed25519').verifier(hex(publicKeyDer))
      for (const { tcId, msg, sig, result } of tests) {
        assert.equal(verifier.verify(hex(msg), hex(sig)), result === 'valid', `case ${String(tcId)}`)
      }
    }
  },
)

publishedTest(
  'ECDSA P-384 verification (r||s: what is not strict DER in the file has no such form)',
  'wycheproof_ecdsa_secp384r1_sha384_test.json',
  ({ testGroups }: File<SignatureGroup>) => {
    let ours = 0
    for (const { publicKeyDer, tests } of testGroups) {
      const verifier = module.signature('ecdsa-p384').verifier(hex(publicKeyDer))
      for (const { tcId, msg, sig, result } of tests) {
        assert.equal(verifier.verify(hex(msg), hex(sig)), false, `case ${String(tcId)} in DER`)
        const pair = pairFromDer(sig)
        if (pair === undefined) {
          assert.equal(result, 'invalid', `case ${String(tcId)}`)
          continue
        }
        ours++
        assert.equal(verifier.verify(hex(msg), pair), result === 'valid', `case ${String(tcId)}`)
      }
    }
    assert.ok(ours >= 190, `only ${String(ours)} cases ran`)
  },
)

/** r||s of a signature in strict DER whose numbers are positive and fit 48 bytes each. */
function pairFromDer(sig: string): Uint8Array | undefined {
  const match = /^30(?:81)?(..)02(..)(.*)$/.exec(sig)
  if (match === null) return undefined
  const [, total = '', rBytes = '', rest = ''] = match
  const rLength = parseInt(rBytes, 16) * 2
  const r = rest.slice(0, rLength)
  const sTag = rest.slice(rLength, rLength + 2)
  const s = rest.slice(rLength + 4)
  const exact =
    sTag === '02' &&
    parseInt(rest.slice(rLength + 2, rLength + 4), 16) * 2 === s.length &&
    parseInt(total, 16) * 2 === r.length + s.length + 8 &&
    sig.startsWith('3081') === parseInt(total, 16) >= 0x80
  const [left, right] = [unsigned(r), unsigned(s)]
  return exact && left !== undefined && right !== undefined ? hex(left + right) : undefined
}

function unsigned(integer: string): string | undefined {
  if (!/^(00[89a-f]|[1-7]|0[1-9a-f]|00$)/.test(integer)) return undefined
  const digits = integer.replace(/^00(?=..)/, '')
  return digits.length <= 96 ? digits.padStart(96, '0') : undefined
}

/** SubjectPublicKeyInfo of an ML-DSA-87 key, up to the key. */
const ML_DSA_87_SPKI = '30820a32300b060960864801650304031303820a2100'

publishedTest(
  'ML-DSA-87 verification (with the empty context, the only one Triode uses)',
  'wycheproof_mldsa_87_verify_test.json',
  ({ testGroups }: File<Group<SignatureCase> & { publicKey: string }>) => {
    let ours = 0
    for (const { publicKey, tests } of testGroups) {
      for (const { tcId, msg, sig, result, ctx } of tests) {
        if (ctx !== undefined && ctx !== '') continue
        ours++
        const verified = verifies(hex(ML_DSA_87_SPKI + publicKey), hex(msg), hex(sig))
        assert.equal(verified, result === 'valid', `case ${String(tcId)}`)
      }
    }
    assert.ok(ours >= 100, `only ${String(ours)} cases ran`)
  },
)

function verifies(spki: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return module.signature('ml-dsa-87').verifier(spki).verify(message, signature)
  } catch (error) {
    assert.ok(isMalformedKey(error))
    return false
  }
}

interface SigningGroup extends Group<SignatureCase> {
  readonly privateSeed: string
  readonly privateKeyPkcs8?: string | null
  /** null where the seed is invalid. */
  readonly publicKey: string | null
}

publishedTest(
  'ML-DSA-87 keys from their seeds, and signatures under them',
  'wycheproof_mldsa_87_sign_seed_test.json',
  ({ testGroups }: File<SigningGroup>) => {
    let ours = 0
    for (const { privateSeed, privateKeyPkcs8, publicKey, tests } of testGroups) {
      const scheme = module.signature('ml-dsa-87')
      const generate = () => scheme.generate({ bytes: () => hex(privateSeed) })
      if (publicKey === null) {
        assert.throws(generate)
        continue
      }
      ours++
      const key = generate()
      if (typeof privateKeyPkcs8 === 'string') assert.equal(key.exportPkcs8().toHex(), privateKeyPkcs8)
      assert.equal(scheme.fromPkcs8(key.exportPkcs8()).publicKey.toHex(), ML_DSA_87_SPKI + publicKey)
      const verifier = scheme.verifier(key.publicKey)
      const [first] = tests
      const message = hex(first?.msg ?? '')
      assert.equal(verifier.verify(message, key.sign(message)), true)
    }
    assert.ok(ours >= 20, `only ${String(ours)} keys were made`)
  },
)

type MlKemCase = Case & Partial<Record<'seed' | 'ek' | 'c' | 'K', string>>

for (const [name, size] of [
  ['ml-kem-768', '768'],
  ['ml-kem-1024', '1024'],
] as const satisfies [MlKemName, string][]) {
  const scheme = module.mlKem(name)

  publishedTest(
    `${name} keys from their seeds`,
    `wycheproof_mlkem_${size}_keygen_seed_test.json`,
    ({ testGroups }: File<Group<MlKemCase>>) => {
      for (const { tcId, seed = '', ek } of testGroups.flatMap((group) => group.tests)) {
        const generated = scheme.generate({ bytes: () => hex(seed) })
        assert.equal(generated.publicKey.toHex(), ek, `case ${String(tcId)}`)
      }
    },
  )

  publishedTest(
    `${name} decapsulation`,
    `wycheproof_mlkem_${size}_test.json`,
    ({ testGroups }: File<Group<MlKemCase>>) => {
      for (const { tcId, seed = '', ek, c = '', K, result } of testGroups.flatMap((group) => group.tests)) {
        const decapsulate = (): string => scheme.decapsulate(hex(seed), hex(c)).toHex()
        if (result === 'valid') {
          assert.equal(scheme.publicKey(hex(seed)).toHex(), ek, `case ${String(tcId)}`)
          assert.equal(decapsulate(), K, `case ${String(tcId)}`)
        } else assert.throws(decapsulate, Fault, `case ${String(tcId)}`)
      }
    },
  )

  publishedTest(
    `${name} encapsulation (its randomness is OpenSSL's own, so only whether a key is taken, and that it agrees)`,
    `wycheproof_mlkem_${size}_encaps_test.json`,
    ({ testGroups }: File<Group<MlKemCase>>) => {
      for (const { tcId, ek = '', c = '', result } of testGroups.flatMap((group) => group.tests)) {
        const encapsulate = () => scheme.encapsulate(hex(ek))
        if (result === 'valid')
          assert.equal(encapsulate().ciphertext.length, c.length / 2, `case ${String(tcId)}`)
        else assert.throws(encapsulate, isMalformedKey, `case ${String(tcId)}`)
      }
      const own = scheme.generate(systemRandom)
      const { ciphertext, sharedSecret } = scheme.encapsulate(own.publicKey)
      assert.deepEqual(scheme.decapsulate(own.seed, ciphertext), sharedSecret)
    },
  )
}

function isMalformedKey(error: unknown): boolean {
  return error instanceof PeerFault && error.code === 'key-malformed'
}

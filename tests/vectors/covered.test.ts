/** Every primitive that the cryptographic module offers is checked against known answers, and against published vectors. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ARGON2ID_RFC, STRETCHED } from './kdfAnswers.ts'
import { KNOWN } from './knownAnswers.ts'

interface Evidence {
  /** Known answers in this repository. */
  readonly known: number
  /** Files in shared/vectors, and the test that reads them; none: why. */
  readonly published: readonly string[] | { readonly none: string }
}

const named = (answers: readonly { readonly name: string }[], name: string): number =>
  answers.filter((answer) => answer.name === name).length
const stretched = (name: string): number => STRETCHED.filter(({ kdf }) => kdf.name === name).length
const STANDARD = { none: 'a hash: the examples of its standard, and every HMAC, HKDF and KEM vector over it' }

const EVIDENCE: Readonly<Record<string, Evidence>> = {
  'hash sha256': { known: named(KNOWN.hash, 'sha256'), published: STANDARD },
  'hash sha384': { known: named(KNOWN.hash, 'sha384'), published: STANDARD },
  'hash sha512': { known: named(KNOWN.hash, 'sha512'), published: ['cpace.json'] },
  'hash sha3-256': { known: named(KNOWN.hash, 'sha3-256'), published: ['xwing.json'] },
  shake256: { known: KNOWN.shake256.length, published: ['xwing.json'] },
  'hmac sha256': { known: named(KNOWN.hmac, 'sha256'), published: ['wycheproof_hmac_sha256_test.json'] },
  'hmac sha384': { known: named(KNOWN.hmac, 'sha384'), published: ['wycheproof_hmac_sha384_test.json'] },
  'hkdf sha256': { known: named(KNOWN.hkdf, 'sha256'), published: ['wycheproof_hkdf_sha256_test.json'] },
  'hkdf sha384': { known: named(KNOWN.hkdf, 'sha384'), published: ['wycheproof_hkdf_sha384_test.json'] },
  aeadSeal: { known: KNOWN.aesGcm.length, published: ['wycheproof_aes_gcm_test.json'] },
  aeadOpen: { known: KNOWN.aesGcm.length, published: ['wycheproof_aes_gcm_test.json'] },
  'signature ed25519': {
    known: named(KNOWN.signature, 'ed25519'),
    published: ['wycheproof_ed25519_test.json'],
  },
  'signature ecdsa-p384': {
    known: named(KNOWN.signature, 'ecdsa-p384'),
    published: ['wycheproof_ecdsa_secp384r1_sha384_test.json'],
  },
  'signature ml-dsa-87': {
    known: named(KNOWN.signature, 'ml-dsa-87'),
    published: ['wycheproof_mldsa_87_sign_seed_test.json', 'wycheproof_mldsa_87_verify_test.json'],
  },
  'dh x25519': { known: KNOWN.x25519.length, published: ['wycheproof_x25519_test.json'] },
  'dh p384': { known: KNOWN.p384.length, published: ['wycheproof_ecdh_secp384r1_test.json'] },
  'mlKem ml-kem-768': {
    known: named(KNOWN.mlKem, 'ml-kem-768'),
    published: mlKem('768'),
  },
  'mlKem ml-kem-1024': {
    known: named(KNOWN.mlKem, 'ml-kem-1024'),
    published: mlKem('1024'),
  },
  'x-wing': { known: KNOWN.xwing.length, published: ['xwing.json'] },
  hpke: { known: KNOWN.hpke.length, published: { none: 'RFC 9180 and hpke-pq are among the known answers' } },
  'kdf argon2id': {
    known: stretched('argon2id') * Number(ARGON2ID_RFC.tag.length > 0),
    published: { none: 'RFC 9106 and the reference implementation are among the known answers' },
  },
  'kdf pbkdf2-hmac-sha512': {
    known: stretched('pbkdf2-hmac-sha512'),
    published: ['wycheproof_pbkdf2_hmacsha512_test.json'],
  },
}

/** What the port names and Triode does not use, or what computes nothing. */
const UNUSED: Readonly<Record<string, string>> = {
  equal: 'compares; its time is no answer',
  'hmac sha512': 'PBKDF2 has its own, inside OpenSSL',
  'hmac sha3-256': 'used nowhere',
}

function mlKem(size: string): string[] {
  return ['test', 'encaps_test', 'keygen_seed_test'].map((part) => `wycheproof_mlkem_${size}_${part}.json`)
}

/** The primitives of the port, by its own words: methods, each with the names it takes. */
function primitives(): string[] {
  const port = readFileSync(new URL('../../packages/core/src/ports/primitives.ts', import.meta.url), 'utf8')
  const names = (type: string): string[] => {
    const union = new RegExp(`export type ${type} = (.*)`).exec(port)?.[1] ?? ''
    return [...union.matchAll(/'([^']+)'/g)].map(([, name]) => name ?? '')
  }
  const body = /export interface Primitives \{\n([\s\S]*?)\n\}/.exec(port)?.[1] ?? ''
  return [...body.matchAll(/^ {2}(\w+)\((?:name: (\w+))?/gm)].flatMap(([, method = '', type]) =>
    type === undefined ? [method] : names(type).map((name) => `${method} ${name}`),
  )
}

/** The functions that stretch passphrases, which stand in the vault. */
function kdfs(): string[] {
  const source = readFileSync(new URL('../../packages/vault/src/kdf.ts', import.meta.url), 'utf8')
  return [...source.matchAll(/readonly name: '([^']+)'/g)].map(([, name]) => `kdf ${name ?? ''}`)
}

test('every primitive of the module has known answers, and published vectors or the reason why not', () => {
  const offered = [...primitives(), ...kdfs()]
  assert.ok(offered.length >= 20, `only ${String(offered.length)} primitives were found`)
  const without = offered.filter((name) => EVIDENCE[name] === undefined && UNUSED[name] === undefined)
  assert.deepEqual(without, [])
  const gone = [...Object.keys(EVIDENCE), ...Object.keys(UNUSED)].filter((name) => !offered.includes(name))
  assert.deepEqual(
    gone.sort(),
    ['hkdf sha256', 'hkdf sha384', 'hpke', 'x-wing'],
    'these are composed in the core',
  )
})

for (const [name, { known, published }] of Object.entries(EVIDENCE)) {
  test(`${name} has answers that always run`, () => {
    assert.ok(known > 0)
  })

  if ('none' in published) continue
  test(`${name} has published vectors, and a test that reads them`, () => {
    const tests = ['wycheproof', 'xwing', 'cpace', 'kdf']
      .map((file) => readFileSync(new URL(`${file}.test.ts`, import.meta.url), 'utf8'))
      .join('\n')
    for (const file of published) {
      const byPart = file.replace(/mlkem_(768|1024)/, 'mlkem_${size}')
      assert.ok(tests.includes(`'${file}'`) || tests.includes(`\`${byPart}\``), `no test reads ${file}`)
    }
  })
}

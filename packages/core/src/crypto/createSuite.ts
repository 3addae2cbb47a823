/** The suites (spec §3.1): which primitives each name stands for. */
import { CallerFault } from '../fault.ts'
import type { HashName, Primitives, SignatureName } from '../ports/primitives.ts'
import { dhkem } from './dhkem.ts'
import { createHkdf } from './hkdf.ts'
import type { Aead } from './hpke.ts'
import type { Kem } from './kem.ts'
import { mlKem1024 } from './mlkemHpke.ts'
import { hpkeSealing } from './sealing.ts'
import { SUITE, type Suite, type SuiteName } from './suite.ts'
import { cachedVerifiers } from './verifierCache.ts'
import { xwing } from './xwing.ts'

interface Recipe {
  readonly hash: 'sha256' | 'sha384'
  readonly signature: SignatureName
  readonly kem: (primitives: Primitives) => Kem
  /** Public keys kept parsed: a circle's devices, within 10 MB (parsed, an ML-DSA-87 key takes 38 kB, an Ed25519 key 2 kB). */
  readonly verifiers: number
}

const RECIPE: Readonly<Record<SuiteName, Recipe>> = {
  hybrid: { hash: 'sha256', signature: 'ed25519', kem: xwing, verifiers: 2_048 },
  cnsa: { hash: 'sha384', signature: 'ml-dsa-87', kem: mlKem1024, verifiers: 256 },
  p384: {
    hash: 'sha384',
    signature: 'ecdsa-p384',
    kem: (primitives) => dhkem(primitives, 'p384'),
    verifiers: 2_048,
  },
}

/** Everything here follows from Random alone, which ML-KEM's encapsulation in OpenSSL does not. */
const SIMULATION: Recipe = {
  hash: 'sha256',
  signature: 'ed25519',
  kem: (primitives) => dhkem(primitives, 'x25519'),
  verifiers: 2_048,
}

/** IANA's HPKE KDF identifiers: HKDF-SHA256, HKDF-SHA384 (RFC 9180 §7.2). */
const KDF_ID = { sha256: 0x0001, sha384: 0x0002 } as const satisfies Partial<Record<HashName, number>>

/** Whether a name, say from a membership log, is that of a suite that circles may have. */
export function isSuiteName(name: string): name is SuiteName {
  return Object.hasOwn(SUITE, name)
}

/** The suite of that name. @throws CallerFault 'suite-unknown'; Unavailable 'primitive-missing' */
export function createSuite(name: SuiteName, primitives: Primitives): Suite {
  if (!isSuiteName(name)) {
    throw new CallerFault('suite-unknown', {
      message: 'There is no such suite.',
      remedy: `Choose one of ${Object.keys(SUITE).join(', ')}.`,
    })
  }
  return assemble(name, RECIPE[name], primitives)
}

/** For simulations only: seeded randomness replays it whole. Its name is no SuiteName, so no circle can choose it. */
export function createSimulationSuite(primitives: Primitives): Suite {
  return assemble('simulation', SIMULATION, primitives)
}

function assemble(name: string, recipe: Recipe, primitives: Primitives): Suite {
  const { hash } = recipe
  const hkdf = createHkdf(primitives, hash)
  const signature = primitives.signature(recipe.signature)
  const aead = aes256Gcm(primitives)
  return {
    name,
    hashBytes: hkdf.hashBytes,
    hash: (data) => primitives.hash(hash, data),
    hmac: (key, data) => primitives.hmac(hash, key, data),
    hkdf: (secret, salt, info, length) => hkdf.expand(hkdf.extract(salt, secret), info, length),
    expand: (key, info, length) => hkdf.expand(key, info, length),
    aeadSeal: aead.seal,
    aeadOpen: aead.open,
    equal: (a, b) => primitives.equal(a, b),
    signing: {
      generate: (random) => signature.generate(random),
      fromPkcs8: (pkcs8) => signature.fromPkcs8(pkcs8),
      verifier: cachedVerifiers((spki) => signature.verifier(spki), recipe.verifiers),
    },
    sealing: hpkeSealing({
      kem: recipe.kem(primitives),
      kdf: { id: KDF_ID[hash], hkdf },
      aead,
    }),
  }
}

/** As RFC 9180 §7.3 numbers it. */
function aes256Gcm(primitives: Primitives): Aead {
  return {
    id: 0x0002,
    keyBytes: 32,
    nonceBytes: 12,
    seal: (key, nonce, aad, plaintext) => primitives.aeadSeal(key, nonce, aad, plaintext),
    open: (key, nonce, aad, sealed) => primitives.aeadOpen(key, nonce, aad, sealed),
  }
}

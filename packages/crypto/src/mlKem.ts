/** ML-KEM (FIPS 203) on raw encapsulation keys and 64-byte seeds d||z. */
import { createPrivateKey, createPublicKey, decapsulate, encapsulate, type KeyObject } from 'node:crypto'
import { IntegrityFault, PeerFault, type MlKemName, type MlKemScheme } from '@triode/core'
import { plain } from './plain.ts'
import { requirePrimitive } from './requirePrimitive.ts'

/** d and z of FIPS 203 §7.1, 32 bytes each. */
const SEED_BYTES = 64
/** Of a ciphertext, FIPS 203 table 3. */
const CIPHERTEXT_BYTES = { 'ml-kem-768': 1088, 'ml-kem-1024': 1568 } as const

/** @throws Unavailable 'primitive-missing' */
export function mlKem(name: MlKemName): MlKemScheme {
  requirePrimitive(name, () => fromSeed(name, new Uint8Array(SEED_BYTES)))
  const publicKey = (seed: Uint8Array): Uint8Array =>
    plain(createPublicKey(fromSeed(name, seed)).export({ format: 'raw-public' }))
  return {
    generate(random) {
      const seed = random.bytes(SEED_BYTES)
      return { seed, publicKey: publicKey(seed) }
    },
    publicKey,
    encapsulate(to) {
      const { ciphertext, sharedKey } = encapsulate(encapsulationKey(name, to))
      return { ciphertext: plain(ciphertext), sharedSecret: plain(sharedKey) }
    },
    decapsulate(seed, ciphertext) {
      if (ciphertext.length !== CIPHERTEXT_BYTES[name]) throw new PeerFault('ciphertext-malformed')
      return plain(decapsulate(fromSeed(name, seed), ciphertext))
    },
  }
}

function fromSeed(name: MlKemName, seed: Uint8Array): KeyObject {
  if (seed.length !== SEED_BYTES) throw new IntegrityFault('key-malformed')
  return createPrivateKey({ key: seed, format: 'raw-seed', asymmetricKeyType: name })
}

/** OpenSSL makes the checks of FIPS 203 §7.2: length, and coefficients below q. */
function encapsulationKey(name: MlKemName, bytes: Uint8Array): KeyObject {
  try {
    return createPublicKey({ key: bytes, format: 'raw-public', asymmetricKeyType: name })
  } catch (cause) {
    throw new PeerFault('key-malformed', { message: 'A public sealing key is malformed.', cause })
  }
}

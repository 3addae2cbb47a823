/** ML-KEM-1024 as a KEM of HPKE (draft-ietf-hpke-pq §3): the KEM as it is, with the 64-byte seed d||z as private key. */
import type { Primitives } from '../ports/primitives.ts'
import type { Kem, KemKey } from './kem.ts'

/** Npk and Nenc are both 1568 (draft-ietf-hpke-pq, table of KEMs; FIPS 203 table 3). */
const BYTES = 1568

export function mlKem1024(primitives: Primitives): Kem {
  const mlKem = primitives.mlKem('ml-kem-1024')
  const keyOf = (seed: Uint8Array, publicKey: Uint8Array): KemKey => ({
    secret: seed,
    publicKey,
    decapsulate: (enc) => mlKem.decapsulate(seed, enc),
  })
  return {
    id: 0x0042,
    publicKeyBytes: BYTES,
    encBytes: BYTES,
    generate(random) {
      const { seed, publicKey } = mlKem.generate(random)
      return keyOf(seed, publicKey)
    },
    fromSecret: (secret) => keyOf(secret, mlKem.publicKey(secret)),
    encapsulate(to) {
      const { ciphertext, sharedSecret } = mlKem.encapsulate(to)
      return { enc: ciphertext, sharedSecret }
    },
  }
}

/** X-Wing (draft-connolly-cfrg-xwing-kem §5): X25519 and ML-KEM-768, safe while either of them is. */
import { concat } from '../bytes.ts'
import { IntegrityFault, PeerFault } from '../fault.ts'
import type { Primitives } from '../ports/primitives.ts'
import type { Kem, KemKey } from './kem.ts'
import { Secret } from './secret.ts'

/** Of the private key, a seed. */
const SEED_BYTES = 32
/** What SHAKE256 makes of the seed: d||z of ML-KEM, and the X25519 key. */
const ML_KEM_SEED_BYTES = 64
const EXPANDED_BYTES = 96
/** Of ML-KEM-768 (FIPS 203 table 3). */
const ML_KEM_PUBLIC_BYTES = 1184
const ML_KEM_CIPHERTEXT_BYTES = 1088
const X25519_BYTES = 32
const PUBLIC_BYTES = ML_KEM_PUBLIC_BYTES + X25519_BYTES
const ENC_BYTES = ML_KEM_CIPHERTEXT_BYTES + X25519_BYTES
/** XWingLabel, the last input of the combiner (§5.3): the six letters \.//^\ in ASCII. */
const XWING_LABEL = Uint8Array.of(0x5c, 0x2e, 0x2f, 0x2f, 0x5e, 0x5c)

export function xwing(primitives: Primitives): Kem {
  const mlKem = primitives.mlKem('ml-kem-768')
  const x25519 = primitives.dh('x25519')

  const combine = (mlKemSecret: Uint8Array, xSecret: Uint8Array, xEnc: Uint8Array, xPublic: Uint8Array) => {
    using input = Secret.take(concat(mlKemSecret, xSecret, xEnc, xPublic, XWING_LABEL))
    return primitives.hash('sha3-256', input.bytes)
  }

  const fromSecret = (secret: Uint8Array): KemKey => {
    if (secret.length !== SEED_BYTES) throw new IntegrityFault('key-malformed')
    const expanded = primitives.shake256(secret, EXPANDED_BYTES)
    const mlKemSeed = expanded.subarray(0, ML_KEM_SEED_BYTES)
    const xSecret = expanded.subarray(ML_KEM_SEED_BYTES)
    const xPublic = x25519.publicKey(xSecret)
    return {
      secret,
      publicKey: concat(mlKem.publicKey(mlKemSeed), xPublic),
      decapsulate(enc) {
        if (enc.length !== ENC_BYTES) throw new PeerFault('ciphertext-malformed')
        const xEnc = enc.subarray(ML_KEM_CIPHERTEXT_BYTES)
        using xShared = Secret.take(x25519.agree(xSecret, xEnc))
        using mlKemShared = Secret.take(
          mlKem.decapsulate(mlKemSeed, enc.subarray(0, ML_KEM_CIPHERTEXT_BYTES)),
        )
        return combine(mlKemShared.bytes, xShared.bytes, xEnc, xPublic)
      },
    }
  }

  return {
    id: 0x647a,
    publicKeyBytes: PUBLIC_BYTES,
    encBytes: ENC_BYTES,
    generate: (random) => fromSecret(random.bytes(SEED_BYTES)),
    fromSecret,
    encapsulate(to, random) {
      if (to.length !== PUBLIC_BYTES) throw new PeerFault('key-malformed')
      const xPublic = to.subarray(ML_KEM_PUBLIC_BYTES)
      const { privateKey, publicKey: xEnc } = x25519.generate(random)
      using ephemeral = Secret.take(privateKey)
      using xShared = Secret.take(x25519.agree(ephemeral.bytes, xPublic))
      const { ciphertext, sharedSecret } = mlKem.encapsulate(to.subarray(0, ML_KEM_PUBLIC_BYTES))
      using mlKemShared = Secret.take(sharedSecret)
      return {
        enc: concat(ciphertext, xEnc),
        sharedSecret: combine(mlKemShared.bytes, xShared.bytes, xEnc, xPublic),
      }
    },
  }
}

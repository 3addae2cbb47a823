/** DHKEM (RFC 9180 §4.1): Diffie-Hellman as a KEM. */
import { concat, utf8 } from '../bytes.ts'
import type { DhName, HashName, Primitives } from '../ports/primitives.ts'
import { createHkdf } from './hkdf.ts'
import type { Kem, KemKey } from './kem.ts'
import { labeledKdf, u16 } from './labeledKdf.ts'
import { Secret } from './secret.ts'

interface Parameters {
  readonly id: number
  readonly hash: HashName
  /** Npk and Nenc, which are equal here. */
  readonly publicKeyBytes: number
  /** Nsecret. */
  readonly secretBytes: number
}

/** RFC 9180 §7.1. */
const PARAMETERS: Readonly<Record<DhName, Parameters>> = {
  x25519: { id: 0x0020, hash: 'sha256', publicKeyBytes: 32, secretBytes: 32 },
  p384: { id: 0x0011, hash: 'sha384', publicKeyBytes: 97, secretBytes: 48 },
}

const EMPTY = new Uint8Array(0)

/** DHKEM(X25519, HKDF-SHA256) or DHKEM(P-384, HKDF-SHA384). */
export function dhkem(primitives: Primitives, name: DhName): Kem {
  const { id, hash, publicKeyBytes, secretBytes } = PARAMETERS[name]
  const dh = primitives.dh(name)
  const kdf = labeledKdf(createHkdf(primitives, hash), concat(utf8('KEM'), u16(id)))

  const agree = (secret: Uint8Array, theirs: Uint8Array, context: Uint8Array): Uint8Array => {
    using shared = Secret.take(dh.agree(secret, theirs))
    using key = Secret.take(kdf.extract(EMPTY, 'eae_prk', shared.bytes))
    return kdf.expand(key.bytes, 'shared_secret', context, secretBytes)
  }

  const keyOf = (secret: Uint8Array, publicKey: Uint8Array): KemKey => ({
    secret,
    publicKey,
    decapsulate: (enc) => agree(secret, enc, concat(enc, publicKey)),
  })

  return {
    id,
    publicKeyBytes,
    encBytes: publicKeyBytes,
    generate(random) {
      const { privateKey, publicKey } = dh.generate(random)
      return keyOf(privateKey, publicKey)
    },
    fromSecret: (secret) => keyOf(secret, dh.publicKey(secret)),
    encapsulate(to, random) {
      const { privateKey, publicKey: enc } = dh.generate(random)
      using ephemeral = Secret.take(privateKey)
      return { enc, sharedSecret: agree(ephemeral.bytes, to, concat(enc, to)) }
    },
  }
}

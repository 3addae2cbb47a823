/** Signatures: Ed25519 (RFC 8032), ECDSA on P-384 with SHA-384 (FIPS 186-5), ML-DSA-87 (FIPS 204, empty context). */
import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import {
  equalBytes,
  IntegrityFault,
  PeerFault,
  type Random,
  type SignatureName,
  type SignatureScheme,
  type SigningKey,
  type Verifier,
} from '@triode/core'
import { p384PrivateKey, randomScalar } from './p384.ts'
import { plain } from './plain.ts'
import { requirePrimitive } from './requirePrimitive.ts'

/** Bytes of the seed of an Ed25519 key (RFC 8032 §5.1.5) and of an ML-DSA key (FIPS 204 §6.1). */
const SEED_BYTES = 32

interface Algorithm {
  /** node:crypto's name of the key type. */
  readonly keyType: 'ed25519' | 'ec' | 'ml-dsa-87'
  /** Prehash, where the scheme has one outside itself. */
  readonly digest: 'sha384' | null
  /** Of a signature; ECDSA's is r||s (IEEE P1363), so that every scheme has one length and one encoding. */
  readonly signatureBytes: number
  /** Of a public key as SPKI DER in its one accepted form. */
  readonly spkiBytes: number
  generate(random: Random): KeyObject
}

const ALGORITHM: Readonly<Record<SignatureName, Algorithm>> = {
  ed25519: {
    keyType: 'ed25519',
    digest: null,
    signatureBytes: 64,
    spkiBytes: 44,
    generate: (random) =>
      createPrivateKey({
        key: random.bytes(SEED_BYTES),
        format: 'raw-private',
        asymmetricKeyType: 'ed25519',
      }),
  },
  'ecdsa-p384': {
    keyType: 'ec',
    digest: 'sha384',
    signatureBytes: 96,
    spkiBytes: 120,
    generate: (random) => p384PrivateKey(randomScalar(random)),
  },
  'ml-dsa-87': {
    keyType: 'ml-dsa-87',
    digest: null,
    signatureBytes: 4627,
    spkiBytes: 2614,
    generate: (random) =>
      createPrivateKey({ key: random.bytes(SEED_BYTES), format: 'raw-seed', asymmetricKeyType: 'ml-dsa-87' }),
  },
}

/** @throws Unavailable 'primitive-missing' */
export function signatureScheme(name: SignatureName): SignatureScheme {
  const algorithm = ALGORITHM[name]
  requirePrimitive(name, () => algorithm.generate({ bytes: (count) => new Uint8Array(count).fill(1) }))
  return {
    generate: (random) => signingKey(algorithm, algorithm.generate(random)),
    fromPkcs8: (pkcs8) => signingKey(algorithm, importPkcs8(algorithm, pkcs8)),
    verifier: (spki) => verifier(algorithm, importSpki(algorithm, spki)),
  }
}

function signingKey(algorithm: Algorithm, key: KeyObject): SigningKey {
  return {
    publicKey: plain(createPublicKey(key).export({ format: 'der', type: 'spki' })),
    sign: (message) => plain(sign(algorithm.digest, message, { key, dsaEncoding: 'ieee-p1363' })),
    exportPkcs8: () => plain(key.export({ format: 'der', type: 'pkcs8' })),
  }
}

function verifier(algorithm: Algorithm, key: KeyObject): Verifier {
  return {
    verify: (message, signature) =>
      signature.length === algorithm.signatureBytes &&
      verify(algorithm.digest, message, { key, dsaEncoding: 'ieee-p1363' }, signature),
  }
}

function importPkcs8(algorithm: Algorithm, pkcs8: Uint8Array): KeyObject {
  try {
    const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })
    checkType(algorithm, key)
    return key
  } catch (cause) {
    throw new IntegrityFault('key-malformed', { message: 'A stored signing key is malformed.', cause })
  }
}

/** Ids are hashes of the SPKI: one key must have one encoding, so what is not exactly OpenSSL's own is refused. */
function importSpki(algorithm: Algorithm, spki: Uint8Array): KeyObject {
  try {
    if (spki.length !== algorithm.spkiBytes) throw new RangeError('SPKI of a wrong length')
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
    checkType(algorithm, key)
    if (!equalBytes(key.export({ format: 'der', type: 'spki' }), spki))
      throw new RangeError('SPKI not canonical')
    return key
  } catch (cause) {
    throw new PeerFault('key-malformed', { message: 'A public signing key is malformed.', cause })
  }
}

function checkType(algorithm: Algorithm, key: KeyObject): void {
  const curve = key.asymmetricKeyDetails?.namedCurve
  if (key.asymmetricKeyType !== algorithm.keyType || (curve !== undefined && curve !== 'secp384r1')) {
    throw new RangeError('key of a foreign type')
  }
}

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
  /** What a public key's SPKI DER begins with, and how long it is: its one accepted form. */
  readonly spkiPrefix: Uint8Array
  readonly spkiBytes: number
  generate(random: Random): KeyObject
}

const ALGORITHM: Readonly<Record<SignatureName, Algorithm>> = {
  ed25519: {
    keyType: 'ed25519',
    digest: null,
    signatureBytes: 64,
    spkiPrefix: Uint8Array.fromHex('302a300506032b6570032100'),
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
    spkiPrefix: Uint8Array.fromHex('3076301006072a8648ce3d020106052b8104002203620004'),
    spkiBytes: 120,
    generate: (random) => p384PrivateKey(randomScalar(random)),
  },
  'ml-dsa-87': {
    keyType: 'ml-dsa-87',
    digest: null,
    signatureBytes: 4627,
    spkiPrefix: Uint8Array.fromHex('30820a32300b060960864801650304031303820a2100'),
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
    const curve = key.asymmetricKeyDetails?.namedCurve
    if (key.asymmetricKeyType !== algorithm.keyType || (curve !== undefined && curve !== 'secp384r1')) {
      throw new RangeError('key of a foreign type')
    }
    return key
  } catch (cause) {
    throw new IntegrityFault('key-malformed', { message: 'A stored signing key is malformed.', cause })
  }
}

/** Ids are hashes of the SPKI, so one key must have one encoding: other lengths, headers and forms are refused. */
function importSpki(algorithm: Algorithm, spki: Uint8Array): KeyObject {
  const { spkiPrefix, spkiBytes } = algorithm
  try {
    if (spki.length !== spkiBytes || !equalBytes(spki.subarray(0, spkiPrefix.length), spkiPrefix)) {
      throw new RangeError('not an SPKI of this algorithm')
    }
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  } catch (cause) {
    throw new PeerFault('key-malformed', { message: 'A public signing key is malformed.', cause })
  }
}

/** Diffie-Hellman on raw keys: X25519 (RFC 7748) and P-384 (SP 800-56A §5.7.1.2). */
import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto'
import { IntegrityFault, PeerFault, type DhScheme } from '@triode/core'
import { p384PrivateKey, randomScalar } from './p384.ts'
import { plain } from './plain.ts'

/** Bytes of an X25519 key, private or public. */
const X25519_BYTES = 32
/** Bytes of a P-384 point in its one accepted form: 0x04, x, y (SEC 1 §2.3.3, uncompressed). */
const P384_POINT_BYTES = 97
const UNCOMPRESSED = 0x04

export const x25519: DhScheme = {
  generate(random) {
    const privateKey = random.bytes(X25519_BYTES)
    return { privateKey, publicKey: x25519.publicKey(privateKey) }
  },
  publicKey: (privateKey) => rawPublic(x25519PrivateKey(privateKey)),
  agree: (privateKey, publicKey) =>
    agree(x25519PrivateKey(privateKey), () =>
      createPublicKey({ key: publicKey, format: 'raw-public', asymmetricKeyType: 'x25519' }),
    ),
}

export const p384: DhScheme = {
  generate(random) {
    const privateKey = randomScalar(random)
    return { privateKey, publicKey: p384.publicKey(privateKey) }
  },
  publicKey: (privateKey) => rawPublic(p384PrivateKey(privateKey)),
  agree: (privateKey, publicKey) => agree(p384PrivateKey(privateKey), () => p384PublicKey(publicKey)),
}

/** OpenSSL refuses points off the curve at import and an all-zero X25519 result (RFC 7748 §6.1) at agreement. */
function agree(privateKey: KeyObject, importPublic: () => KeyObject): Uint8Array {
  try {
    return plain(diffieHellman({ privateKey, publicKey: importPublic() }))
  } catch (cause) {
    throw new PeerFault('key-malformed', { message: 'A public key is not usable for key agreement.', cause })
  }
}

function x25519PrivateKey(privateKey: Uint8Array): KeyObject {
  if (privateKey.length !== X25519_BYTES) throw new IntegrityFault('key-malformed')
  return createPrivateKey({ key: privateKey, format: 'raw-private', asymmetricKeyType: 'x25519' })
}

function p384PublicKey(point: Uint8Array): KeyObject {
  if (point.length !== P384_POINT_BYTES || point[0] !== UNCOMPRESSED)
    throw new RangeError('not a P-384 point')
  return createPublicKey({ key: point, format: 'raw-public', asymmetricKeyType: 'ec', namedCurve: 'P-384' })
}

function rawPublic(privateKey: KeyObject): Uint8Array {
  return plain(createPublicKey(privateKey).export({ format: 'raw-public' }))
}

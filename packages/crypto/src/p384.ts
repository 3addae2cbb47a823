/** Private scalars of P-384 (FIPS 186-5, A.2.2): 48 bytes, big-endian, in 1..n-1. */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { compareBytes, IntegrityFault, type Random } from '@triode/core'

const SCALAR_BYTES = 48

/** n, the order of the group (SP 800-186 §3.2.1.4). */
const ORDER = Uint8Array.fromHex(
  'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
)

/** A uniform scalar: candidates out of range (one in 2^190) are drawn again. */
export function randomScalar(random: Random): Uint8Array {
  for (;;) {
    const candidate = random.bytes(SCALAR_BYTES)
    if (isScalar(candidate)) return candidate
  }
}

/** @throws IntegrityFault 'key-malformed' on a scalar out of range, which OpenSSL would take */
export function p384PrivateKey(scalar: Uint8Array): KeyObject {
  if (!isScalar(scalar)) throw new IntegrityFault('key-malformed')
  return createPrivateKey({
    key: scalar,
    format: 'raw-private',
    asymmetricKeyType: 'ec',
    namedCurve: 'P-384',
  })
}

function isScalar(bytes: Uint8Array): boolean {
  return bytes.length === SCALAR_BYTES && bytes.some((byte) => byte !== 0) && compareBytes(bytes, ORDER) < 0
}

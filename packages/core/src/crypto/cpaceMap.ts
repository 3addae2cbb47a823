/**
 * Elligator 2 onto Curve25519 (RFC 9380 §6.7.1 with the constants of §8.5: J = 486662, Z = 2), u-coordinate only: the one
 * piece of field arithmetic that OpenSSL does not offer, and all of it that CPace's generator needs. BigInt does not run
 * in constant time: who calls this bounds how often it runs on one secret (ADR 11).
 */

const P = 2n ** 255n - 19n
const J = 486_662n
const Z = 2n

/** Bytes of a field element, little-endian. */
const FIELD_BYTES = 32

/** The u-coordinate, 32 bytes little-endian, of the point that the field element in `bytes` (32, top bit ignored) maps to. */
export function elligator2(bytes: Uint8Array): Uint8Array {
  const element = fromLittleEndian(bytes)
  // 1 + Z * r^2 is never 0, because -1/Z is not a square.
  const x1 = mod(-J * power(1n + Z * element * element, P - 2n))
  const isSquare = power(curve(x1), (P - 1n) / 2n) !== P - 1n
  return toLittleEndian(isSquare ? x1 : mod(-x1 - J))
}

/** v^2 of the curve at u. */
function curve(u: bigint): bigint {
  return mod(((u + J) * u + 1n) * u)
}

function mod(value: bigint): bigint {
  const rest = value % P
  return rest < 0n ? rest + P : rest
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = mod(base)
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % P
    square = (square * square) % P
  }
  return result
}

/** As RFC 7748 §5 reads a u-coordinate: the top bit is masked. */
function fromLittleEndian(bytes: Uint8Array): bigint {
  if (bytes.length !== FIELD_BYTES) throw new RangeError('a field element has 32 bytes')
  return mod(BigInt(`0x${bytes.toReversed().toHex()}`) & (2n ** 255n - 1n))
}

function toLittleEndian(value: bigint): Uint8Array {
  return Uint8Array.fromHex(value.toString(16).padStart(2 * FIELD_BYTES, '0')).toReversed()
}

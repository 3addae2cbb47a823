/**
 * The cryptographic module (spec §3): every primitive Triode uses, synchronous, from one validated-replaceable
 * implementation. Triode's own code composes published schemes from these and invents none.
 */
import type { Random } from './random.ts'

export type HashName = 'sha256' | 'sha384' | 'sha512' | 'sha3-256'
export type SignatureName = 'ed25519' | 'ecdsa-p384' | 'ml-dsa-87'
export type DhName = 'x25519' | 'p384'
export type MlKemName = 'ml-kem-768' | 'ml-kem-1024'

export interface Primitives {
  hash(name: HashName, data: Uint8Array): Uint8Array
  /** SHAKE256 of `data`, `length` bytes (FIPS 202). */
  shake256(data: Uint8Array, length: number): Uint8Array
  hmac(name: HashName, key: Uint8Array, data: Uint8Array): Uint8Array
  /**
   * AES-256-GCM (SP 800-38D): ciphertext followed by its 16-byte tag. `key` 32 bytes, `nonce` 12 bytes.
   * @param out where that is written, if it is given: 16 bytes longer than `plaintext`, and not the same memory
   */
  aeadSeal(
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    plaintext: Uint8Array,
    out?: Uint8Array,
  ): Uint8Array
  /**
   * @param out where the plaintext is written, if it is given: 16 bytes shorter than `sealed`, and not the same memory
   * @returns the plaintext, or undefined when the tag does not hold; then `out` is zeros
   */
  aeadOpen(
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    sealed: Uint8Array,
    out?: Uint8Array,
  ): Uint8Array | undefined
  /** Constant-time comparison; false on different lengths. */
  equal(a: Uint8Array, b: Uint8Array): boolean
  signature(name: SignatureName): SignatureScheme
  dh(name: DhName): DhScheme
  mlKem(name: MlKemName): MlKemScheme
}

export interface SignatureScheme {
  generate(random: Random): SigningKey
  /** @throws IntegrityFault 'key-malformed' */
  fromPkcs8(pkcs8: Uint8Array): SigningKey
  /** @throws PeerFault 'key-malformed' */
  verifier(spki: Uint8Array): Verifier
}

export interface SigningKey {
  /** SPKI DER. */
  readonly publicKey: Uint8Array
  sign(message: Uint8Array): Uint8Array
  /** PKCS #8 DER: a secret. */
  exportPkcs8(): Uint8Array
}

export interface Verifier {
  verify(message: Uint8Array, signature: Uint8Array): boolean
}

/** Diffie-Hellman on raw keys: X25519 (RFC 7748), 32 bytes; P-384, uncompressed points of 97 bytes, scalars of 48. */
export interface DhScheme {
  generate(random: Random): { publicKey: Uint8Array; privateKey: Uint8Array }
  publicKey(privateKey: Uint8Array): Uint8Array
  /** @throws PeerFault 'key-malformed' on an invalid or low-order public key */
  agree(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array
}

/** ML-KEM (FIPS 203) on raw encapsulation keys and 64-byte seeds d||z. */
export interface MlKemScheme {
  generate(random: Random): { publicKey: Uint8Array; seed: Uint8Array }
  publicKey(seed: Uint8Array): Uint8Array
  /** @throws PeerFault 'key-malformed' */
  encapsulate(publicKey: Uint8Array): { ciphertext: Uint8Array; sharedSecret: Uint8Array }
  /** @throws PeerFault 'ciphertext-malformed' on a wrong length */
  decapsulate(seed: Uint8Array, ciphertext: Uint8Array): Uint8Array
}

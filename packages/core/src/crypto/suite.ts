/** A circle's suite (spec §3.1): picked once at creation, never negotiated. */
import type { Random } from '../ports/random.ts'
import type { SigningKey, Verifier } from '../ports/primitives.ts'

export const SUITE = { hybrid: 'hybrid', cnsa: 'cnsa', p384: 'p384' } as const
export type SuiteName = (typeof SUITE)[keyof typeof SUITE]

export interface Suite {
  /** One of SUITE; simulations bring their own, deterministic one. */
  readonly name: string
  readonly hashBytes: number
  hash(data: Uint8Array): Uint8Array
  hmac(key: Uint8Array, data: Uint8Array): Uint8Array
  /** HKDF-Extract and -Expand (RFC 5869) with the suite's hash; `info` starts with a label of spec §3.4. */
  hkdf(secret: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array
  /** HKDF-Expand alone, for a secret that is already uniform. */
  expand(key: Uint8Array, info: Uint8Array, length: number): Uint8Array
  aeadSeal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array
  aeadOpen(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined
  /** Constant-time. */
  equal(a: Uint8Array, b: Uint8Array): boolean
  readonly signing: {
    generate(random: Random): SigningKey
    fromPkcs8(pkcs8: Uint8Array): SigningKey
    /** Cached by key. @throws PeerFault 'key-malformed' */
    verifier(spki: Uint8Array): Verifier
  }
  readonly sealing: Sealing
}

/** HPKE, RFC 9180, base mode, single shot, with the suite's KEM, HKDF and AES-256-GCM. */
export interface Sealing {
  readonly publicKeyBytes: number
  readonly encBytes: number
  generate(random: Random): SealingKey
  /** `secret` as given by SealingKey.secret. */
  fromSecret(secret: Uint8Array): SealingKey
  /** @throws PeerFault 'key-malformed' */
  seal(
    to: Uint8Array,
    info: Uint8Array,
    aad: Uint8Array,
    plaintext: Uint8Array,
    random: Random,
  ): { enc: Uint8Array; ciphertext: Uint8Array }
}

export interface SealingKey {
  readonly publicKey: Uint8Array
  /** The private key's canonical bytes: a secret. */
  readonly secret: Uint8Array
  /** @returns the plaintext, or undefined when it was not sealed to this key with this info and aad */
  open(enc: Uint8Array, info: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined
}

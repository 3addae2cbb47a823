/** A key encapsulation mechanism as HPKE uses it (RFC 9180 §4). */
import type { Random } from '../ports/random.ts'

export interface Kem {
  /** IANA's HPKE KEM identifier. */
  readonly id: number
  /** Npk: bytes of a public key. */
  readonly publicKeyBytes: number
  /** Nenc: bytes of an encapsulated key. */
  readonly encBytes: number
  generate(random: Random): KemKey
  /** @throws IntegrityFault 'key-malformed' */
  fromSecret(secret: Uint8Array): KemKey
  /** @throws PeerFault 'key-malformed' */
  encapsulate(to: Uint8Array, random: Random): { enc: Uint8Array; sharedSecret: Uint8Array }
}

export interface KemKey {
  readonly publicKey: Uint8Array
  /** The private key's canonical bytes: a secret. */
  readonly secret: Uint8Array
  /** @throws PeerFault 'key-malformed' | 'ciphertext-malformed' */
  decapsulate(enc: Uint8Array): Uint8Array
}

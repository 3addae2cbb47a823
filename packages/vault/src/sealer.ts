/** Seals with a random 96-bit nonce put in front: nonce (12) ‖ ciphertext ‖ tag (16) (spec §12.3). */
import type { Primitives, Random } from '@triode/core'
import { NONCES_PER_DRAW } from './tuning.ts'
import { NONCE_BYTES, TAG_BYTES } from './spec.ts'

export class Sealer {
  private readonly primitives: Primitives
  private readonly random: Random
  private nonces = new Uint8Array(0)
  private at = 0

  constructor(primitives: Primitives, random: Random) {
    this.primitives = primitives
    this.random = random
  }

  seal(key: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array {
    const nonce = this.nonce()
    const sealed = this.primitives.aeadSeal(key, nonce, aad, plaintext)
    const out = new Uint8Array(NONCE_BYTES + sealed.length)
    out.set(nonce)
    out.set(sealed, NONCE_BYTES)
    return out
  }

  /** @returns the plaintext, or undefined when `sealed` was not made with this key and `aad` */
  open(key: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined
    return this.primitives.aeadOpen(key, sealed.subarray(0, NONCE_BYTES), aad, sealed.subarray(NONCE_BYTES))
  }

  private nonce(): Uint8Array {
    if (this.at === this.nonces.length) {
      this.nonces = new Uint8Array(this.random.bytes(NONCE_BYTES * NONCES_PER_DRAW))
      this.at = 0
    }
    const nonce = this.nonces.subarray(this.at, this.at + NONCE_BYTES)
    this.at += NONCE_BYTES
    return nonce
  }
}

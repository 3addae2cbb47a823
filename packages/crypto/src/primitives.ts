/** The cryptographic module (spec §3.2): OpenSSL, through the synchronous part of node:crypto. */
import type { Primitives } from '@triode/core'
import { aeadOpen, aeadSeal } from './aead.ts'
import { p384, x25519 } from './dh.ts'
import { equal, hash, hmac, shake256 } from './hash.ts'
import { mlKem } from './mlKem.ts'
import { signatureScheme } from './signature.ts'

/**
 * Every primitive of the port, from the OpenSSL that Node carries. Stateless: any number may exist.
 * Asking it for a primitive that this OpenSSL lacks throws Unavailable 'primitive-missing'.
 */
export function nodePrimitives(): Primitives {
  return {
    hash,
    shake256,
    hmac,
    aeadSeal,
    aeadOpen,
    equal,
    signature: signatureScheme,
    dh: (name) => (name === 'x25519' ? x25519 : p384),
    mlKem,
  }
}

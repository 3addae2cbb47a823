import type { Primitives } from '@triode/core'
import { concat, utf8 } from '@triode/core'

const ONE = Uint8Array.of(1)

/** HKDF-Expand (RFC 5869 §2.3) with SHA-256, one block: 32 bytes for `label` from a uniform `secret`. */
export function deriveKey(primitives: Primitives, secret: Uint8Array, label: string): Uint8Array {
  return primitives.hmac('sha256', secret, concat(utf8(label), ONE))
}

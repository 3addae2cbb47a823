/** The primitives of bulk data, for threads that load nothing else (spec §3.2). */
import type { Primitives } from '@triode/core'
import { aeadOpen, aeadSeal } from './aead.ts'
import { hash } from './hash.ts'

/** Those of `nodePrimitives` that seal, open and hash. */
export function bulkPrimitives(): Pick<Primitives, 'hash' | 'aeadSeal' | 'aeadOpen'> {
  return { hash, aeadSeal, aeadOpen }
}

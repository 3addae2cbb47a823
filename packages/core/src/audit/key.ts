/** The key that signs exports (spec §14.6): made with the vault and anew at each restore, so that no two devices share one. */
import { base32 } from '../base32.ts'
import type { Primitives, SigningKey } from '../ports/primitives.ts'
import type { Random } from '../ports/random.ts'
import type { Store } from '../ports/store.ts'
import { AUDIT_STORE } from './auditLog.ts'

const PREFIX = 'key/'

export interface AuditKeyContext {
  readonly store: Store
  readonly primitives: Primitives
  readonly random: Random
  /** Of the vault: new at creation and at each restore. */
  readonly incarnation: Uint8Array
}

/** The key of this life of the vault, if it was made already. */
export function findAuditKey({ store, primitives, incarnation }: AuditKeyContext): SigningKey | undefined {
  const known = store.map(AUDIT_STORE.state).get(PREFIX + base32(incarnation))
  return known && primitives.signature('ed25519').fromPkcs8(known)
}

/** The key of this life of the vault; made when there is none, and those of earlier lives erased. */
export function openAuditKey(context: AuditKeyContext): SigningKey {
  const { store, primitives, random, incarnation } = context
  const found = findAuditKey(context)
  if (found !== undefined) return found
  const records = store.map(AUDIT_STORE.state)
  const own = PREFIX + base32(incarnation)
  const key = primitives.signature('ed25519').generate(random)
  store.transaction(() => {
    for (const [name] of records.entries()) if (name.startsWith(PREFIX)) records.delete(name)
    records.set(own, key.exportPkcs8())
  })
  return key
}

/** How a public key is named in records and to people. */
export function auditKeyId(primitives: Pick<Primitives, 'hash'>, publicKey: Uint8Array): string {
  return base32(primitives.hash('sha256', publicKey))
}

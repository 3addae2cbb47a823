/** Faults of the vault and of the core under the codes that faces are promised. */
import { CallerFault, Fault, IntegrityFault, Unavailable } from '@triode/core'

export const RENAMED: Readonly<Record<string, string>> = {
  'passphrase-wrong': 'wrong-passphrase',
  'passphrase-empty': 'passphrase-weak',
  'too-many-attempts': 'passphrase-delayed',
  'vault-in-use': 'home-in-use',
  'store-damaged': 'vault-damaged',
  'record-damaged': 'vault-damaged',
  'store-locked': 'locked',
  'message-id-malformed': 'not-found',
  'invitation-unknown': 'not-found',
  // Rules of the membership log (spec §5.5).
  'role-may-do-this': 'not-allowed',
  'signer-is-member': 'not-allowed',
  'author-may-change-room': 'not-allowed',
}

const CLASSES: Readonly<Record<string, typeof CallerFault>> = {
  'passphrase-delayed': CallerFault,
  locked: CallerFault,
}

export function mapVaultFault(fault: unknown): unknown {
  if (!(fault instanceof Fault)) return fault
  const code = RENAMED[fault.code]
  if (code === undefined) return fault
  const detail = {
    message: fault.message,
    // Under one code there are several then, which `of` tells apart.
    details: { of: fault.code, ...fault.details },
    cause: fault,
    ...(fault.remedy !== undefined && { remedy: fault.remedy }),
  }
  const Class = CLASSES[code] ?? classOf(fault)
  return new Class(code, detail)
}

function classOf(fault: Fault): typeof CallerFault {
  if (fault instanceof IntegrityFault) return IntegrityFault
  return fault instanceof Unavailable ? Unavailable : CallerFault
}

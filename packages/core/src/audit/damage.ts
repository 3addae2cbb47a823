/** What can be wrong with an audit log, each with its sentence. */
import { IntegrityFault } from '../fault.ts'

export const AUDIT_DAMAGE = {
  'head-missing': 'the record of its head is missing or unreadable',
  'record-missing': 'a record is missing',
  'record-changed': 'a record was changed, moved or replaced',
  'record-unexpected': 'there is a record where none may be',
  'head-differs': 'the chain does not come to the hash of its head',
  'checkpoint-differs': 'the oldest records are missing, and no pruning says so',
  'log-broken': 'the log was found missing or damaged at an unlock, and begun anew here',
  'set-back': 'it does not hold the head that was noted: it was set back or replaced',
  'line-malformed': 'a line of the export is malformed',
  'file-cut': 'the export ends early',
  'signature-invalid': 'the signature of the export does not hold',
} as const
export type AuditDamage = keyof typeof AUDIT_DAMAGE

/** @param seq the first record for which it does not hold */
export function auditDamaged(seq: number, damage: AuditDamage, cause?: unknown): IntegrityFault {
  return new IntegrityFault('audit-damaged', {
    details: { seq, damage },
    message: `The audit log does not hold at record ${seq}: ${AUDIT_DAMAGE[damage]} (${damage}).`,
    remedy: 'Keep a copy of the home as it is, and find out who could write to it.',
    cause,
  })
}

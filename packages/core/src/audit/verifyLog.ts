/** Reads the whole log and follows its chain (spec §14.5). */
import { u64 } from '../bytes.ts'
import { CallerFault } from '../fault.ts'
import type { AuditLog, AuditState, StoredAuditRecord } from './auditLog.ts'
import { ChainCheck, type AuditVerified } from './chainCheck.ts'
import { auditDamaged } from './damage.ts'
import type { NotedHead } from './noted.ts'
import { AUDIT_BATCH } from './tuning.ts'

/**
 * Pauses after each batch, so that the caller can let others work. What is entered meanwhile is not looked at.
 * @throws IntegrityFault 'audit-damaged', naming the first bad place; CallerFault 'audit-head-pruned'
 */
export function* verifyAuditLog(log: AuditLog, noted?: NotedHead): Generator<undefined, AuditVerified> {
  const state = readState(log)
  const { head, base } = state
  if (noted !== undefined && noted.seq < base.seq) throw headPruned(base.seq)
  refuseStray(log, state)
  const check = new ChainCheck(log.sha256, base, noted)
  for (let seq = base.seq + 1; seq <= head.seq; seq++) {
    const row = readRow(log, seq)
    check.record(row.bytes)
    check.expect(row.hash)
    if (seq % AUDIT_BATCH === 0) yield
  }
  return check.end(head)
}

function readState(log: AuditLog): AuditState {
  try {
    return log.mustState()
  } catch (cause) {
    throw auditDamaged(1, 'head-missing', cause)
  }
}

/** Rows before the oldest or after the newest: a head that was put back, or pruned records that were. */
function refuseStray(log: AuditLog, { head, base }: AuditState): void {
  if (log.records.count({ to: u64(base.seq + 1) }) > 0) {
    throw brokenOr(log, base.seq + 1) ?? auditDamaged(base.seq, 'record-unexpected')
  }
  if (log.records.count({ from: u64(head.seq + 1) }) > 0)
    throw auditDamaged(head.seq + 1, 'record-unexpected')
}

/** Rows before a log that was begun anew are to be expected: what is wrong is what it says itself. */
function brokenOr(log: AuditLog, seq: number): ReturnType<typeof auditDamaged> | undefined {
  return log.read(seq).entry.event === 'log-broken' ? auditDamaged(seq, 'log-broken') : undefined
}

function readRow(log: AuditLog, seq: number): StoredAuditRecord {
  let row
  try {
    row = log.stored(seq)
  } catch (cause) {
    throw auditDamaged(seq, 'record-changed', cause)
  }
  if (row === undefined) throw auditDamaged(seq, 'record-missing')
  return row
}

function headPruned(seq: number): CallerFault {
  return new CallerFault('audit-head-pruned', {
    details: { seq },
    message: `The records up to ${seq} were pruned, so a head before that can not be compared.`,
    remedy: 'Compare with one that was noted later, or with an export of that time.',
  })
}

/** The audit log (spec §14). */
import type { AuditEvent, AuditOutcome } from '@triode/core'
import type { CircleRef } from './reference.ts'

export interface AuditService {
  /** The newest page, or the one before `before`; from new to old. @throws CallerFault 'limit-out-of-range' */
  audit(input: AuditInput): Promise<AuditPage>
  /**
   * Follows the chain of this device's log; with `file`, of an export, in whatever state the vault is.
   * @throws IntegrityFault 'audit-damaged', naming the first bad place
   * @throws CallerFault 'audit-head-malformed' | 'audit-head-pruned' | 'file-absent'
   */
  verifyAudit(input: VerifyAuditInput): Promise<AuditVerdict>
  /** Writes one JSON-lines file, mode 0600. @throws CallerFault 'file-exists' | 'file-refused' */
  exportAudit(input: ExportAuditInput): Promise<AuditExport>
}

export interface AuditInput {
  /** Only what concerns this circle. */
  readonly circle?: CircleRef
  /** 1 to 500. */
  readonly limit: number
  /** Only records before this number. */
  readonly before?: number
}

export interface AuditEntryView {
  /** Counts from 1, without gaps. */
  readonly seq: number
  /** By this device's clock as it was. */
  readonly at: number
  readonly event: AuditEvent
  /** What the event means, in words. */
  readonly means: string
  readonly outcome: AuditOutcome
  /** Ids, words and numbers, by name. */
  readonly fields: Readonly<Record<string, string | number>>
}

export interface AuditHeadView {
  /** `SEQ:HASH`, to note down. */
  readonly head: string
  /** The beginning of the hash, to read out. */
  readonly words: string[]
  /** SHA-256 of the key that signs exports, base32. */
  readonly key: string
}

export interface AuditPage extends AuditHeadView {
  readonly records: AuditEntryView[]
  /** There are older ones. */
  readonly more: boolean
}

export interface VerifyAuditInput {
  /** Absolute. Default: this device's own log. */
  readonly file?: string
  /** A head noted earlier, `SEQ:HASH`: the log has to hold it. */
  readonly head?: string
}

export interface AuditVerdict extends AuditHeadView {
  /** Number of the first record that is there; those before were pruned. */
  readonly from: number
  /** Records left out, of an export of one circle. */
  readonly redacted: number
}

export interface ExportAuditInput {
  /** Absolute. */
  readonly file: string
  /** Leaves out what concerns other circles. */
  readonly circle?: CircleRef
}

export interface AuditExport extends AuditHeadView {
  readonly file: string
}

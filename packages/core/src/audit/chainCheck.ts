/** Follows a chain of records and says where it first does not hold: the same for the store and for an export. */
import { base32 } from '../base32.ts'
import { equalBytes } from '../bytes.ts'
import { auditDamaged, type AuditDamage } from './damage.ts'
import { isNoted, type NotedHead } from './noted.ts'
import {
  auditChain,
  auditDigest,
  decodeAuditRecord,
  type AuditHead,
  type AuditRecord,
  type Sha256,
} from './record.ts'

export interface AuditVerified {
  /** Sequence number of the first record that is there. */
  readonly from: number
  readonly head: AuditHead
  /** Records left out, of an export of one circle. */
  readonly redacted: number
}

export class ChainCheck {
  private readonly sha256: Sha256
  private readonly base: AuditHead
  private readonly noted: NotedHead | undefined
  private at: AuditHead
  private redacted = 0
  /** The last statement of how far records were pruned. */
  private pruned: { seq: number; hash: string } | undefined

  /** @throws IntegrityFault 'audit-damaged' */
  constructor(sha256: Sha256, base: AuditHead, noted?: NotedHead) {
    this.sha256 = sha256
    this.base = base
    this.noted = noted
    this.at = base
    this.compareNoted()
  }

  /** The number that the next record must have. */
  get nextSeq(): number {
    return this.at.seq + 1
  }

  /** @throws IntegrityFault 'audit-damaged' */
  record(bytes: Uint8Array): AuditRecord {
    const record = this.decoded(bytes)
    if (record.seq !== this.nextSeq) throw this.damaged('record-changed')
    const { entry } = record
    if (entry.event === 'log-broken') throw this.damaged('log-broken')
    if (entry.event === 'log-pruned') this.pruned = entry
    this.advance(auditDigest(this.sha256, bytes))
    return record
  }

  /** A record that was left out. */
  digest(digest: Uint8Array): void {
    this.redacted++
    this.advance(digest)
  }

  /** The chain's hash has to be this one now. @throws IntegrityFault 'audit-damaged' */
  expect(hash: Uint8Array): void {
    if (!equalBytes(this.at.hash, hash)) throw this.damaged('record-changed', this.at.seq)
  }

  /** @throws IntegrityFault 'audit-damaged' */
  end(head: AuditHead): AuditVerified {
    if (this.at.seq !== head.seq || !equalBytes(this.at.hash, head.hash)) throw this.damaged('head-differs')
    if (!this.isBaseStated()) throw this.damaged('checkpoint-differs', this.base.seq + 1)
    if (this.noted !== undefined && this.noted.seq > this.at.seq) throw this.damaged('set-back')
    return { from: this.base.seq + 1, head, redacted: this.redacted }
  }

  private isBaseStated(): boolean {
    const { base, pruned } = this
    if (pruned === undefined) return base.seq === 0 && base.hash.every((byte) => byte === 0)
    return pruned.seq === base.seq && pruned.hash === base32(base.hash)
  }

  private advance(digest: Uint8Array): void {
    this.at = auditChain(this.sha256, this.at, digest)
    this.compareNoted()
  }

  private compareNoted(): void {
    const { noted, at } = this
    if (noted?.seq === at.seq && !isNoted(noted, at)) throw this.damaged('set-back', at.seq)
  }

  private decoded(bytes: Uint8Array): AuditRecord {
    try {
      return decodeAuditRecord(bytes)
    } catch (cause) {
      throw auditDamaged(this.nextSeq, 'record-changed', cause)
    }
  }

  private damaged(damage: AuditDamage, seq = this.nextSeq) {
    return auditDamaged(seq, damage)
  }
}

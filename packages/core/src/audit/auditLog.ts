/**
 * The audit log of a device (spec §14): records in the sealed store, each chained to all before it, and beside them the
 * head, written in the same transaction. Nothing is kept in memory, so a transaction that is undone leaves no trace.
 */
import { concat, equalBytes, readU64, u64 } from '../bytes.ts'
import { encodeValue } from '../codec/cbor.ts'
import { decodeRecord, type Reader } from '../codec/reader.ts'
import type { RecordMap, RecordSeries, Store } from '../ports/store.ts'
import type { Random } from '../ports/random.ts'
import { auditDamaged } from './damage.ts'
import type { AuditEntry } from './event.ts'
import {
  auditChain,
  auditDigest,
  AUDIT_START,
  decodeAuditRecord,
  encodeAuditRecord,
  type AuditHead,
  type AuditRecord,
  type Sha256,
} from './record.ts'
import { base32 } from '../base32.ts'
import { AUDIT_HASH_BYTES, AUDIT_RECORD_MAX_BYTES, AUDIT_SALT_BYTES, AUDIT_SEQ_MAX } from './spec.ts'
import { AUDIT_PRUNED_SHARE, AUDIT_RECORDS_KEPT } from './tuning.ts'

/** Names in the store. */
export const AUDIT_STORE = { records: 'audit/records', state: 'audit/state' } as const
/** The key of the head's record. */
const HEAD = 'head'
/** Deletions between two looks at whether anything is left. */
const STRAY_BATCH = 1_000
/** Two heads. */
const STATE_MAX_BYTES = 128

export interface AuditLogOptions {
  readonly store: Store
  readonly sha256: Sha256
  readonly random: Random
  /** How many records are kept at most; at least 10. */
  readonly maxRecords?: number
}

export interface AuditState {
  /** The last record. */
  readonly head: AuditHead
  /** The last one that was pruned; AUDIT_START when none was. */
  readonly base: AuditHead
}

/** A record as it lies in the store. */
export interface StoredAuditRecord {
  readonly bytes: Uint8Array
  /** The chain's hash after it. */
  readonly hash: Uint8Array
}

export type AuditCondition = 'absent' | 'sound' | 'broken'

export class AuditLog {
  readonly sha256: Sha256
  readonly records: RecordSeries
  private readonly map: RecordMap
  private readonly store: Store
  private readonly random: Random
  private readonly maxRecords: number

  constructor({ store, sha256, random, maxRecords = AUDIT_RECORDS_KEPT }: AuditLogOptions) {
    this.store = store
    this.sha256 = sha256
    this.random = random
    this.maxRecords = Math.max(10, maxRecords)
    this.records = store.series(AUDIT_STORE.records)
    this.map = store.map(AUDIT_STORE.state)
  }

  /** Whether the head fits the last record; what lies before it, only verifyAuditLog() tells. */
  condition(): AuditCondition {
    try {
      const state = this.state()
      const last = this.lastSeq()
      if (state === undefined) return last === 0 ? 'absent' : 'broken'
      if (last !== state.head.seq) return 'broken'
      const { hash } = this.stored(last) ?? {}
      return hash !== undefined && equalBytes(hash, state.head.hash) ? 'sound' : 'broken'
    } catch {
      return 'broken'
    }
  }

  /** Begins a log that is absent, or goes on after the last record of a broken one, and says so in a record for ever. */
  begin(at: number, broken: boolean): void {
    this.store.transaction(() => {
      const base = { seq: this.lastSeq(), hash: AUDIT_START.hash }
      this.put({ head: base, base })
      if (broken) this.append({ event: 'log-broken', seq: base.seq }, at)
    })
  }

  /**
   * Enters what happened. Durable on return, or with the enclosing transaction.
   * @param at milliseconds since 1970
   * @throws IntegrityFault 'audit-damaged' before begin(); Unavailable 'disk-full'
   */
  append(entry: AuditEntry, at: number): AuditHead {
    return this.store.transaction(() => {
      const state = this.mustState()
      const head = this.write(state.head, entry, at)
      this.put({ ...state, head })
      return head.seq - state.base.seq > this.maxRecords ? this.prune(at) : head
    })
  }

  /** undefined before begin(). @throws PeerFault or IntegrityFault when it is unreadable */
  state(): AuditState | undefined {
    const bytes = this.map.get(HEAD)
    return (
      bytes &&
      decodeRecord(bytes, STATE_MAX_BYTES, (reader) => ({ head: headOf(reader), base: headOf(reader) }))
    )
  }

  /** @throws IntegrityFault 'audit-damaged' */
  mustState(): AuditState {
    const state = this.state()
    if (state === undefined) throw auditDamaged(1, 'head-missing')
    return state
  }

  /** @throws IntegrityFault when the row does not open */
  stored(seq: number): StoredAuditRecord | undefined {
    const value = this.records.get(u64(seq))
    return value && { hash: value.slice(0, AUDIT_HASH_BYTES), bytes: value.slice(AUDIT_HASH_BYTES) }
  }

  /** Up to `limit` records before `before`, the newest first. @throws IntegrityFault 'audit-damaged' */
  page(limit: number, before?: number, fits: (record: AuditRecord) => boolean = () => true): AuditRecord[] {
    const { head, base } = this.mustState()
    const found: AuditRecord[] = []
    for (
      let seq = Math.min(head.seq, (before ?? Infinity) - 1);
      seq > base.seq && found.length < limit;
      seq--
    ) {
      const record = this.read(seq)
      if (fits(record)) found.push(record)
    }
    return found
  }

  /** @throws IntegrityFault 'audit-damaged' */
  read(seq: number): AuditRecord {
    const { bytes } = this.stored(seq) ?? {}
    if (bytes === undefined) throw auditDamaged(seq, 'record-missing')
    try {
      return decodeAuditRecord(bytes)
    } catch (cause) {
      throw auditDamaged(seq, 'record-changed', cause)
    }
  }

  private write(before: AuditHead, entry: AuditEntry, at: number): AuditHead {
    const record = { seq: before.seq + 1, at: Math.max(0, Math.floor(at)), entry }
    const bytes = encodeAuditRecord(record, this.random.bytes(AUDIT_SALT_BYTES))
    if (bytes.length > AUDIT_RECORD_MAX_BYTES) throw new RangeError('an audit record is too long')
    const head = auditChain(this.sha256, before, auditDigest(this.sha256, bytes))
    this.records.set(u64(head.seq), concat(head.hash, bytes))
    return head
  }

  /** Removes the oldest ones; a record says up to where, with the chain's hash there, and whether they held. */
  private prune(at: number): AuditHead {
    const { head, base } = this.mustState()
    let to = head.seq - this.maxRecords + Math.ceil(this.maxRecords * AUDIT_PRUNED_SHARE)
    // The chain goes on from a row that says its hash: a missing one does not.
    while (to < head.seq && this.tryStored(to) === undefined) to++
    const { computed, damagedAt } = this.walked(base, to)
    for (let seq = base.seq + 1; seq <= to; seq++) this.records.delete(u64(seq))
    this.eraseBefore(base.seq)
    const reached = { event: 'log-pruned', seq: to, hash: base32(computed.hash) } as const
    const entry = damagedAt === undefined ? reached : { ...reached, damagedAt }
    const next = this.write(head, entry, at)
    this.put({ head: next, base: computed })
    return next
  }

  /** Rows that a broken log left behind when it was begun anew. */
  private eraseBefore(last: number): void {
    for (let done = 0; done < last; done++) {
      if (done % STRAY_BATCH === 0 && this.records.count({ to: u64(last - done + 1) }) === 0) return
      this.records.delete(u64(last - done))
    }
  }

  /** The head at `to` as its row says, and the first row before it that does not hold. */
  private walked(base: AuditHead, to: number): { computed: AuditHead; damagedAt: number | undefined } {
    let at = base
    let damagedAt: number | undefined
    for (let seq = base.seq + 1; seq <= to; seq++) {
      const row = this.tryStored(seq)
      const next = row && auditChain(this.sha256, at, auditDigest(this.sha256, row.bytes))
      if (next === undefined || row === undefined || !equalBytes(next.hash, row.hash)) damagedAt ??= seq
      at = { seq, hash: row?.hash ?? at.hash }
    }
    return { computed: at, damagedAt }
  }

  private tryStored(seq: number): StoredAuditRecord | undefined {
    try {
      return this.stored(seq)
    } catch {
      return undefined
    }
  }

  /** By the sub-keys alone, so that an unreadable row does not hide. */
  private lastSeq(): number {
    try {
      const [last] = this.records.range({ reverse: true, limit: 1 })
      return last === undefined ? 0 : readU64(last.sub)
    } catch {
      return this.countUpTo()
    }
  }

  /** The greatest sub-key by counting: rows need not open for that. */
  private countUpTo(): number {
    let [low, high] = [0, Number.MAX_SAFE_INTEGER - 1]
    while (low < high) {
      const middle = low + Math.ceil((high - low) / 2)
      if (this.records.count({ from: u64(middle) }) > 0) low = middle
      else high = middle - 1
    }
    return low
  }

  private put({ head, base }: AuditState): void {
    this.map.set(HEAD, encodeValue([head.seq, head.hash, base.seq, base.hash]))
  }
}

function headOf(reader: Reader): AuditHead {
  return { seq: reader.int(0, AUDIT_SEQ_MAX), hash: reader.bytes(AUDIT_HASH_BYTES) }
}

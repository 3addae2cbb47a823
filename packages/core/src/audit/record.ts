/** One record of the audit log: its only encoding, and its place in the chain (spec §14.3). */
import { concat, u64 } from '../bytes.ts'
import { encodeValue, type Value } from '../codec/cbor.ts'
import { decodeRecord, type Reader } from '../codec/reader.ts'
import { LABEL, labelled } from '../crypto/labels.ts'
import { PeerFault } from '../fault.ts'
import type { Primitives } from '../ports/primitives.ts'
import { AUDIT_FIELD, auditFieldsOf, isAuditEvent, type AuditEntry, type AuditField } from './event.ts'
import {
  AUDIT_HASH_BYTES,
  AUDIT_ID_MAX_LENGTH,
  AUDIT_RECORD_MAX_BYTES,
  AUDIT_SALT_BYTES,
  AUDIT_SEQ_MAX,
  AUDIT_TIME_MAX,
  AUDIT_WORD_MAX_LENGTH,
} from './spec.ts'

export interface AuditRecord {
  /** 1 for the first that was ever made; none is left out. */
  readonly seq: number
  /** By this device's clock as it was, which may have been set back. */
  readonly at: number
  readonly entry: AuditEntry
}

/** Of which record the chain has come to which hash; seq 0 is before the first. */
export interface AuditHead {
  readonly seq: number
  /** 32 bytes. */
  readonly hash: Uint8Array
}

/** Before the first record. */
export const AUDIT_START: AuditHead = { seq: 0, hash: new Uint8Array(AUDIT_HASH_BYTES) }

export type Sha256 = Pick<Primitives, 'hash'>

/** @throws RangeError on a field that is not of its kind: a mistake of the caller's */
export function encodeAuditRecord(record: AuditRecord, salt: Uint8Array): Uint8Array {
  const values = record.entry as unknown as Readonly<Record<AuditField, unknown>>
  const fields: Value[] = []
  for (const { name, required } of auditFieldsOf(record.entry.event)) {
    const value = values[name]
    if (value === undefined && !required) continue
    if (!isFieldValue(name, value)) throw new RangeError(`not a value of the audit field ${name}`)
    fields.push([name, value])
  }
  return encodeValue([salt, record.seq, record.at, record.entry.event, fields])
}

/** @throws PeerFault 'malformed' | 'oversize' */
export function decodeAuditRecord(bytes: Uint8Array): AuditRecord {
  return decodeRecord(bytes, AUDIT_RECORD_MAX_BYTES, (reader) => {
    reader.bytes(AUDIT_SALT_BYTES)
    const seq = reader.int(1, AUDIT_SEQ_MAX)
    const at = reader.int(0, AUDIT_TIME_MAX)
    return { seq, at, entry: reader.more ? entryOf(reader) : malformed() }
  })
}

/** What stands for a record in the chain, and in its place where it is left out. */
export function auditDigest(sha256: Sha256, record: Uint8Array): Uint8Array {
  return sha256.hash('sha256', labelled(LABEL.auditRecord, record))
}

/** h(n) of h(n-1) and the digest of record n. */
export function auditChain(sha256: Sha256, before: AuditHead, digest: Uint8Array): AuditHead {
  const seq = before.seq + 1
  return {
    seq,
    hash: sha256.hash('sha256', labelled(LABEL.auditChain, concat(before.hash, u64(seq), digest))),
  }
}

function entryOf(reader: Reader): AuditEntry {
  const event = reader.text(AUDIT_WORD_MAX_LENGTH)
  if (!isAuditEvent(event)) return malformed()
  const known = auditFieldsOf(event)
  const pairs = reader.list(known.length, pairOf)
  const given = new Map(pairs)
  const expected = known.filter(({ name, required }) => required || given.has(name)).map(({ name }) => name)
  if (expected.length !== pairs.length || expected.some((name, at) => pairs[at]?.[0] !== name)) malformed()
  return { event, ...Object.fromEntries(given) } as unknown as AuditEntry
}

function pairOf(value: Value): [AuditField, string | number] {
  if (!Array.isArray(value) || value.length !== 2) return malformed()
  const [name, held] = value as readonly Value[]
  if (typeof name !== 'string' || !isField(name) || !isFieldValue(name, held)) return malformed()
  return [name, held]
}

function isField(name: string): name is AuditField {
  return Object.hasOwn(AUDIT_FIELD, name)
}

function isFieldValue(name: AuditField, value: unknown): value is string | number {
  const kind = AUDIT_FIELD[name]
  if (kind === 'number') return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
  if (typeof value !== 'string') return false
  if (kind === 'id') return value.length <= AUDIT_ID_MAX_LENGTH && /^[a-z2-7]+$/.test(value)
  return value.length <= AUDIT_WORD_MAX_LENGTH && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(value)
}

function malformed(): never {
  throw new PeerFault('malformed')
}

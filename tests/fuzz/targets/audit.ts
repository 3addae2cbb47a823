/** The audit log: records, its state, exports and noted heads. */
import {
  AuditExportCheck,
  AuditLog,
  AuditQuota,
  CallerFault,
  decodeAuditRecord,
  encodeValue,
  exportAuditLog,
  IntegrityFault,
  openAuditKey,
  parseNoted,
  PeerFault,
  verifyAuditLog,
  type Store,
} from '@triode/core'
import { createMemoryStore } from '@triode/testkit'
import { encodeAuditRecord } from '../../../packages/core/src/audit/record.ts'
import { alice, circle, DAY, filled, fixed, NOW, primitives } from '../../vectors/triode/cast.ts'
import { target, textTarget, type Target } from '../target.ts'
import { plantedStore } from './planted.ts'

const RECORD = encodeAuditRecord({ seq: 1, at: NOW, entry: { event: 'log-broken', seq: 4 } }, filled(16, 1))

function log(store: Store = createMemoryStore()): AuditLog {
  return new AuditLog({ store, sha256: primitives, random: fixed(1) })
}

function exported(): string {
  const full = log()
  full.begin(NOW, false)
  full.append({ event: 'circle-secret-rotated', circle, generation: 1 }, NOW)
  return [...exportAuditLog(full, { key: alice.signing, now: NOW })].join('\n')
}

export const auditTargets: readonly Target[] = [
  target({
    name: 'audit-record',
    covers: ['core/audit/record.ts decodeAuditRecord'],
    faults: [PeerFault],
    seeds: () => [RECORD],
    decode: decodeAuditRecord,
    encodeAny: (record) => encodeAuditRecord(record, filled(16, 1)),
  }),
  target({
    name: 'stored-audit-state',
    covers: ['core/audit/auditLog.ts'],
    faults: [PeerFault, IntegrityFault],
    seeds: () => [encodeValue([1, filled(32, 1), 0, filled(32, 0)])],
    decode: (input) => log(plantedStore(input)).state(),
  }),
  target({
    name: 'stored-audit-log',
    covers: ['core/audit/verifyLog.ts verifyAuditLog'],
    faults: [IntegrityFault, CallerFault],
    seeds: () => [encodeValue([1, filled(32, 1), 0, filled(32, 0)])],
    decode: (input) => [...bounded(verifyAuditLog(log(plantedStore(input))))].length,
  }),
  target({
    name: 'stored-audit-quota',
    covers: ['core/audit/quota.ts'],
    faults: [IntegrityFault],
    seeds: () => [encodeValue([Math.floor(NOW / DAY), 1, 2])],
    decode: (input) => new AuditQuota(plantedStore(input)).take('peer', NOW),
  }),
  target({
    name: 'stored-audit-key',
    covers: ['core/audit/key.ts openAuditKey'],
    faults: [IntegrityFault],
    seeds: () => [alice.signing.exportPkcs8()],
    decode: (input) =>
      openAuditKey({ store: plantedStore(input), primitives, random: fixed(1), incarnation: filled(16, 1) })
        .publicKey,
  }),
  textTarget({
    name: 'audit-export',
    covers: ['core/audit/exportLog.ts'],
    faults: [IntegrityFault],
    seeds: () => [exported()],
    words: ['{"', '"}', '\n', '"seq":', '"record":"', '"head":', '"redacted":"', '__proto__', '1e9', 'null'],
    decode: (text) => {
      const check = new AuditExportCheck(primitives)
      for (const line of text.split('\n')) check.line(line)
      return check.end()
    },
  }),
  textTarget({
    name: 'audit-head',
    covers: ['core/audit/noted.ts parseNoted'],
    faults: [CallerFault],
    seeds: () => [`12:${'a'.repeat(24)}`, ` 1:${'A7'.repeat(12)} `],
    words: [':', '9', 'a', ' '],
    decode: parseNoted,
  }),
]

/** A thousand batches of a log that has one record. */
function* bounded<T>(steps: Generator<T, unknown>): Generator<T, void> {
  for (let step = 0; step < 1_000; step++) {
    const { done, value } = steps.next()
    if (done === true) return
    yield value
  }
}

import { encodeValue } from '@triode/core'
import {
  AUDIT_START,
  auditChain,
  auditDigest,
  decodeAuditRecord,
  encodeAuditRecord,
  type AuditHead,
} from '../../../packages/core/src/audit/record.ts'
import type { AuditEntry } from '../../../packages/core/src/audit/event.ts'
import assert from 'node:assert/strict'
import { plain, refusal, type Area, type Case, type Refusal } from './area.ts'
import { circle, filled, NOW, primitives } from './cast.ts'

export const audit: Area = {
  name: 'audit',
  format: 'Records of the audit log, and their chain',
  spec: ['14.3'],
  about: 'The first record follows the head of sequence number 0, whose hash is 32 zero bytes.',
  make: () => ({ cases: chain(), refused: refusals() }),
}

const ENTRIES: readonly AuditEntry[] = [
  { event: 'log-broken', seq: 4 },
  { event: 'circle-secret-rotated', circle, generation: 1 },
  { event: 'log-pruned', seq: 2, hash: 'abcdefg' },
]

function chain(): Case[] {
  let head: AuditHead = AUDIT_START
  return ENTRIES.map((entry, at) => {
    const before = head
    const record = { seq: at + 1, at: NOW + at, entry }
    const salt = filled(16, at + 1)
    const bytes = encodeAuditRecord(record, salt)
    assert.deepEqual(decodeAuditRecord(bytes), record)
    const digest = auditDigest(primitives, bytes)
    head = auditChain(primitives, before, digest)
    return {
      name: `record ${record.seq}: ${entry.event}`,
      input: {
        seq: record.seq,
        at: record.at,
        entry: plain(entry),
        salt: salt.toHex(),
        before: plain(before),
      },
      expected: { bytes: bytes.toHex(), digest: digest.toHex(), head: plain(head) },
    }
  })
}

function refusals(): Refusal[] {
  const salt = filled(16, 1)
  const bad: readonly [name: string, value: Parameters<typeof encodeValue>[0]][] = [
    ['number 0', [salt, 0, NOW, 'log-broken', [['seq', 4]]]],
    ['a salt of 15 bytes', [filled(15, 1), 1, NOW, 'log-broken', [['seq', 4]]]],
    ['an event that does not exist', [salt, 1, NOW, 'nothing-happened', []]],
    ['a field too few', [salt, 1, NOW, 'log-broken', []]],
    [
      'a field twice',
      [
        salt,
        1,
        NOW,
        'log-broken',
        [
          ['seq', 4],
          ['seq', 4],
        ],
      ],
    ],
    [
      'a field of another event',
      [
        salt,
        1,
        NOW,
        'log-broken',
        [
          ['seq', 4],
          ['hash', 'a'],
        ],
      ],
    ],
    ['a number that is text', [salt, 1, NOW, 'log-broken', [['seq', '4']]]],
  ]
  return bad.map(([name, value]) =>
    refusal(name, encodeValue(value), 'PeerFault malformed', decodeAuditRecord),
  )
}

/** What leaves the vault can be checked by anyone, says no more than it should, and any change to it is found. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  AUDIT_EVENTS,
  base32,
  decodeAuditRecord,
  encodeAuditRecord,
  notedText,
  PeerFault,
} from '@triode/core'
import { auditFieldsOf, AUDIT_FIELD, Fault, type AuditEntry, type AuditEvent } from '@triode/core'
import { damageOf, exported, faultOf, scene, verifyLines } from './scene.ts'

const [HERE, ELSEWHERE] = [base32(new Uint8Array(32).fill(1)), base32(new Uint8Array(32).fill(2))]

function twoCircles() {
  const one = scene()
  one.log.append({ event: 'vault-made', key: HERE }, 1)
  for (const circle of [HERE, ELSEWHERE]) one.log.append({ event: 'circle-left', circle }, 2)
  one.log.append({ event: 'vault-locked', reason: 'asked' }, 3)
  return one
}

test('an export holds without the vault', () => {
  const one = twoCircles()
  const verified = verifyLines(exported(one), notedText(one.log.mustState().head))
  assert.deepEqual([verified.from, verified.head.seq, verified.redacted], [1, 4, 0])
})

test('an export of one circle keeps the other one back, and still holds', () => {
  const lines = exported(twoCircles(), HERE)
  assert.ok(!lines.join('\n').includes(ELSEWHERE))
  assert.ok(lines.join('\n').includes(HERE))
  assert.equal(verifyLines(lines).redacted, 1)
})

test('what was left out can not be guessed by its hash: equal records have unequal hashes', () => {
  const [a, b] = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)]
  const record = { seq: 1, at: 1, entry: { event: 'circle-left', circle: HERE } } as const
  assert.notDeepEqual(encodeAuditRecord(record, a), encodeAuditRecord(record, b))
})

test('a line dropped, doubled, moved or cut is found', () => {
  const lines = exported(twoCircles())
  for (let at = 0; at < lines.length; at++) {
    assert.notEqual(
      faultOf(() => verifyLines(lines.toSpliced(at, 1))),
      'no fault',
      `drop ${String(at)}`,
    )
    const line = lines[at] ?? ''
    assert.notEqual(
      faultOf(() => verifyLines(lines.toSpliced(at, 0, line))),
      'no fault',
      `double ${String(at)}`,
    )
    assert.match(
      faultOf(() => verifyLines(lines.slice(0, at))),
      /^audit-damaged/,
    )
  }
})

test('any character changed is found', () => {
  const lines = exported(twoCircles())
  const text = lines.join('\n')
  for (let at = 0; at < text.length; at++) {
    const other = text[at] === '1' ? '2' : '1'
    const changed = text.slice(0, at) + other + text.slice(at + 1)
    assert.match(
      faultOf(() => verifyLines(changed.split('\n'))),
      /^audit-damaged/,
      `at ${String(at)}`,
    )
  }
})

test('an export that another key signed says so by its key, and one with a foreign signature does not hold', () => {
  const lines = exported(twoCircles())
  const foreign = exported(scene(undefined, twoCircles().store), HERE)
  const forged = [...lines.slice(0, -1), foreign.at(-1) ?? '']
  assert.match(
    damageOf(() => verifyLines(forged)),
    /signature-invalid|head-differs/,
  )
})

test('what people read beside a record is what the record says', () => {
  const lines = exported(twoCircles()).map((line) => line.replace('"outcome":"done"', '"outcome":"failed"'))
  assert.equal(
    damageOf(() => verifyLines(lines)),
    '1 line-malformed',
  )
})

const events = Object.keys(AUDIT_EVENTS) as AuditEvent[]
const id = fc.uint8Array({ minLength: 1, maxLength: 64 }).map(base32)
const word = fc.constantFrom('asked', 'feed-forked', 'owner', 'x1')

const anyEntry: fc.Arbitrary<AuditEntry> = fc.constantFrom(...events).chain((event) => {
  const fields = auditFieldsOf(event).map(({ name }) => {
    const kind = AUDIT_FIELD[name]
    return [name, kind === 'id' ? id : kind === 'word' ? word : fc.maxSafeNat()] as const
  })
  return fc
    .record(Object.fromEntries(fields), {
      requiredKeys: auditFieldsOf(event).flatMap(({ name, required }) => (required ? [name] : [])),
    })
    .map((values) => ({ event, ...values }) as unknown as AuditEntry)
})

test('every entry of every event is read back as it was written', () => {
  fc.assert(
    fc.property(anyEntry, fc.nat(), (entry, at) => {
      const bytes = encodeAuditRecord({ seq: 9, at, entry }, new Uint8Array(16))
      assert.deepEqual(decodeAuditRecord(bytes), { seq: 9, at, entry: { ...entry } })
    }),
  )
})

test('whatever bytes stand for a record, they decode or are a PeerFault', () => {
  const sound = anyEntry.map((entry) => encodeAuditRecord({ seq: 1, at: 1, entry }, new Uint8Array(16)))
  const hurt = fc.tuple(sound, fc.nat(), fc.nat(255)).map(([bytes, at, byte]) => {
    const copy = Uint8Array.from(bytes)
    copy[at % copy.length] = byte
    return copy
  })
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 2_000 }), hurt), (bytes) => {
      try {
        // One value has one encoding: what decodes is what would be written again, but for the salt.
        const record = decodeAuditRecord(bytes)
        assert.equal(encodeAuditRecord(record, new Uint8Array(16)).length, bytes.length)
      } catch (error) {
        if (!(error instanceof PeerFault)) throw error
      }
    }),
    { numRuns: 2_000 },
  )
})

test('whatever lines stand in a file, they hold or are a fault', () => {
  const lines = exported(twoCircles())
  const line = fc.oneof(
    fc.constantFrom(...lines),
    fc.json(),
    fc.string(),
    fc.constantFrom('{}', '[]', 'null', ''),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (text) => {
      try {
        verifyLines(text)
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        assert.equal(error.code, 'audit-damaged')
      }
    }),
    { numRuns: 1_000 },
  )
})

/** Whoever alters the rows of the audit log is found out, and the first bad place is named. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AUDIT_STORE, AuditLog, notedText, u64 } from '@triode/core'
import {
  damageOf,
  exported,
  faultOf,
  fill,
  primitives,
  rows,
  scene,
  state,
  verify,
  verifyLines,
} from './scene.ts'

function row(one: ReturnType<typeof scene>, seq: number): Uint8Array {
  return rows(one).get(u64(seq)) ?? assert.fail(`no row ${String(seq)}`)
}

test('a log that nobody touched holds, from its first record to its head', () => {
  const one = scene()
  fill(one, 1_000)
  const { from, head, redacted } = verify(one.log)
  assert.deepEqual([from, head.seq, redacted], [1, 1_000, 0])
})

test('two rows swapped: the first of them is named', () => {
  const one = scene()
  fill(one, 20)
  const [a, b] = [row(one, 7), row(one, 12)]
  rows(one).set(u64(7), b)
  rows(one).set(u64(12), a)
  assert.equal(
    damageOf(() => verify(one.log)),
    '7 record-changed',
  )
})

test('a row dropped in the middle is named', () => {
  const one = scene()
  fill(one, 20)
  rows(one).delete(u64(9))
  assert.equal(
    damageOf(() => verify(one.log)),
    '9 record-missing',
  )
})

test('a row edited is named, whichever byte it is', () => {
  const one = scene()
  fill(one, 5)
  const sound = row(one, 3)
  for (let at = 0; at < sound.length; at++) {
    const edited = Uint8Array.from(sound)
    edited[at] = (edited[at] ?? 0) ^ 1
    rows(one).set(u64(3), edited)
    assert.equal(
      damageOf(() => verify(one.log)),
      '3 record-changed',
      `byte ${String(at)}`,
    )
  }
})

test('the tail cut off: the first missing record is named', () => {
  const one = scene()
  fill(one, 20)
  for (let seq = 16; seq <= 20; seq++) rows(one).delete(u64(seq))
  assert.equal(
    damageOf(() => verify(one.log)),
    '16 record-missing',
  )
})

test('an old head put back over newer records is found', () => {
  const one = scene()
  fill(one, 10)
  const old = state(one).get('head') ?? assert.fail()
  fill(one, 10)
  state(one).set('head', old)
  assert.equal(
    damageOf(() => verify(one.log)),
    '11 record-unexpected',
  )
  assert.equal(one.log.condition(), 'broken')
})

test('the head removed, or the beginning, is found', () => {
  const one = scene()
  fill(one, 10)
  const head = state(one).get('head') ?? assert.fail()
  state(one).delete('head')
  assert.equal(
    damageOf(() => verify(one.log)),
    '1 head-missing',
  )
  state(one).set('head', head)
  rows(one).delete(u64(1))
  assert.equal(
    damageOf(() => verify(one.log)),
    '1 record-missing',
  )
})

test('a record added behind the head is found', () => {
  const one = scene()
  fill(one, 10)
  rows(one).set(u64(11), row(one, 10))
  assert.equal(
    damageOf(() => verify(one.log)),
    '11 record-unexpected',
  )
})

test('a whole older log put back is found by a head that was noted, and by nothing else', () => {
  const one = scene()
  fill(one, 10)
  const older = scene(undefined, one.store.crash())
  const newer = scene(undefined, undefined)
  fill(newer, 30)
  const noted = notedText(newer.log.mustState().head)
  assert.equal(verify(older.log).head.seq, 10)
  assert.equal(
    damageOf(() => verify(older.log, noted)),
    '11 set-back',
  )
  assert.equal(verify(newer.log, noted).head.seq, 30)
})

test('a log that was set back and went on is found at the noted record', () => {
  const one = scene()
  fill(one, 10)
  const noted = notedText(one.log.mustState().head)
  const other = scene()
  fill(other, 5)
  other.log.append({ event: 'vault-unlocked' }, 0)
  fill(other, 20)
  assert.equal(
    damageOf(() => verify(other.log, noted)),
    '10 set-back',
  )
})

test('a broken log goes on, and says for ever that it was broken', () => {
  const one = scene()
  fill(one, 10)
  state(one).delete('head')
  one.log.begin(11_000, true)
  fill(one, 3)
  assert.equal(one.log.condition(), 'sound')
  assert.equal(
    damageOf(() => verify(one.log)),
    '11 log-broken',
  )
})

test('a log that was broken holds again once the record of it is pruned', () => {
  const one = scene(100)
  fill(one, 10)
  state(one).delete('head')
  one.log.begin(11_000, true)
  fill(one, 98)
  assert.equal(
    damageOf(() => verify(one.log)),
    '11 log-broken',
  )
  fill(one, 10)
  assert.ok(verify(one.log).from > 11)
})

test('pruning is told from truncation: the log holds after the one and not after the other', () => {
  const one = scene(100)
  fill(one, 250)
  const { from, head } = verify(one.log)
  assert.ok(rows(one).count() <= 100 && from > 150, `${String(rows(one).count())} kept from ${String(from)}`)
  assert.equal(verifyLines(exported(one)).from, from)
  const cut = scene()
  fill(cut, 20)
  for (let seq = 1; seq <= 5; seq++) rows(cut).delete(u64(seq))
  assert.equal(
    damageOf(() => verify(cut.log)),
    '1 record-missing',
  )
  assert.match(
    faultOf(() => verify(one.log, `${String(1)}:${'a'.repeat(24)}`)),
    /^audit-head-pruned/,
  )
  assert.equal(head.seq, one.log.mustState().head.seq)
})

test('pruning over damage keeps word of it', () => {
  const one = scene(100)
  fill(one, 50)
  rows(one).delete(u64(4))
  fill(one, 60)
  const pruned = one.log.page(100).find(({ entry }) => 'damagedAt' in entry)
  assert.equal(pruned?.entry.event, 'log-pruned')
  assert.equal('damagedAt' in pruned.entry && pruned.entry.damagedAt, 4)
})

test('a transaction that is undone leaves neither record nor head', () => {
  const one = scene()
  fill(one, 3)
  const attempt = () =>
    one.store.transaction(() => {
      fill(one, 2)
      throw new Error('undone')
    })
  assert.throws(attempt, /undone/)
  assert.equal(verify(one.log).head.seq, 3)
})

test('the process dies between any two records: the log goes on where it was', () => {
  let store = scene().store
  for (let life = 1; life <= 10; life++) {
    const one = scene(undefined, store)
    fill(one, 3)
    assert.equal(verify(one.log).head.seq, life * 3)
    store = one.store.crash()
  }
})

test('a clock that goes back is entered as it is; the order is that of the numbers', () => {
  const one = scene()
  for (const at of [5_000, 1_000, 9_000]) one.log.append({ event: 'vault-unlocked' }, at)
  assert.deepEqual(
    one.log.page(3).map(({ seq, at }) => [seq, at]),
    [
      [3, 9_000],
      [2, 1_000],
      [1, 5_000],
    ],
  )
  assert.equal(verify(one.log).head.seq, 3)
})

test('a full disk: nothing is entered, and what is there holds', async () => {
  const { Unavailable } = await import('@triode/core')
  const one = scene()
  fill(one, 3)
  one.store.failWith(new Unavailable('disk-full'))
  assert.match(
    faultOf(() => {
      fill(one, 1)
    }),
    /^disk-full/,
  )
  one.store.failWith(undefined)
  assert.equal(verify(one.log).head.seq, 3)
})

test('names in the store are those that the tests alter', () => {
  const one = scene()
  fill(one, 1)
  assert.ok(new AuditLog({ store: one.store, sha256: primitives, random: one.random }).stored(1))
  assert.equal(one.store.series(AUDIT_STORE.records).count(), 1)
})

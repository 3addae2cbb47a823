import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { messageId, type MessageId } from '@triode/core'
import { createMemoryStore } from '@triode/testkit'
import { Pending, type PendingEntry } from '../../src/message/pending.ts'
import { PENDING_OVERHEAD_BYTES } from '../../src/message/tuning.ts'
import { Pen } from './cast.ts'

const [alice, mallory, nobody] = [new Pen('alice'), new Pen('mallory'), new Pen('nobody')]
const SIZE = 100 + PENDING_OVERHEAD_BYTES

function waiting(pen: Pen, lamport: number): PendingEntry {
  const { feed, device, member } = pen
  return { feed, seq: lamport, device, member, lamport, plaintext: new Uint8Array(100).fill(1) }
}

function target(n: number): MessageId {
  return messageId(nobody.feed, n)
}

describe('what waits for its target', () => {
  it('drops the oldest of a member who has too much, and nothing of the others', () => {
    const pending = new Pending(createMemoryStore().map('p'), { perMember: 16 * SIZE, total: 1_000 * SIZE })
    pending.add(target(1), waiting(alice, 1))
    const gone: number[] = []
    for (let i = 100; i > 0; i--)
      gone.push(...pending.add(target(i), waiting(mallory, i)).map((e) => e.lamport))
    const kept = Array.from({ length: 100 }, (_, i) => pending.take(target(i + 1))).flat()
    assert.equal(gone.length + kept.length, 101)
    assert.ok(kept.length <= 17)
    assert.deepEqual(
      kept.filter(({ member }) => member === alice.member).map(({ lamport }) => lamport),
      [1],
    )
    assert.ok(
      kept.some(({ lamport }) => lamport === 100),
      'the newest stayed',
    )
  })

  it('makes the member with the most give way when all have too much together', () => {
    const pending = new Pending(createMemoryStore().map('p'), { perMember: 100 * SIZE, total: 20 * SIZE })
    for (let i = 1; i <= 18; i++) assert.deepEqual(pending.add(target(i), waiting(mallory, i)), [])
    for (let i = 1; i <= 2; i++) assert.deepEqual(pending.add(target(50 + i), waiting(alice, i)), [])
    const gone = pending.add(target(60), waiting(alice, 3))
    assert.deepEqual(
      gone.map(({ member, lamport }) => [member, lamport]),
      [1, 2, 3].map((lamport) => [mallory.member, lamport]),
    )
  })

  it('is on disk as it is in memory, and counts the same after a restart', () => {
    const store = createMemoryStore()
    const limits = { perMember: 4 * SIZE, total: 10 * SIZE }
    const before = new Pending(store.map('p'), limits)
    for (let i = 1; i <= 3; i++) before.add(target(1 + (i % 2)), waiting(mallory, i))
    before.flush()
    const after = new Pending(store.map('p'), limits)
    assert.deepEqual(after.add(target(9), waiting(mallory, 4)), [])
    assert.equal(after.add(target(9), waiting(mallory, 5))[0]?.lamport, 1)
    assert.deepEqual(
      after.take(target(2)).map(({ lamport }) => lamport),
      [3],
    )
    after.take(target(1))
    after.take(target(9))
    after.flush()
    assert.equal(store.records, 0)
  })
})

/** What a device keeps of its circles. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { IntegrityFault, type CircleId, type MemberId } from '@triode/core'
import { createMemoryStore } from '@triode/testkit'
import { CircleRecords } from '../../src/circle/circleRecord.ts'

const ID = 'a'.repeat(51) + 'q'

describe('what a device keeps of its circles', () => {
  it('comes back as it was put, and which of them are being left', () => {
    const store = createMemoryStore()
    const record = {
      circle: ID as CircleId,
      suite: 'hybrid',
      pkcs8: Uint8Array.of(1, 2),
      certificate: Uint8Array.of(3),
      member: ID as MemberId,
      inviterAddresses: ['tcp:127.0.0.1:1'],
    }
    const records = new CircleRecords(store)
    records.put(record)
    records.setLeaving(record.circle, true)
    assert.deepEqual(new CircleRecords(store).all(), [record])
    assert.equal(new CircleRecords(store).isLeaving(record.circle), true)
    records.delete(record.circle)
    assert.deepEqual(records.all(), [])
    assert.equal(records.isLeaving(record.circle), false)
  })

  it('gives circles in the order in which they came, whichever one leaves', () => {
    const store = createMemoryStore()
    const records = new CircleRecords(store)
    const recordOf = (letter: string) => ({
      circle: (letter.repeat(51) + 'q') as CircleId,
      suite: 'hybrid',
      pkcs8: Uint8Array.of(1),
      certificate: Uint8Array.of(2),
      member: ID as MemberId,
      inviterAddresses: [],
    })
    const order = () => new CircleRecords(store).all().map(({ circle }) => circle[0])
    for (const letter of 'fbdac') records.put(recordOf(letter))
    assert.equal(order().join(''), 'fbdac')
    records.put({ ...recordOf('b'), inviterAddresses: ['tcp:127.0.0.1:1'] })
    records.delete(recordOf('c').circle)
    records.delete(recordOf('d').circle)
    for (const letter of 'cd') records.put(recordOf(letter))
    assert.equal(order().join(''), 'fbacd')
    for (const letter of 'fb') store.map('circles/places').delete(recordOf(letter).circle)
    assert.equal(order().join(''), 'bfacd', 'those of before places were kept stand first, and always so')
  })

  it('is called damaged when it does not decode', () => {
    const store = createMemoryStore()
    store.map('circles').set(ID, Uint8Array.of(0x81, 0xff))
    assert.throws(() => new CircleRecords(store).all(), IntegrityFault)
  })
})

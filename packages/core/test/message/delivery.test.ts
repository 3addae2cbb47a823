import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { deliveryOf, type DeliveryInput, type DeviceId } from '@triode/core'
import { Pen } from './cast.ts'

const [alice, laptop, bob, bobTablet, carol, keeper] = [
  new Pen('alice'),
  new Pen('alice', 'laptop'),
  new Pen('bob'),
  new Pen('bob', 'tablet'),
  new Pen('carol'),
  new Pen('keeper'),
]
const recipients = [
  { member: alice.member, devices: [laptop.device] },
  { member: bob.member, devices: [bob.device, bobTablet.device] },
  { member: carol.member, devices: [carol.device] },
]

/** Entry 5 of Alice's feed, when `stored` and `read` say how far devices are. */
function stateWhen(
  stored: [Pen, number][],
  read: [Pen, number][] = [],
  more: Partial<DeliveryInput> = {},
): [string, number, number, number] {
  const upTo = (list: [Pen, number][]) => (device: DeviceId) =>
    list.find(([pen]) => pen.device === device)?.[1] ?? 0
  const delivery = deliveryOf({
    feed: alice.feed,
    seq: 5,
    author: alice.member,
    me: alice.member,
    recipients,
    holders: [laptop.device, keeper.device],
    deliveredUpTo: upTo(stored),
    readUpTo: upTo(read),
    ...more,
  })
  return [delivery.state, delivery.delivered.count, delivery.read.count, delivery.delivered.of]
}

describe('where a message has got to', () => {
  it('is queued while no other device has it', () => {
    assert.deepEqual(stateWhen([]), ['queued', 0, 0, 2])
    assert.deepEqual(stateWhen([[bob, 4]]), ['queued', 0, 0, 2])
  })

  it('is held when a keeper, a device of one’s own or only some recipients have it', () => {
    assert.deepEqual(stateWhen([[keeper, 5]]), ['held', 0, 0, 2])
    assert.deepEqual(stateWhen([[laptop, 9]]), ['held', 0, 0, 2])
    assert.deepEqual(stateWhen([[bob, 5]]), ['held', 1, 0, 2])
    assert.deepEqual(stateWhen([[bob, 5]], [[bob, 5]]), ['held', 1, 1, 2])
  })

  it('is delivered when any device of each recipient has it, and read when each has read it', () => {
    const both: [Pen, number][] = [
      [bobTablet, 5],
      [carol, 6],
    ]
    assert.deepEqual(stateWhen(both), ['delivered', 2, 0, 2])
    assert.deepEqual(stateWhen(both, [[bobTablet, 5]]), ['delivered', 2, 1, 2])
    assert.deepEqual(stateWhen(both, both), ['read', 2, 2, 2])
  })

  it('takes reading as having, even if the other receipt is still on its way', () => {
    const read: [Pen, number][] = [
      [bob, 5],
      [carol, 5],
    ]
    assert.deepEqual(stateWhen([], read), ['read', 2, 2, 2])
  })

  it('treats another device of one’s own as the destination of a note to oneself', () => {
    const alone = { recipients: [{ member: alice.member, devices: [alice.device] }] }
    assert.deepEqual(stateWhen([], [], alone), ['queued', 0, 0, 0])
    assert.deepEqual(stateWhen([[laptop, 5]], [], alone), ['delivered', 0, 0, 0])
  })

  it('says of someone else’s message that it was received', () => {
    assert.deepEqual(stateWhen([[bob, 5]], [], { me: bob.member }), ['received', 0, 0, 0])
  })
})

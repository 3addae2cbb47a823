import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { linkInMemory } from '@triode/testkit'
import { createTestCircle, type TestCircle, type TestDevice } from './circleOf.ts'

/** State, and how many of how many have it, of each message of `device`. */
function deliveries(
  circle: TestCircle,
  device: TestDevice,
  conversation = circle.everyone,
): [string, number, number][] {
  const { messages } = device.participant.timeline(conversation).page({ limit: 100 })
  return messages.map((message) => {
    const { state, delivered } = device.participant.delivery(conversation, message)
    return [state, delivered.count, delivered.of]
  })
}

describe('a message', () => {
  it('is owed to those it was sealed to, and not to who came later', () => {
    const circle = createTestCircle()
    const [alice, bob] = [circle.add('alice'), circle.add('bob')]
    linkInMemory(circle.clock, alice.participant, bob.participant, { delayMs: () => 5 })
    circle.settle()
    alice.say('before Carol')
    circle.settle()
    assert.deepEqual(deliveries(circle, alice), [['delivered', 1, 1]])
    const carol = circle.add('carol')
    assert.deepEqual(deliveries(circle, alice), [['delivered', 1, 1]], 'Carol can never get it')
    alice.say('with Carol')
    circle.settle()
    assert.deepEqual(deliveries(circle, alice).at(1), ['held', 1, 2])
    linkInMemory(circle.clock, alice.participant, carol.participant, { delayMs: () => 5 })
    circle.settle()
    assert.deepEqual(carol.texts(), ['with Carol'])
    assert.deepEqual(deliveries(circle, alice), [
      ['delivered', 1, 1],
      ['delivered', 2, 2],
    ])
  })

  it('is not owed to who had left when it was written, also once they are back', () => {
    const circle = createTestCircle()
    const [alice, bob, carol] = [circle.add('alice'), circle.add('bob'), circle.add('carol')]
    const room = circle.room('alice', 'bob', 'carol')
    alice.say('with Carol', room)
    circle.remove('carol', room)
    alice.say('without her', room)
    circle.addTo(room, 'carol')
    alice.say('with her again', room)
    for (const other of [bob, carol])
      linkInMemory(circle.clock, alice.participant, other.participant, { delayMs: () => 5 })
    circle.settle()
    assert.deepEqual(carol.texts(room), ['with Carol', 'with her again'])
    assert.deepEqual(
      deliveries(circle, alice, room).map(([, ...counts]) => counts),
      [
        [2, 2],
        [1, 1],
        [2, 2],
      ],
    )
  })
})

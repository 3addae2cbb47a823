import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { linkInMemory } from '@triode/testkit'
import { createTestCircle, type TestCircle, type TestDevice } from './circleOf.ts'

/** State, and how many of how many have it, of each message of `device`. */
function deliveries(circle: TestCircle, device: TestDevice): [string, number, number][] {
  const { messages } = device.participant.timeline(circle.everyone).page({ limit: 100 })
  return messages.map((message) => {
    const { state, delivered } = device.participant.delivery(circle.everyone, message)
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
})

/** Devices that have only part of a feed hand on what they have, and nobody loses by it what is for them. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decodeFrame } from '@triode/core'
import { linkInMemory, type MemoryLinkPair } from '@triode/testkit'
import { createTestCircle, suite, type TestCircle, type TestDevice } from './circleOf.ts'
import { RawPeer } from './rawPeer.ts'

const link = (circle: TestCircle, one: TestDevice, other: TestDevice): MemoryLinkPair =>
  linkInMemory(circle.clock, one.participant, other.participant, { delayMs: () => 5 })

/** They meet for a while, and part again. */
function meet(circle: TestCircle, one: TestDevice, other: TestDevice): void {
  const met = link(circle, one, other)
  circle.settle()
  met.cut()
  circle.settle()
}

const stateOf = (circle: TestCircle, device: TestDevice, index: number): string => {
  const message = device.participant.timeline(circle.everyone).page({ limit: 100 }).messages[index]
  assert.ok(message)
  return device.participant.delivery(circle.everyone, message).state
}

describe('who has only part of a feed', () => {
  it('does not make one who was away skip what was written to them', () => {
    const circle = createTestCircle()
    const [alice, bob] = [circle.add('alice'), circle.add('bob')]
    alice.say('for Bob')
    const carol = circle.add('carol')
    alice.say('for Bob and Carol')
    meet(circle, alice, carol)
    assert.deepEqual(carol.texts(), ['for Bob and Carol'])
    meet(circle, carol, bob)
    assert.deepEqual(bob.texts(), [], 'Bob waits for what Carol lacks')
    meet(circle, alice, carol)
    assert.equal(stateOf(circle, alice, 0), 'queued', 'it was never sealed to Carol, who stands beyond it')
    assert.equal(stateOf(circle, alice, 1), 'held')
    meet(circle, alice, bob)
    assert.deepEqual(bob.texts(), ['for Bob', 'for Bob and Carol'])
    assert.equal(stateOf(circle, alice, 0), 'delivered')
  })

  it('does not make one who has the beginning skip the middle', () => {
    const circle = createTestCircle()
    const [alice, bob] = [circle.add('alice'), circle.add('bob')]
    alice.say('one')
    meet(circle, alice, bob)
    alice.say('two')
    const carol = circle.add('carol')
    alice.say('three')
    meet(circle, alice, carol)
    meet(circle, carol, bob)
    assert.deepEqual(bob.texts(), ['one'])
    meet(circle, alice, bob)
    assert.deepEqual(bob.texts(), ['one', 'two', 'three'])
  })

  it('hands on what is for one who came later still', () => {
    const circle = createTestCircle()
    const alice = circle.add('alice')
    alice.say('for nobody else')
    const carol = circle.add('carol')
    alice.say('for Carol')
    const dora = circle.add('dora')
    alice.say('for Carol and Dora')
    meet(circle, alice, carol)
    meet(circle, carol, dora)
    assert.deepEqual(dora.texts(), ['for Carol and Dora'])
  })

  it('hands on what is for one who was out for a time, and was there before', () => {
    const circle = createTestCircle()
    const [alice, bob, carol] = [circle.add('alice'), circle.add('bob'), circle.add('carol')]
    const room = circle.room('alice', 'bob')
    alice.say('both', room)
    meet(circle, alice, bob)
    circle.remove('bob', room)
    alice.say('alone', room)
    circle.addTo(room, 'carol')
    alice.say('Alice and Carol', room)
    circle.addTo(room, 'bob')
    alice.say('all three', room)
    meet(circle, alice, carol)
    assert.deepEqual(carol.texts(room), ['Alice and Carol', 'all three'])
    meet(circle, carol, bob)
    assert.deepEqual(bob.texts(room), ['both'], 'Carol can\u2019t know what came between')
    meet(circle, alice, bob)
    assert.deepEqual(bob.texts(room), ['both', 'all three'])
    alice.say('again', room)
    meet(circle, alice, carol)
    meet(circle, carol, bob)
    assert.deepEqual(bob.texts(room), ['both', 'all three', 'again'])
  })

  it('gives a newcomer what is for it past epochs that are not', () => {
    const circle = createTestCircle()
    const [alice, bob] = [circle.add('alice'), circle.add('bob')]
    const room = circle.room('alice', 'bob')
    for (let n = 0; n < 40; n++) {
      if (n % 2 === 0) circle.remove('bob', room)
      else circle.addTo(room, 'bob')
      alice.say(`message ${n}`, room)
    }
    meet(circle, alice, bob)
    const readable = Array.from({ length: 20 }, (_, n) => `message ${2 * n + 1}`)
    assert.deepEqual(bob.texts(room), readable)
  })

  it('says at once that it can\u2019t be begun with', () => {
    const circle = createTestCircle()
    const [alice, bob] = [circle.add('alice'), circle.add('bob')]
    alice.say('one')
    const carol = circle.add('carol')
    alice.say('two')
    meet(circle, alice, carol)
    const { id } = alice.participant.feeds(circle.everyone).own()
    const asking = new RawPeer(circle, carol, bob)
    for (const readable of [true, false]) {
      asking.say({ type: 'want', conversation: circle.everyone, feed: id, from: 1, readable })
    }
    asking.say({ type: 'want', conversation: circle.everyone, feed: id, from: 3, readable: true })
    assert.deepEqual(
      asking.of('nothing').map((frame) => frame.from),
      [1, 1],
    )
    assert.equal(asking.of('block')[0]?.block.from, 3)
  })

  it('is asked again for what it has, once what it lacks has come from elsewhere', () => {
    const circle = createTestCircle()
    const [alice, bob] = [circle.add('alice'), circle.add('bob')]
    alice.say('one')
    const carol = circle.add('carol')
    alice.say('two')
    meet(circle, alice, carol)
    link(circle, carol, bob)
    circle.settle()
    assert.deepEqual(bob.texts(), [])
    // Alice passes by, and is gone after her first block.
    let blocks = 0
    const passing = linkInMemory(circle.clock, alice.participant, bob.participant, {
      delayMs: () => 5,
      carry: (_from, _to, bytes) => {
        if (decodeFrame(bytes, suite.hashBytes).type === 'block' && blocks++ > 0) passing.cut()
        return blocks > 1 ? [] : [bytes]
      },
    })
    circle.settle()
    assert.deepEqual(bob.texts(), ['one', 'two'])
    assert.equal(passing.isOpen(), false)
  })
})

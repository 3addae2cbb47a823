/** A member whose feeds are so many that honest devices take each other for floods (spec §10.2). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { linkInMemory } from '@triode/testkit'
import type { Frame, Position } from '@triode/core'
import { MAX_LIST } from '../../src/sync/spec.ts'
import { createTestCircle } from '../sync/circleOf.ts'
import { held, hostOf, RawPeer } from '../sync/rawPeer.ts'

describe('very many feeds of one member', () => {
  it('part nobody from who tells of them: they are remembered up to a bound, and the rest works', () => {
    const circle = createTestCircle('very many')
    const [alice, bob, mallory] = [circle.add('alice'), circle.add('bob'), circle.add('mallory')]
    const peer = new RawPeer(circle, alice, bob)
    let count = 0
    const positions = (): Position[] =>
      Array.from({ length: 8_192 }, () => {
        const incarnation = new Uint8Array(8)
        new DataView(incarnation.buffer).setUint32(0, ++count)
        return { device: mallory.id, incarnation, seq: 1, read: 0 }
      })
    const have = (): Frame => ({ type: 'have', conversation: circle.everyone, positions: positions() })
    for (let n = 0; n < 9; n++) peer.say(have())
    assert.equal(peer.closed, false)
    const { sync } = alice.participant
    const holds = (): number => held(sync, [hostOf(sync), circle.clock])
    const before = holds()
    peer.say(have())
    assert.ok(holds() - before < 1_000)
    assert.deepEqual(alice.faults(), [])
    peer.leave()
    linkInMemory(circle.clock, alice.participant, bob.participant, { delayMs: () => 5 })
    bob.say('still here')
    circle.settle()
    assert.deepEqual(alice.texts(), ['still here'])
  })
})

describe('very many entries beside each other in the membership log', () => {
  it('part nobody: a frame names as many heads as it may', () => {
    const circle = createTestCircle('heads')
    const [alice, bob] = [circle.add('alice'), circle.add('bob')]
    const heads = Array.from({ length: MAX_LIST + 1 }, (_, n) => {
      const hash = new Uint8Array(32)
      new DataView(hash.buffer).setUint32(0, n)
      return hash
    })
    alice.participant.membership.log.heads = () => heads
    // Every frame that it gets is decoded.
    const peer = new RawPeer(circle, alice, bob)
    const [told] = peer.of('log-heads')
    assert.equal(told?.heads.length, MAX_LIST)
    assert.deepEqual(told.heads.at(-1), heads.at(-1), 'the newest')
  })
})

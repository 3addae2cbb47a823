/** Members that want an author not to learn who has its messages (spec §10.5). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { linkInMemory, type MemoryLinkPair } from '@triode/testkit'
import { createTestCircle, type TestCircle, type TestDevice } from '../sync/circleOf.ts'
import { Forger, RawPeer } from '../sync/rawPeer.ts'

const link = (circle: TestCircle, one: TestDevice, other: TestDevice): MemoryLinkPair =>
  linkInMemory(circle.clock, one.participant, other.participant, { delayMs: () => 5 })

function told(circle: TestCircle, author: TestDevice): number {
  const [message] = author.participant.timeline(circle.everyone).page({ limit: 1 }).messages
  assert.ok(message)
  return author.participant.delivery(circle.everyone, message).delivered.count
}

describe('a member with very many feeds', () => {
  it('leaves room for what readers have to say of the feeds of others', () => {
    const circle = createTestCircle('room')
    const [alice, bob, carol] = [circle.add('alice'), circle.add('bob'), circle.add('carol')]
    const devices = [1, 2, 3, 4, 5].map((n) => circle.add(`mallory ${n}`, n === 1 ? undefined : 'mallory 1'))
    for (const device of devices) {
      const forger = new Forger(circle, device)
      const peer = new RawPeer(circle, bob, device)
      for (let n = 1; n <= 60; n++) peer.say(...forger.frames(forger.append(forger.feed(n), 'mine')))
      peer.leave()
    }
    const first = link(circle, bob, carol)
    circle.settle(5_000)
    const feeds = [...carol.participant.feeds(circle.everyone).all()].length
    assert.equal(feeds, 300, 'Carol has them all, and says so')
    first.cut()
    const met = link(circle, alice, bob)
    alice.say('who has this?')
    circle.settle(5_000)
    met.cut()
    const later = link(circle, bob, carol)
    circle.settle(5_000)
    later.cut()
    link(circle, alice, bob)
    circle.settle(5_000)
    assert.equal(told(circle, alice), 2, 'Bob, and Carol through him')
    for (const device of [bob, carol]) {
      const kept = device.participant.acknowledgements.all(circle.everyone)
      assert.ok(kept.length < 60, `${device.name} keeps ${kept.length}`)
    }
  })
})

describe('a member that pretends to be on the way to an author', () => {
  it('keeps the author from nothing, though it asks in its name and hands nothing on', () => {
    const circle = createTestCircle('in the way')
    const [alice, bob, carol, dora] = ['alice', 'bob', 'carol', 'dora'].map((name) => circle.add(name)) as [
      TestDevice,
      TestDevice,
      TestDevice,
      TestDevice,
    ]
    const mallory = circle.add('mallory')
    // Alice - Bob - Carol - Dora, and Mallory beside Bob and Carol.
    link(circle, alice, bob)
    link(circle, bob, carol)
    circle.settle(5_000)
    alice.say('who has this?')
    circle.settle(5_000)
    const feed = alice.participant.ownFeed(circle.everyone)
    assert.ok(feed)
    const peers = [bob, carol].map((victim) => new RawPeer(circle, victim, mallory))
    const ask = (): void => {
      for (const peer of peers) {
        peer.say({
          type: 'acknowledgement-request',
          conversation: circle.everyone,
          feed: feed.id,
          at: circle.clock.now(),
        })
        circle.settle(100)
      }
    }
    ask()
    link(circle, carol, dora)
    for (let n = 0; n < 400; n++) {
      circle.settle(30_000)
      ask()
    }
    assert.equal(told(circle, alice), 3, 'Bob, Carol and Dora')
  })
})

describe('a reader that claims to have more than there is', () => {
  it('is told of for what there is', () => {
    const circle = createTestCircle('more')
    const [alice, mallory] = [circle.add('alice'), circle.add('mallory')]
    alice.say('one')
    const feed = alice.participant.ownFeed(circle.everyone)
    assert.ok(feed)
    const { incarnation, head } = feed
    new RawPeer(circle, alice, mallory).say({
      type: 'have',
      conversation: circle.everyone,
      positions: [{ device: alice.id, incarnation, seq: 0xffff_0000, read: 0xffff_0000 }],
    })
    const told = alice.events.filter((event) => event.type === 'delivered')
    assert.deepEqual(
      told.map(({ from, to }) => [from, to]),
      [[0, head.seq]],
    )
  })
})

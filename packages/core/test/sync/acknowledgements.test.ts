/** Signed acknowledgements find their way to authors out of reach, and cost little on it (spec §10.5). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  acknowledgementStatement,
  base32,
  decodeFrame,
  type Acknowledgement,
  type DeviceId,
  type FeedId,
} from '@triode/core'
import { createMemoryStore, createSeededRandom, linkInMemory, type MemoryLinkPair } from '@triode/testkit'
import { StoredAcknowledgements } from '../../src/participant/storedAcknowledgements.ts'
import { MAX_ACKS_PER_DEVICE } from '../../src/sync/tuning.ts'
import { createTestCircle, suite, type TestCircle, type TestDevice } from './circleOf.ts'
import { Forger, RawPeer } from './rawPeer.ts'

/** Links that count who was sent how many acknowledgements, and how many requests for them there were. */
class Counter {
  readonly to = new Map<DeviceId, number>()
  requests = 0
  private readonly circle: TestCircle

  constructor(circle: TestCircle) {
    this.circle = circle
  }

  get total(): number {
    return [...this.to.values()].reduce((sum, count) => sum + count, 0)
  }

  link(one: TestDevice, other: TestDevice): MemoryLinkPair {
    return linkInMemory(this.circle.clock, one.participant, other.participant, {
      delayMs: () => 5,
      onFrame: (_from, to, bytes) => {
        const frame = decodeFrame(bytes, suite.hashBytes)
        if (frame.type === 'acknowledgement-request') this.requests++
        if (frame.type !== 'acknowledgements') return
        this.to.set(to, (this.to.get(to) ?? 0) + frame.acknowledgements.length)
      },
    })
  }
}

function told(circle: TestCircle, author: TestDevice): number {
  const [message] = author.participant.timeline(circle.everyone).page({ limit: 1 }).messages
  assert.ok(message)
  return author.participant.delivery(circle.everyone, message).delivered.count
}

describe('an acknowledgement', () => {
  it('goes back the way on which the entries came, and nowhere else', () => {
    const circle = createTestCircle('way back')
    const [alice, bob, carol, dora, eve] = ['alice', 'bob', 'carol', 'dora', 'eve'].map((name) =>
      circle.add(name),
    ) as [TestDevice, TestDevice, TestDevice, TestDevice, TestDevice]
    const counter = new Counter(circle)
    counter.link(alice, bob)
    counter.link(bob, carol)
    counter.link(carol, dora)
    counter.link(carol, eve)
    circle.settle(5_000)
    alice.say('to the end of the line')
    circle.settle(5_000)
    assert.equal(told(circle, alice), 4)
    assert.deepEqual(
      [alice, bob, carol, dora, eve].map(({ id }) => counter.to.get(id) ?? 0),
      [3, 3, 2, 0, 0],
      'Carol\u2019s, Dora\u2019s and Eve\u2019s, a step at a time',
    )
  })

  it('costs each of fifty devices a few, not one for each link of each', () => {
    const circle = createTestCircle('fifty')
    const random = createSeededRandom('fifty')
    const devices = Array.from({ length: 50 }, (_, n) => circle.add(`device ${n}`))
    const counter = new Counter(circle)
    const linked = new Set<string>()
    for (const [n, device] of devices.entries()) {
      for (const step of [1, 2 + random.int(20), 25 + random.int(10)]) {
        const other = (n + step) % devices.length
        const name = [n, other].sort().join()
        if (linked.has(name)) continue
        linked.add(name)
        counter.link(device, devices[other] as TestDevice)
      }
    }
    circle.settle(10_000)
    const [author] = devices as [TestDevice]
    author.say('how many are you?')
    circle.settle(20_000)
    assert.equal(told(circle, author), 49)
    assert.ok(counter.total <= 50 * 4, `${counter.total} acknowledgements were sent for one message`)
  })

  it('is forgotten by who carried it, once its author has had it for a while', () => {
    const circle = createTestCircle('carried')
    const [alice, bob, carol] = ['alice', 'bob', 'carol'].map((name) => circle.add(name)) as [
      TestDevice,
      TestDevice,
      TestDevice,
    ]
    const counter = new Counter(circle)
    alice.say('through Bob')
    const first = counter.link(alice, bob)
    circle.settle(5_000)
    first.cut()
    counter.link(bob, carol)
    circle.settle(5_000)
    const carriedBy = (device: TestDevice): number =>
      device.participant.acknowledgements.all(circle.everyone).filter((ack) => ack.device === carol.id).length
    assert.equal(carriedBy(bob), 1)
    counter.link(alice, bob)
    circle.settle(5_000)
    assert.equal(told(circle, alice), 2)
    assert.equal(carriedBy(bob), 1, 'the link may still die')
    // Nobody has read it, so Alice asks once more meanwhile.
    circle.settle(330_000)
    assert.equal(carriedBy(bob), 0)
  })

  it('is asked for by an author who comes back where nobody knows the way', () => {
    const circle = createTestCircle('comes back')
    const [alice, bob, carol, dora, eve] = ['alice', 'bob', 'carol', 'dora', 'eve'].map((name) =>
      circle.add(name),
    ) as [TestDevice, TestDevice, TestDevice, TestDevice, TestDevice]
    const counter = new Counter(circle)
    const direct = counter.link(alice, bob)
    circle.settle(1_000)
    direct.stall(bob.id, 0)
    alice.say('and gone')
    circle.settle(1_000)
    direct.cut()
    counter.link(bob, carol)
    counter.link(carol, dora)
    counter.link(dora, eve)
    circle.settle(120_000)
    assert.equal(told(circle, alice), 0)
    counter.link(eve, alice)
    circle.settle(30_000)
    assert.ok(told(circle, alice) < 4)
    circle.settle(60_000)
    assert.equal(told(circle, alice), 4)
  })

  it('is asked for again, as the first request came too early for some', () => {
    const circle = createTestCircle('again')
    const [alice, bob, carol, dora, eve] = ['alice', 'bob', 'carol', 'dora', 'eve'].map((name) =>
      circle.add(name),
    ) as [TestDevice, TestDevice, TestDevice, TestDevice, TestDevice]
    const counter = new Counter(circle)
    counter.link(alice, bob)
    const wayBack = counter.link(bob, dora)
    circle.settle(1_000)
    alice.say('to be handed on')
    circle.settle(5_000)
    wayBack.cut()
    circle.settle(100_000)
    assert.equal(counter.requests, 1, 'to Bob, who knows of nobody else')
    // Eve's goes to Dora, who knows no way on: that by Carol opens later, and nothing changes at Alice.
    counter.link(dora, eve)
    circle.settle(1_000)
    counter.link(carol, bob)
    circle.settle(1_000)
    counter.link(carol, dora)
    circle.settle(10_000)
    assert.equal(told(circle, alice), 3)
    circle.settle(120_000)
    assert.equal(told(circle, alice), 4)
  })

  it('is asked for less and less often, and no more once everyone has read', () => {
    const circle = createTestCircle('less often')
    const [alice, bob, carol] = ['alice', 'bob', 'carol'].map((name) => circle.add(name)) as [
      TestDevice,
      TestDevice,
      TestDevice,
    ]
    const counter = new Counter(circle)
    counter.link(alice, bob)
    circle.settle(120_000)
    alice.say('Carol is away for a day')
    const asked = [10, 60, 24 * 60].map((minutes) => {
      const before = counter.requests
      circle.settle(minutes * 60_000)
      return counter.requests - before
    })
    assert.deepEqual(asked, [3, 3, 4])
    counter.link(bob, carol)
    circle.settle(1_000)
    for (const { participant } of [bob, carol]) participant.markRead(circle.everyone)
    circle.settle(3_600_000)
    const before = counter.requests
    circle.settle(24 * 3_600_000)
    assert.equal(counter.requests, before)
  })

  it('of a feed that is not known yet waits for it', () => {
    const circle = createTestCircle('early')
    const [alice, bob, mallory] = ['alice', 'bob', 'mallory'].map((name) => circle.add(name)) as [
      TestDevice,
      TestDevice,
      TestDevice,
    ]
    const forger = new Forger(circle, mallory)
    const written = forger.append(forger.feed(1), 'later')
    const said = { feed: written.feed.id, device: bob.id, seq: written.seq, read: 0 }
    const signature = bob.signing.sign(acknowledgementStatement(circle.everyone, said))
    const peer = new RawPeer(circle, alice, bob)
    const acknowledgements = [{ ...said, signature }]
    peer.say({ type: 'acknowledgements', conversation: circle.everyone, acknowledgements })
    const kept = (): Acknowledgement[] => alice.participant.acknowledgements.all(circle.everyone)
    assert.deepEqual(kept(), [])
    peer.say(...forger.frames(written))
    assert.deepEqual(kept(), acknowledgements)
  })

  it('goes also into a conversation that two share only since they are connected', () => {
    const circle = createTestCircle('shared later')
    const [alice, bob, carol] = ['alice', 'bob', 'carol'].map((name) => circle.add(name)) as [
      TestDevice,
      TestDevice,
      TestDevice,
    ]
    const room = circle.room('alice', 'carol')
    const counter = new Counter(circle)
    const met = counter.link(alice, carol)
    circle.settle(1_000)
    alice.say('in the room', room)
    circle.settle(1_000)
    met.cut()
    circle.settle(120_000)
    counter.link(bob, carol)
    circle.settle(5_000)
    const ofRoom = (): number => bob.participant.acknowledgements.all(room).length
    circle.addTo(room, 'bob')
    for (const { participant } of [bob, carol]) participant.sync.logAppended(Uint8Array.of(0))
    alice.say('with Bob', room)
    const again = counter.link(alice, bob)
    circle.settle(2_000)
    again.cut()
    circle.settle(120_000)
    assert.ok(ofRoom() > 0, 'Bob may meet Alice again')
  })

  it('is kept for each device up to a number', () => {
    const store = new StoredAcknowledgements(createMemoryStore())
    const random = createSeededRandom('quota')
    const circle = createTestCircle('quota')
    const [hoarder, other] = [circle.add('hoarder'), circle.add('other')]
    const of = (device: TestDevice): Acknowledgement => ({
      feed: base32(random.bytes(16)) as FeedId,
      device: device.id,
      seq: 1,
      read: 0,
      signature: random.bytes(64),
    })
    const first = of(hoarder)
    assert.ok(store.put(circle.everyone, first))
    for (let n = 1; n < MAX_ACKS_PER_DEVICE; n++) assert.ok(store.put(circle.everyone, of(hoarder)))
    assert.equal(store.put(circle.everyone, of(hoarder)), false)
    assert.ok(store.put(circle.everyone, { ...first, seq: 2 }), 'what replaces another takes no room')
    assert.ok(store.put(circle.everyone, of(other)))
    assert.equal(store.all(circle.everyone).length, MAX_ACKS_PER_DEVICE + 1)
  })
})

/** A device that sends too much, or reads too little: memory stays bounded, and the others are served. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  base32,
  type ConversationId,
  type DeviceId,
  type Envelope,
  type FeedId,
  type Frame,
  type Position,
} from '@triode/core'
import { createSeededRandom, linkInMemory, type SeededRandom } from '@triode/testkit'
import { lastSeq } from '../../src/feed/block.ts'
import {
  LINK_HIGH_WATER_BYTES,
  LINK_LOW_WATER_BYTES,
  LINK_MAX_BACKLOG_BYTES,
  LINKS_HIGH_WATER_BYTES,
  LEAST_STANDINGS,
  LINKS_MAX_BACKLOG_BYTES,
  MAX_FEEDS_PER_DEVICE,
  MAX_FURTHER_STANDINGS,
  MAX_OPEN_WANTS,
  MAX_PENDING_ENVELOPES,
  MAX_WAITING_WANTS,
} from '../../src/sync/tuning.ts'
import { LinkBudget } from '../../src/sync/linkBudget.ts'
import { Session } from '../../src/sync/session.ts'
import { StandingBudget } from '../../src/sync/standingBudget.ts'
import { createTestCircle, type TestCircle, type TestDevice } from './circleOf.ts'
import { Forger, held, hostOf, RawPeer } from './rawPeer.ts'

interface Cast {
  readonly circle: TestCircle
  readonly alice: TestDevice
  readonly bob: TestDevice
  readonly mallory: TestDevice
  readonly random: SeededRandom
}

function cast(seed: string): Cast {
  const circle = createTestCircle(seed)
  return {
    circle,
    alice: circle.add('alice'),
    bob: circle.add('bob'),
    mallory: circle.add('mallory'),
    random: createSeededRandom(seed),
  }
}

/** What sync holds of its sessions, in entries and bytes; what the circle holds is not its own. */
function heldBySync({ alice, circle }: Cast): number {
  const { sync, keeping } = alice.participant
  return held(sync, [hostOf(sync), keeping, circle.clock])
}

function assertServed({ circle, alice, bob }: Cast): void {
  linkInMemory(circle.clock, alice.participant, bob.participant, { delayMs: () => 5 })
  bob.say('is anybody there?')
  circle.settle()
  assert.ok(alice.texts().includes('is anybody there?'))
}

const feedId = (random: SeededRandom): FeedId => base32(random.bytes(16)) as FeedId
const conversationId = (random: SeededRandom): ConversationId => base32(random.bytes(16)) as ConversationId

const ignore = (): undefined => undefined

describe('floods', () => {
  it('of requests: as many as a device may have open, then too-many-requests', () => {
    const scene = cast('wants')
    const { circle, alice, mallory, random } = scene
    const peer = new RawPeer(circle, alice, mallory)
    peer.reads = false
    peer.waiting = LINK_HIGH_WATER_BYTES
    for (let n = 0; n <= MAX_WAITING_WANTS + 1 && !peer.closed; n++) {
      const feed = feedId(random)
      peer.queue({ type: 'want', conversation: circle.everyone, feed, from: 1, readable: true })
    }
    circle.settle()
    assert.equal(peer.closedWith?.code, 'too-many-requests')
    assertServed(scene)
  })

  it('of requests of one feed: the last one counts, each gets at most one answer', () => {
    const scene = cast('one feed')
    const { circle, alice, mallory } = scene
    for (let n = 0; n < 200; n++) alice.say(`message ${n}`)
    const { id } = alice.participant.feeds(circle.everyone).own()
    const peer = new RawPeer(circle, alice, mallory)
    peer.reads = false
    peer.waiting = LINK_HIGH_WATER_BYTES
    for (let n = 0; n < 10_000; n++) {
      peer.queue({ type: 'want', conversation: circle.everyone, feed: id, from: 1, readable: true })
    }
    circle.settle()
    peer.drain()
    circle.settle()
    assert.equal(peer.of('block').length, 12, 'three whole windows, and the last one\u2019s nine entries')
    assertServed(scene)
  })

  it('of envelopes: those of one epoch, then too-many-envelopes', () => {
    const scene = cast('envelopes')
    const { circle, alice, mallory, random } = scene
    const peer = new RawPeer(circle, alice, mallory)
    const feed = feedId(random)
    const envelopes = (count: number): Envelope[] =>
      Array.from({ length: count }, () => ({
        tag: random.bytes(8),
        generation: 1,
        previous: 0,
        enc: random.bytes(32),
        ciphertext: random.bytes(48),
      }))
    const frame = (epoch: number, count: number): Frame => ({
      type: 'envelopes',
      conversation: circle.everyone,
      feed,
      epoch,
      envelopes: envelopes(count),
    })
    const before = heldBySync(scene)
    for (let epoch = 1; epoch < 1_000; epoch++) peer.say(frame(epoch, epoch % 2))
    assert.ok(heldBySync(scene) - before < 2_000, 'other epochs and feeds are forgotten')
    for (let n = 0; n <= MAX_PENDING_ENVELOPES / 400; n++) peer.say(frame(1_000, 400))
    assert.equal(peer.closedWith?.code, 'too-many-envelopes')
    assertServed(scene)
  })

  it('of refusals and of conversations that nobody knows: nothing is kept', () => {
    const scene = cast('refusals')
    const { circle, alice, mallory, random } = scene
    const peer = new RawPeer(circle, alice, mallory)
    const before = heldBySync(scene)
    for (let n = 0; n < 5_000; n++) {
      peer.say(
        { type: 'nothing', conversation: circle.everyone, feed: feedId(random), from: 1 },
        { type: 'have', conversation: conversationId(random), positions: [] },
        { type: 'have-request', conversation: conversationId(random) },
        { type: 'typing', conversation: conversationId(random) },
      )
    }
    assert.equal(peer.closed, false)
    assert.ok(heldBySync(scene) - before < 1_000)
    assertServed(scene)
  })

  it('of feeds that a device says to have: so many and no more, asked for a few at a time', () => {
    const scene = cast('haves')
    const { circle, alice, mallory, random } = scene
    const peer = new RawPeer(circle, alice, mallory)
    const positions = (count: number): Position[] =>
      Array.from({ length: count }, () => ({
        device: mallory.id,
        incarnation: random.bytes(8),
        seq: 5,
        read: 0,
      }))
    peer.say({ type: 'have', conversation: circle.everyone, positions: positions(8_192) })
    assert.equal(peer.of('want').length, MAX_OPEN_WANTS)
    for (const { feed } of peer.of('want').slice(0, 10)) {
      peer.say({ type: 'nothing', conversation: circle.everyone, feed, from: 1 })
    }
    assert.equal(peer.of('want').length, MAX_OPEN_WANTS + 10)
    for (let n = 0; n < 8 && !peer.closed; n++) {
      peer.say({ type: 'have', conversation: circle.everyone, positions: positions(8_192) })
    }
    assert.equal(peer.closedWith?.code, 'too-many-feeds')
    assertServed(scene)
    circle.settle()
    assert.ok(heldBySync(scene) < 1_000, 'nothing is left of a session that ended')
  })

  it('of feeds that many devices say to have: each is heard of some, and all together of so many', () => {
    const budgets = { links: new LinkBudget(() => undefined), standings: new StandingBudget() }
    const link = { device: 'a device' as DeviceId, send: ignore, setPaused: ignore, close: ignore }
    /** How many of very many it remembers. */
    const named = (session: Session): number => {
      for (let n = 0; n < 2 * LEAST_STANDINGS; n++) {
        const feed = String(n) as FeedId
        if (session.mayNote(feed)) session.noteStanding(feed, 1)
      }
      return session.have.size
    }
    const begin = (): Session => new Session({ ...link, backlogBytes: () => 0 }, budgets)
    for (let n = 0; n < MAX_FURTHER_STANDINGS - 2; n++) budgets.standings.added(LEAST_STANDINGS + 1)
    const [first, second] = [begin(), begin()]
    assert.equal(named(first), LEAST_STANDINGS + 2)
    assert.equal(named(second), LEAST_STANDINGS)
    assert.equal(second.mayNote('0' as FeedId), true, 'one that is known grows')
    for (let n = 0; n < 2; n++) first.close()
    assert.equal(named(second), LEAST_STANDINGS + 2)
  })

  it('of feeds that a device writes: it is dropped at the limit, a relay of them is not', () => {
    const scene = cast('feeds')
    const { circle, alice, bob, mallory } = scene
    const forger = new Forger(circle, mallory)
    const frames = (incarnation: number): Frame[] =>
      forger.frames(forger.append(forger.feed(incarnation), 'another feed'))
    const peer = new RawPeer(circle, alice, mallory)
    for (let n = 1; n <= MAX_FEEDS_PER_DEVICE; n++) peer.say(...frames(n))
    assert.equal(peer.closed, false)
    peer.say(...frames(MAX_FEEDS_PER_DEVICE + 1))
    assert.equal(peer.closedWith?.code, 'too-many-feeds')
    const relay = new RawPeer(circle, alice, bob)
    relay.say(...frames(MAX_FEEDS_PER_DEVICE + 2))
    assert.equal(relay.closed, false)
    const count = alice.participant.feeds(circle.everyone).countOf(mallory.id)
    assert.equal(count, MAX_FEEDS_PER_DEVICE)
    relay.leave()
    assertServed(scene)
  })

  it('of no typing notices: one after a message is told at once', () => {
    const circle = createTestCircle('typing again')
    const [alice, bob] = [circle.add('Alice'), circle.add('Bob')]
    linkInMemory(circle.clock, alice.participant, bob.participant, { delayMs: () => 5 })
    circle.settle()
    const told = (): number => alice.events.filter((event) => event.type === 'typing').length
    for (const expected of [1, 2]) {
      bob.participant.tellTyping(circle.everyone)
      circle.settle(100)
      assert.equal(told(), expected)
      bob.say('done')
      circle.settle(100)
    }
  })

  it('of typing notices: one every two seconds is told', () => {
    const scene = cast('typing')
    const { circle, alice, mallory } = scene
    const peer = new RawPeer(circle, alice, mallory)
    for (let n = 0; n < 1_000; n++) {
      peer.say({ type: 'typing', conversation: circle.everyone })
      circle.clock.advance(10)
    }
    assert.equal(alice.events.filter((event) => event.type === 'typing').length, 5)
  })

  it('of frames faster than they are stored: the link is held back, and let go again', () => {
    const scene = cast('inbox')
    const { circle, alice, mallory } = scene
    const peer = new RawPeer(circle, alice, mallory)
    const frame: Frame = { type: 'typing', conversation: circle.everyone }
    let queued = 0
    while (!peer.paused && queued < 100_000) {
      peer.queue(frame)
      queued++
    }
    assert.ok(peer.paused)
    assert.ok(queued < 20_000, 'small frames count with what they cost')
    circle.clock.advance(0)
    assert.equal(peer.paused, false)
    assertServed(scene)
  })

  it('of positions, large: others are served in between', () => {
    const scene = cast('turns')
    const { circle, alice, bob, mallory, random } = scene
    const flood = new RawPeer(circle, alice, mallory)
    const honest = new RawPeer(circle, alice, bob)
    const forger = new Forger(circle, bob)
    const devices = Array.from({ length: 1_000 }, () => base32(random.bytes(32)) as DeviceId)
    const positions = devices.map((device) => ({ device, incarnation: new Uint8Array(8), seq: 1, read: 0 }))
    for (let n = 0; n < 60; n++) flood.queue({ type: 'have', conversation: circle.everyone, positions })
    for (const frame of forger.frames(forger.append(forger.feed(1), 'in between'))) honest.queue(frame)
    const commits = alice.store.commits
    circle.clock.runNext()
    assert.equal([...alice.participant.feeds(circle.everyone).all()].length, 1, 'with the first turn already')
    circle.clock.advance(0)
    assert.ok(alice.store.commits - commits >= 3, 'a flood is taken in turns')
  })
})

describe('many devices that send much at the same time', () => {
  it('are taken in by turns, some of them in each transaction and all before one comes again', () => {
    const scene = cast('many')
    const { circle, alice, random } = scene
    const senders = Array.from({ length: 10 }, (_, n) => circle.add(`sender ${n}`))
    const peers = senders.map((device) => new RawPeer(circle, alice, device))
    const place = { seq: 1, read: 0 }
    const strangers: Position[] = Array.from({ length: 8_000 }, () => ({
      ...{ device: base32(random.bytes(32)) as DeviceId, incarnation: new Uint8Array(8) },
      ...place,
    }))
    for (const [at, { id: device }] of senders.entries()) {
      // Each frame tells of a feed that is asked for, and takes a while to read.
      for (let n = 0; n < 4; n++) {
        const positions = [...strangers, { device, incarnation: random.bytes(8), ...place }]
        peers[at]?.queue({ type: 'have', conversation: circle.everyone, positions })
      }
    }
    const askedFor = (): number[] => peers.map((peer) => peer.of('want').length)
    circle.clock.runNext()
    const first = askedFor()
    assert.ok(first.some((wants) => wants > 0) && first.some((wants) => wants === 0), first.join())
    circle.clock.runNext()
    assert.ok(
      askedFor().every((wants) => wants > 0),
      askedFor().join(),
    )
    circle.settle()
    assert.ok(
      askedFor().every((wants) => wants === 4),
      askedFor().join(),
    )
    assertServed(scene)
  })
})

describe('a device that does not read', () => {
  it('gets no more than its link takes, whatever it asks for and however much is written', () => {
    const scene = cast('slow')
    const { circle, alice, mallory } = scene
    for (let n = 0; n < 200; n++) alice.say(`${'x'.repeat(8_000)} ${n}`)
    const peer = new RawPeer(circle, alice, mallory)
    const forger = new Forger(circle, mallory)
    for (let n = 1; n <= MAX_FEEDS_PER_DEVICE; n++) {
      peer.say(...forger.frames(forger.append(forger.feed(n), 'many positions make long answers')))
    }
    peer.reads = false
    const { id } = alice.participant.feeds(circle.everyone).own()
    for (let n = 0; n < 2_000; n++) {
      peer.say(
        { type: 'have-request', conversation: circle.everyone },
        { type: 'log-heads', heads: [new Uint8Array(32)], locator: [] },
        { type: 'card-versions', versions: [] },
        { type: 'want', conversation: circle.everyone, feed: id, from: 1, readable: true },
      )
      if (n % 10 === 0) alice.say(`${'y'.repeat(8_000)} ${n}`)
      circle.clock.advance(10)
    }
    assert.equal(peer.closed, false)
    const block = 64 * 8_100
    assert.ok(peer.waiting < LINK_HIGH_WATER_BYTES + 2 * block, `${peer.waiting} bytes wait`)
    assertServed(scene)
    peer.drain()
    circle.settle()
    assert.ok(peer.of('block').length > 0)
  })

  it('is let go when too much waits for it all the same', () => {
    const scene = cast('stuck')
    const { circle, alice, mallory } = scene
    const peer = new RawPeer(circle, alice, mallory)
    peer.reads = false
    peer.waiting = LINK_MAX_BACKLOG_BYTES
    alice.say('one more')
    assert.equal(peer.closedWith?.code, 'link-stuck')
    assertServed(scene)
  })

  it('is one of very many: what waits on all together is bounded, and who reads is served', () => {
    const scene = cast('crowd')
    const { circle, alice } = scene
    const crowd = Array.from({ length: 80 }, (_, n) => circle.add(`reader ${n}`))
    for (let n = 0; n < 300; n++) alice.say(`${'x'.repeat(8_000)} ${n}`)
    const { id: feed } = alice.participant.feeds(circle.everyone).own()
    const peers = crowd.map((device) => new RawPeer(circle, alice, device))
    for (const peer of peers) {
      peer.reads = false
      peer.say({ type: 'want', conversation: circle.everyone, feed, from: 1, readable: true })
    }
    circle.clock.advance(1_000)
    const waiting = peers.reduce((sum, peer) => sum + peer.waiting, 0)
    const block = 64 * 8_100
    const most = LINKS_HIGH_WATER_BYTES + peers.length * (LINK_LOW_WATER_BYTES + block)
    assert.ok(waiting < most, `${waiting} bytes wait`)
    assert.ok(peers.every(({ closed }) => !closed))
    const [first] = peers
    first?.drain()
    circle.settle()
    const last = first?.of('block').at(-1)?.block
    assert.ok(last)
    assert.equal(lastSeq(last), alice.participant.feeds(circle.everyone).own().head.seq)
    assertServed(scene)
  })

  it('is let go before others when too much waits on all together, the member first for whose devices most does', () => {
    const scene = cast('together')
    const { circle, alice, bob, mallory } = scene
    const more = Array.from({ length: 4 }, (_, n) => circle.add(`mallory ${n}`, 'mallory'))
    const hostile = [mallory, ...more].map((device) => new RawPeer(circle, alice, device))
    const slow = new RawPeer(circle, alice, bob)
    for (const peer of [...hostile, slow]) peer.reads = false
    for (const peer of hostile) peer.waiting = (LINKS_MAX_BACKLOG_BYTES * 3) / 12
    slow.waiting = (LINKS_MAX_BACKLOG_BYTES * 4) / 12
    alice.say('one more')
    const closed = hostile.filter((peer) => peer.closed)
    assert.deepEqual(
      closed.map(({ closedWith }) => closedWith?.code),
      ['link-stuck', 'link-stuck', 'link-stuck'],
    )
    assert.equal(slow.closed, false)
    slow.drain()
    circle.settle()
    assert.equal(slow.closed, false)
    assertServed(scene)
  })

  it('does not keep two devices from each other that both have much to give', () => {
    const { circle, alice, bob } = cast('both ways')
    for (let n = 0; n < 2_000; n++) {
      alice.say(`a${n} ${'x'.repeat(4_000)}`)
      bob.say(`b${n} ${'x'.repeat(4_000)}`)
    }
    linkInMemory(circle.clock, alice.participant, bob.participant, { delayMs: () => 5 })
    circle.settle(10_000)
    assert.equal(alice.texts().length, 4_000)
    assert.equal(bob.texts().length, 4_000)
  })
})

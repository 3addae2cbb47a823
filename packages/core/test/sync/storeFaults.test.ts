/** The disk fills up, or the process dies, in the middle of anything: nothing is acknowledged that is not stored. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  decodeFeed,
  decodeFrame,
  Fault,
  feedIdOf,
  IntegrityFault,
  Participant,
  type Feed,
  type FeedId,
  type Store,
} from '@triode/core'
import { createMemoryStore, createSeededRandom, linkInMemory } from '@triode/testkit'
import { createTestCircle, suite, type TestCircle, type TestDevice } from './circleOf.ts'
import { faultyStore, type FaultyStore } from './faultyStore.ts'
import { Schedule } from './schedule.ts'

/** The feeds as they are on disk. */
function storedFeeds(circle: TestCircle, store: Store): Map<FeedId, Feed> {
  const feeds = new Map<FeedId, Feed>()
  for (const [key, value] of store.map(`conversation/${circle.everyone}/feeds`).entries()) {
    if (key === 'OWN') continue
    const feed = decodeFeed(suite, circle.everyone, value)
    feeds.set(feed.id, feed)
  }
  return feeds
}

/** What is in memory is what a process started now would find. */
function assertTruthful(circle: TestCircle, device: TestDevice): void {
  const live = new Map([...device.participant.feeds(circle.everyone).all()].map((feed) => [feed.id, feed]))
  assert.deepEqual(live, storedFeeds(circle, device.store))
  const fresh = new Participant({
    suite,
    store: device.store,
    clock: circle.clock,
    random: createSeededRandom('fresh'),
    search: undefined,
    membership: device.participant.membership,
    self: device.id,
    member: device.participant.member,
    signingKey: device.signing,
    orderKey: new Uint8Array(32),
    storeIncarnation: Uint8Array.of(1),
    onEvent: () => undefined,
  })
  const pageOf = (participant: Participant) =>
    participant.timeline(circle.everyone).page({ limit: 1_000 }).messages
  assert.deepEqual(pageOf(device.participant), pageOf(fresh))
  assert.equal(
    device.participant.timeline(circle.everyone).unread(),
    fresh.timeline(circle.everyone).unread(),
  )
  for (const message of pageOf(fresh)) {
    assert.deepEqual(
      device.participant.delivery(circle.everyone, message),
      fresh.delivery(circle.everyone, message),
    )
  }
}

const isDiskFull = (error: unknown): boolean => error instanceof Fault && error.code === 'disk-full'

describe('a full disk', () => {
  it('at every single write of a catch-up: nothing is acknowledged, and all of it comes once there is room', () => {
    const writes = countWrites()
    assert.ok(writes > 20)
    for (let at = 0; at < writes; at++) catchUpFailingAt(at)
  })

  it('at every single write of a message: it is not sent, memory is as the disk, and the next one goes', () => {
    for (let at = 0; at < 12; at++) {
      const stores = new Map<string, FaultyStore>()
      const circle = createTestCircle(`message ${at}`, { wrapStore: wrapInto(stores) })
      const [alice, bob] = [circle.add('alice'), circle.add('bob')]
      linkInMemory(circle.clock, alice.participant, bob.participant, { delayMs: () => 5 })
      circle.settle()
      alice.say('stored')
      const store = stores.get('alice') as FaultyStore
      store.writesLeft = at
      let failed = false
      try {
        alice.say('perhaps not')
      } catch (error) {
        assert.ok(isDiskFull(error))
        failed = true
        assertTruthful(circle, alice)
      }
      circle.settle()
      assert.deepEqual(bob.texts(), failed ? ['stored'] : ['stored', 'perhaps not'])
      store.full = false
      store.writesLeft = undefined
      alice.say('room again')
      linkInMemory(circle.clock, alice.participant, bob.participant, { delayMs: () => 5 })
      circle.settle()
      assert.deepEqual(bob.texts(), alice.texts())
      assert.equal(bob.texts().at(-1), 'room again')
    }
  })

  it('while acknowledgements for an absent author are signed: they are made once there is room', () => {
    const stores = new Map<string, FaultyStore>()
    const circle = createTestCircle('acks', { wrapStore: wrapInto(stores) })
    const [alice, bob, carol] = [circle.add('alice'), circle.add('bob'), circle.add('carol')]
    alice.say('for all')
    const first = linkInMemory(circle.clock, alice.participant, bob.participant, { delayMs: () => 5 })
    circle.settle()
    first.cut()
    circle.settle()
    linkInMemory(circle.clock, bob.participant, carol.participant, { delayMs: () => 5 })
    circle.clock.advance(500)
    assert.deepEqual(carol.texts(), ['for all'])
    const store = stores.get('carol') as FaultyStore
    store.full = true
    circle.settle(40_000)
    assert.ok(carol.faults().includes('self: disk-full'))
    store.full = false
    linkInMemory(circle.clock, bob.participant, carol.participant, { delayMs: () => 5 })
    circle.settle()
    linkInMemory(circle.clock, alice.participant, bob.participant, { delayMs: () => 5 })
    circle.settle()
    const [message] = alice.participant.timeline(circle.everyone).page({ limit: 1 }).messages
    assert.ok(message)
    assert.equal(alice.participant.delivery(circle.everyone, message).delivered.count, 2)
  })

  for (const seed of [1, 2, 3, 4]) {
    it(`that comes and goes on every device at random (seed ${seed})`, () => {
      const stores = new Map<string, FaultyStore>()
      const sentWhileOpen: string[] = []
      const schedule = new Schedule(`full ${seed}`, {
        devices: 3,
        wrapStore: wrapInto(stores),
        mayFail: isDiskFull,
        onSend: (name) => {
          if ((stores.get(name)?.depth ?? 0) > 0) sentWhileOpen.push(name)
        },
      })
      for (let n = 0; n < 200; n++) {
        const store = stores.get(schedule.random.pick(schedule.names)) as FaultyStore
        if (schedule.random.chance(0.2)) store.writesLeft = schedule.random.int(30)
        if (schedule.random.chance(0.3)) store.full = false
        schedule.step()
        if (n % 20 === 0) for (const device of schedule.devices) assertTruthful(schedule.circle, device)
      }
      const failures = [...stores.values()].reduce((sum, store) => sum + store.failures, 0)
      assert.ok(failures > 0, 'the disk never filled')
      for (const store of stores.values()) Object.assign(store, { full: false, writesLeft: undefined })
      schedule.heal()
      schedule.assertWell()
      assert.deepEqual(sentWhileOpen, [])
    })
  }
})

describe('a process that dies', () => {
  for (const seed of [1, 2, 3, 4]) {
    it(`at random writes, again and again (seed ${seed})`, () => {
      const stores = new Map<string, FaultyStore>()
      const schedule = new Schedule(`dies ${seed}`, {
        devices: 3,
        wrapStore: wrapInto(stores),
        mayFail: (error) => error instanceof Fault && error.code === 'store-locked',
      })
      let deaths = 0
      for (let n = 0; n < 300; n++) {
        const name = schedule.random.pick(schedule.names)
        if (schedule.random.chance(0.3)) {
          Object.assign(stores.get(name) as FaultyStore, { dies: true, writesLeft: schedule.random.int(40) })
        }
        schedule.step()
        for (const device of schedule.devices) {
          const remains = stores.get(device.name)?.remains
          if (remains === undefined) continue
          deaths++
          schedule.revive(device.name, remains)
        }
      }
      assert.ok(deaths > 10, `only ${deaths} deaths`)
      for (const store of stores.values()) store.writesLeft = undefined
      schedule.heal()
      schedule.assertWell()
    })
  }
})

describe('a damaged store', () => {
  it('ends the sessions with a name, and not the process', () => {
    const circle = createTestCircle('damage')
    const [alice, bob] = [circle.add('alice'), circle.add('bob')]
    for (let n = 0; n < 100; n++) alice.say(`message ${n}`)
    const [feed] = alice.participant.feeds(circle.everyone).all()
    assert.ok(feed)
    const entries = alice.store.series(`feed/${feed.id}/entries`)
    const [first] = entries.range({ limit: 1 })
    assert.ok(first)
    entries.set(first.sub, Uint8Array.of(0xff))
    linkInMemory(circle.clock, alice.participant, bob.participant, { delayMs: () => 5 })
    circle.settle()
    assert.deepEqual(alice.faults(), ['self: record-damaged'])
    assert.ok(alice.events.some((event) => event.type === 'fault' && event.fault instanceof IntegrityFault))
    alice.say('still writes')
    assert.deepEqual(bob.texts(), [])
  })
})

function wrapInto(stores: Map<string, FaultyStore>) {
  return (store: Parameters<typeof faultyStore>[0], name: string): Store => {
    const faulty = faultyStore(store)
    stores.set(name, faulty)
    return faulty
  }
}

function countWrites(): number {
  const store = faultyStore(createMemoryStore())
  store.writesLeft = 1_000_000
  runCatchUp(store, 'count')
  return 1_000_000 - store.writesLeft
}

function runCatchUp(
  store: FaultyStore,
  seed: string,
): { circle: TestCircle; alice: TestDevice; bob: TestDevice; have: () => number } {
  const circle = createTestCircle(seed, { wrapStore: (plain, name) => (name === 'bob' ? store : plain) })
  const [alice, bob] = [circle.add('alice'), circle.add('bob')]
  for (let n = 0; n < 70; n++) alice.say(`message ${n}`)
  let have = 0
  const link = () =>
    linkInMemory(circle.clock, alice.participant, bob.participant, {
      delayMs: () => 5,
      onFrame: (from, _to, bytes) => {
        const frame = decodeFrame(bytes, suite.hashBytes)
        if (from !== bob.id || frame.type !== 'have') return
        for (const { device, incarnation, seq } of frame.positions) {
          const feed = feedIdOf(suite, circle.everyone, device, incarnation)
          assert.ok(
            seq <= (storedFeeds(circle, store).get(feed)?.head.seq ?? 0),
            'said to have what is not stored',
          )
          have = Math.max(have, seq)
        }
      },
    })
  link()
  circle.settle()
  if (store.full) {
    store.full = false
    link()
    circle.settle()
  }
  return { circle, alice, bob, have: () => have }
}

function catchUpFailingAt(at: number): void {
  const inner = createMemoryStore()
  const store = faultyStore(inner)
  store.writesLeft = at
  const { circle, alice, bob, have } = runCatchUp(store, `catch up ${at}`)
  assert.equal(store.failures > 0, true)
  assert.deepEqual(bob.texts(), alice.texts())
  assert.equal(have(), 71)
  assertTruthful(circle, { ...bob, store: inner })
}

/** Dials under way are few: a member whose devices say again and again that they are elsewhere must not take all of them. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Channel, Link } from '@triode/channels'
import { Unavailable, type CircleId, type DeviceId } from '@triode/core'
import { createSeededRandom, createVirtualClock } from '@triode/testkit'
import type { CircleRuntime } from '../../src/circle/circleRuntime.ts'
import { Dialer } from '../../src/network/dialer.ts'
import { DialPlan } from '../../src/network/dialPlan.ts'
import type { Outlook } from '../../src/network/outlook.ts'
import {
  CARD_NEWS_AT_ONCE,
  CARD_NEWS_EVERY_MS,
  FORWARD_HEAD_START_MS,
  MAX_DIALS,
  MAX_NEWS_DIALS,
  TICK_MS,
} from '../../src/tuning.ts'

const HOSTILE = Array.from({ length: 2 * MAX_DIALS }, (_, index) => `hostile${String(index)}` as DeviceId)
const BOB = 'bob' as DeviceId

/** A device whose calls lead nowhere, and end when they are told to. */
function dialing(
  devices: readonly DeviceId[],
  up: ReadonlyMap<DeviceId, string> = new Map(),
  ways: (circle: unknown, device: DeviceId) => string[] = () => [],
) {
  const clock = createVirtualClock()
  const called: string[] = []
  let cards = 0
  let under: (() => void)[] = []
  const channel = {
    name: 'tcp',
    traits: { rank: 1 },
    status: () => ({ state: 'on' }),
    dial: (address: string) => {
      called.push(address)
      return new Promise<Link>((_, reject) => {
        under.push(() => {
          reject(new Unavailable('unreachable'))
        })
      })
    },
  }
  const circle = {
    id: 'circle' as CircleId,
    state: { devices: new Map(), members: new Map() },
    names: { knocks: () => ['knock'] },
    whereabouts: {
      dialable: () => devices,
      addressesOf: (device: DeviceId) => [`tcp:${device}`],
      cardOf: (device: DeviceId) => (device === BOB ? 'same' : cards),
      visitTo: () => undefined,
    },
  }
  const dialer = new Dialer({
    channels: [channel, { name: 'dht', traits: { rank: 3 } }] as unknown as Channel[],
    clock,
    random: createSeededRandom('turns'),
    signal: new AbortController().signal,
    up: () => up,
    ways,
    firstPath: '/sync',
    made: () => undefined,
    outlook: { failed: () => undefined, isShut: false } as unknown as Outlook,
    refused: () => undefined,
  })
  const round = async (ms = CARD_NEWS_EVERY_MS): Promise<void> => {
    dialer.dialDue(circle as unknown as CircleRuntime)
    await turn()
    const ending = under
    under = []
    for (const end of ending) end()
    await turn()
    cards++
    clock.advance(ms)
  }
  /** A look a second later; dials under way go on. */
  const look = async (): Promise<void> => {
    clock.advance(TICK_MS)
    dialer.dialDue(circle as unknown as CircleRuntime)
    await turn()
  }
  return { called, round, dialer, look }
}

describe('devices that are all due', () => {
  it('are dialed a few times at once, and then seldom, however often somebody on the network says that one is there', async () => {
    const { called, round, dialer } = dialing([BOB])
    for (let count = 0; count < 200; count++) {
      dialer.found('circle' as CircleId, BOB, 'tcp')
      await round(5)
    }
    // And those of growing waits.
    assert.ok(
      called.length > 0 && called.length <= 2 * CARD_NEWS_AT_ONCE + 4,
      `${String(called.length)} dials`,
    )
    await round(CARD_NEWS_EVERY_MS)
    assert.ok(dialer.found('circle' as CircleId, BOB, 'tcp'))
  })

  it('are dialed in turn: who makes a new card each time takes no place of the others', async () => {
    const { called, round } = dialing([...HOSTILE, BOB])
    const rounds = 20
    for (let count = 0; count < rounds; count++) await round()
    assert.ok(called.length >= rounds * MAX_DIALS)
    assert.ok(called.length <= rounds * (MAX_DIALS + MAX_NEWS_DIALS))
    const bobs = called.filter((address) => address === `tcp:${BOB}`).length
    assert.ok(bobs >= 3, `Bob was dialed ${String(bobs)} times`)
  })

  it('are dialed once each 10 s, and not as one that just came, if they say each second that they are elsewhere', async () => {
    const [victim] = HOSTILE
    assert.ok(victim)
    const { called, round } = dialing([victim])
    const soon = async (ms: number): Promise<number> => {
      const before = called.length
      for (let passed = 0; passed < ms; passed += 1_000) await round(1_000)
      return called.length - before
    }
    await soon(60_000)
    assert.ok(
      (await soon(600_000)) <= 600_000 / CARD_NEWS_EVERY_MS + 1,
      'whoever answers there is left alone',
    )
  })

  it('wait for their turn, and whom there was just news of does not: not for a dial to where it was either', async () => {
    for (const up of [
      new Map<DeviceId, string>(),
      new Map([...HOSTILE, BOB].map((device) => [device, 'dht'])),
    ]) {
      const { called, dialer, look } = dialing([BOB, ...HOSTILE], up)
      const calls = (): number => called.filter((address) => address === `tcp:${BOB}`).length
      // All that may be under way leads nowhere, one to Bob with them.
      await look()
      assert.equal(calls(), 1)
      await look()
      assert.equal(calls(), 1)
      // Bob is somewhere else now.
      dialer.news('circle' as CircleId, BOB)
      await look()
      assert.equal(calls(), 2)
      // So much at most for each who says so often.
      for (let second = 0; second < 8; second++) {
        dialer.news('circle' as CircleId, BOB)
        await look()
      }
      assert.equal(calls(), 2)
    }
  })

  it('wait for their turn, and whom another leads to does not', async () => {
    const { called, look } = dialing([...HOSTILE, BOB], new Map(), (_, device) =>
      device === BOB ? ['tcp:through another'] : [],
    )
    // All that may be under way leads nowhere.
    for (let passed = 0; passed <= FORWARD_HEAD_START_MS; passed += TICK_MS) await look()
    await look()
    assert.equal(called.filter((address) => address === 'tcp:through another').length, 1)
    assert.equal(called.length, MAX_DIALS + 1)
  })

  it('are known in the order in which they came to be so', () => {
    const clock = createVirtualClock()
    const plan = new DialPlan(clock, createSeededRandom('order'))
    const [a, b, c] = ['a', 'b', 'c'] as DeviceId[] as [DeviceId, DeviceId, DeviceId]
    for (const device of [a, b]) plan.failed(device)
    clock.advance(60_000)
    plan.news(a)
    plan.started(a)
    plan.failed(a)
    clock.advance(60_000)
    plan.news(b)
    assert.deepEqual(plan.inTurn([a, b, c]), [c, b, a])
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PeerFault, Unavailable, type DeviceId } from '@triode/core'
import { createSeededRandom, createVirtualClock } from '@triode/testkit'
import { ipv6First } from '../../src/network/addressOrder.ts'
import { dialFirst, pause } from '../../src/network/dialFirst.ts'
import { DialPlan } from '../../src/network/dialPlan.ts'
import {
  ADDRESS_STAGGER_MS,
  DIAL_BACKOFF_FIRST_MS,
  DIAL_BACKOFF_MAX_MS,
  DIAL_JITTER_FROM,
  MAX_ADDRESSES_TRIED,
  STUCK_DIAL_MS,
} from '../../src/tuning.ts'

const BOB = 'bob' as DeviceId

/** After how long `plan` lets Bob be dialed again. */
function waitOf(plan: DialPlan, clock: ReturnType<typeof createVirtualClock>): number {
  let waited = 0
  while (!plan.isDue(BOB)) {
    clock.advance(10)
    waited += 10
  }
  return waited
}

describe('when a device is dialed', () => {
  it('is at once, never twice at a time, and after a failure later and later, up to a minute', () => {
    const clock = createVirtualClock()
    const plan = new DialPlan(clock, createSeededRandom('dial'))
    assert.ok(plan.isDue(BOB))
    for (let failures = 0; failures < 20; failures++) {
      plan.started(BOB)
      assert.equal(plan.isDue(BOB), false)
      plan.failed(BOB)
      const most = Math.min(DIAL_BACKOFF_FIRST_MS * 2 ** failures, DIAL_BACKOFF_MAX_MS)
      const waited = waitOf(plan, clock)
      assert.ok(waited >= most * DIAL_JITTER_FROM - 10 && waited <= most + 10, `${String(waited)} ms`)
    }
  })

  it('differs from device to device: they do not dial in step', () => {
    const waits = new Set<number>()
    for (const seed of 'abcdefgh') {
      const clock = createVirtualClock()
      const plan = new DialPlan(clock, createSeededRandom(seed))
      for (let failures = 0; failures < 8; failures++) plan.failed(BOB)
      waits.add(waitOf(plan, clock))
    }
    assert.ok(waits.size > 5)
  })

  it('is at once again when there is news, and starts over after a success', () => {
    const clock = createVirtualClock()
    const plan = new DialPlan(clock, createSeededRandom('news'))
    for (let failures = 0; failures < 8; failures++) plan.failed(BOB)
    plan.news(BOB)
    assert.ok(plan.isDue(BOB))
    plan.failed(BOB)
    assert.ok(waitOf(plan, clock) <= DIAL_BACKOFF_FIRST_MS + 10)
    for (let failures = 0; failures < 8; failures++) plan.failed(BOB)
    plan.succeeded(BOB)
    assert.ok(plan.isDue(BOB))
  })

  it('is beside a dial that leads nowhere, once, when there is news of it meanwhile', () => {
    const clock = createVirtualClock()
    const plan = new DialPlan(clock, createSeededRandom('stuck'))
    plan.started(BOB)
    plan.news(BOB)
    assert.equal(plan.isNewsDue(BOB), false, 'the one that just began may get there')
    clock.advance(STUCK_DIAL_MS)
    assert.ok(plan.isNewsDue(BOB))
    assert.equal(plan.isDue(BOB), false, 'it is no turn like others')
    plan.started(BOB)
    plan.news(BOB)
    clock.advance(60_000)
    assert.equal(plan.isNewsDue(BOB), false, 'no third one')
    plan.failed(BOB)
    assert.ok(plan.isNewsDue(BOB), 'and news waits for none that failed')
    plan.failed(BOB)
    plan.started(BOB)
    plan.failed(BOB)
    assert.equal(plan.isNewsDue(BOB), false)
    assert.ok(waitOf(plan, clock) >= DIAL_BACKOFF_FIRST_MS * DIAL_JITTER_FROM - 10)
  })

  it('does not depend on what the wall clock says', () => {
    const time = createVirtualClock()
    const clock = time.skewed(0)
    const plan = new DialPlan(clock, createSeededRandom('jump'))
    plan.failed(BOB)
    clock.jump(-365 * 86_400_000)
    assert.ok(waitOf(plan, time) <= DIAL_BACKOFF_FIRST_MS + 10)
  })
})

class FakeTunnel {
  destroyed = false
  destroy(): void {
    this.destroyed = true
  }
}
const never = new AbortController().signal

/** What takes this long and ends nevertheless was ended by somebody. */
const HOURS_MS = 10 * 3_600_000

function timers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
}

describe('dialing several addresses', () => {
  it('gives each a head start, takes the first that works, and aborts the others', async () => {
    const began = performance.now()
    const starts = new Map<string, number>()
    const aborted: string[] = []
    const won = await dialFirst(['slow', 'fast', 'late'], never, async (address, signal) => {
      starts.set(address, performance.now() - began)
      signal.addEventListener('abort', () => aborted.push(address))
      // The fast one takes no time at all: however busy the machine is, nobody starts between its start and its end.
      if (address === 'slow') await pause(HOURS_MS, signal)
      return { tunnel: new FakeTunnel(), address }
    })
    assert.equal(won.address, 'fast')
    assert.ok((starts.get('fast') ?? 0) >= ADDRESS_STAGGER_MS - 5)
    assert.equal(starts.has('late'), false)
    await pause(10, never)
    assert.ok(aborted.includes('slow'))
    assert.equal(timers(), 0, 'no timer is left')
  })

  it('starts the next at once when one fails: a machine without IPv6 loses no time by it', async () => {
    const began = performance.now()
    const failing = Array.from({ length: 12 }, (_, index) => `tcp:[2001:db8::${String(index)}]:1`)
    const won = await dialFirst([...failing, 'tcp:192.0.2.1:1'], never, (address) =>
      address.includes('[')
        ? Promise.reject(new Unavailable('unreachable'))
        : Promise.resolve({ tunnel: new FakeTunnel(), address }),
    )
    assert.equal(won.address, 'tcp:192.0.2.1:1')
    // Twelve head starts would be three seconds.
    assert.ok(performance.now() - began < 12 * ADDRESS_STAGGER_MS)
    assert.equal(timers(), 0)
  })

  it('tries IPv6 first, then both kinds by turns, and other channels where they stand', () => {
    const [a, b, c] = ['tcp:192.0.2.1:1', 'tcp:192.0.2.2:1', 'tcp:192.0.2.3:1']
    const [x, y] = ['tcp:[2001:db8::1]:1', 'tcp:[2001:db8::2]:1']
    assert.deepEqual(ipv6First([a, b, c, x, y]), [x, a, y, b, c])
    assert.deepEqual(ipv6First(['lan:10.0.0.1:1', a, 'tor:x.onion:1', x, 'lan:[fe80::1%eth0]:1', 'dht:0']), [
      'lan:[fe80::1%eth0]:1',
      x,
      'tor:x.onion:1',
      a,
      'lan:10.0.0.1:1',
      'dht:0',
    ])
    assert.deepEqual(ipv6First([a, b]), [a, b])
    assert.deepEqual(ipv6First([]), [])
  })

  it('closes what still comes of the others', async () => {
    const tunnels = new Map<string, FakeTunnel>()
    const late = Promise.withResolvers<undefined>()
    const stubborn = async (address: string) => {
      if (address === 'first') await late.promise
      const tunnel = new FakeTunnel()
      tunnels.set(address, tunnel)
      return { tunnel, address }
    }
    const won = await dialFirst(['first', 'second'], never, stubborn)
    assert.equal(won.address, 'second')
    late.resolve(undefined)
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(tunnels.get('first')?.destroyed, true)
    assert.equal(tunnels.get('second')?.destroyed, false)
  })

  it('says what tells most: somebody else who answered, then any refusal, then silence', async () => {
    const failing = (faults: Record<string, Error>) =>
      dialFirst(Object.keys(faults), never, (address) =>
        Promise.reject<{ tunnel: FakeTunnel }>(faults[address] ?? new Error()),
      )
    const silent = new Unavailable('unreachable')
    const impostor = new PeerFault('peer-not-authorized')
    const unknown = new PeerFault('knock-unknown')
    await assert.rejects(failing({ a: impostor, b: silent, c: unknown }), { code: 'peer-not-authorized' })
    await assert.rejects(failing({ a: unknown, b: silent }), { code: 'knock-unknown' })
    await assert.rejects(failing({ a: silent }), { code: 'unreachable' })
  })

  it('stops when it is told to, at once, and leaves no timer', async () => {
    const stop = new AbortController()
    const dialing = dialFirst(['a', 'b', 'c'], stop.signal, async (_, signal) => {
      await pause(HOURS_MS, signal)
      return { tunnel: new FakeTunnel() }
    })
    stop.abort()
    await assert.rejects(dialing)
    assert.equal(timers(), 0)
  })

  it('needs an address, and tries only so many', async () => {
    const attempts: string[] = []
    const attempt = (address: string) => {
      attempts.push(address)
      return Promise.reject<{ tunnel: FakeTunnel }>(new Unavailable('unreachable'))
    }
    await assert.rejects(dialFirst([], never, attempt), { code: 'no-address' })
    const stop = AbortSignal.timeout(MAX_ADDRESSES_TRIED * ADDRESS_STAGGER_MS + 60_000)
    const many = Array.from({ length: MAX_ADDRESSES_TRIED + 5 }, (_, index) => String(index))
    await assert.rejects(dialFirst(many, stop, attempt))
    assert.equal(attempts.length, MAX_ADDRESSES_TRIED)
  })

  it('tries where it was found in a DHT and its onion service, however many addresses of TCP its router gave it', async () => {
    const attempts: string[] = []
    const attempt = (address: string) => {
      attempts.push(address)
      return Promise.reject<{ tunnel: FakeTunnel }>(new Unavailable('unreachable'))
    }
    const told = Array.from({ length: MAX_ADDRESSES_TRIED }, (_, n) => `tcp:[2620::${n.toString(16)}]:4711`)
    const [onion, found] = [`tor:${'a'.repeat(56)}.onion:1`, `dht:${'0'.repeat(64)}`]
    await assert.rejects(dialFirst([...told.slice(1), onion, found], never, attempt))
    assert.equal(attempts.length, MAX_ADDRESSES_TRIED)
    for (const one of [onion, found]) assert.ok(attempts.includes(one), one)
  })
})

/** A tunnel that has ended without a word is found out soon: after a move, a sleep, news of the other, or when nothing is answered. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Channel } from '@triode/channels'
import type { CircleId, DeviceId } from '@triode/core'
import { createVirtualClock } from '@triode/testkit'
import { PathWatch } from '../../src/network/pathWatch.ts'
import type { PeerTunnel } from '../../src/network/peerTunnel.ts'
import { Surroundings } from '../../src/network/surroundings.ts'
import {
  LONG_NAP_MS,
  MAX_UNANSWERED_BYTES,
  MOVE_EVERY_MS,
  MOVES_AT_ONCE,
  NAP_MS,
  PROBE_MS,
  SLOW_PROBE_MS,
  TICK_MS,
  UNANSWERED_MS,
} from '../../src/tuning.ts'

const HOME = ['192.168.1.2', 'fe80::1']

/** A machine with a tunnel to Bob, looked at each second. */
function machine({ channel = 'tcp', local = '192.168.1.2' } = {}) {
  const clock = createVirtualClock()
  const own = clock.skewed(0)
  const traffic = { readBytes: 0, writtenBytes: 0 }
  const bob = { probes: [] as number[], ended: undefined as string | undefined, card: 'here' }
  const heard = { moved: 0, dialsAnew: 0 }
  const net = { addresses: HOME }
  const tunnel = {
    traffic,
    probe: (ms: number) => bob.probes.push(ms),
    destroy: ({ code }: { code: string }) => (bob.ended = code),
  }
  const peer = { circle: 'circle' as CircleId, device: 'bob' as DeviceId, channel, local, tunnel }
  const watch = new PathWatch({
    surroundings: new Surroundings({ clock: own, addresses: () => net.addresses }),
    clock: own,
    channels: [{ moved: () => heard.moved++ } as unknown as Channel],
    peers: () => [peer as unknown as PeerTunnel],
    cardOf: () => bob.card,
    moved: () => heard.dialsAnew++,
  })
  const pass = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += TICK_MS) {
      clock.advance(TICK_MS)
      watch.look()
    }
  }
  const sleep = (ms: number): void => {
    clock.advance(ms)
    watch.look()
  }
  watch.look()
  return {
    bob,
    heard,
    net,
    traffic,
    pass,
    sleep,
    jump: (ms: number) => {
      own.jump(ms)
    },
  }
}

describe('a machine that nothing happens to', () => {
  it('asks nobody, and dials nobody anew, also when only a link-local address comes or goes', () => {
    const { bob, heard, net, pass } = machine()
    pass(60_000)
    net.addresses = [...HOME, 'fe80::2']
    pass(10_000)
    assert.deepEqual([bob.probes, bob.ended, heard], [[], undefined, { moved: 0, dialsAnew: 0 }])
  })
})

describe('a machine that moves', () => {
  it('ends what went over an address that is gone, and dials everybody anew', () => {
    const { bob, heard, net, pass } = machine()
    net.addresses = ['10.0.0.7', 'fe80::1']
    pass(TICK_MS)
    assert.equal(bob.ended, 'address-gone')
    pass(10_000)
    assert.deepEqual(heard, { moved: 1, dialsAnew: 1 })
  })

  it('asks whoever is reached over something else whether it is there still', () => {
    const { bob, net, pass } = machine({ local: '10.8.0.1' })
    net.addresses = ['10.0.0.7', 'fe80::1']
    pass(TICK_MS)
    assert.deepEqual([bob.ended, bob.probes], [undefined, [PROBE_MS]])
  })

  it('knows a link-local address with its zone', () => {
    const { bob, net, pass } = machine({ local: 'fe80::1%eth0' })
    net.addresses = ['192.168.1.2']
    pass(TICK_MS)
    assert.equal(bob.ended, 'address-gone')
  })

  it('again and again starts anew now and then, so that dials come to an end, and once more when it has settled', () => {
    const { heard, net, pass } = machine()
    for (let second = 0; second < 60; second++) {
      net.addresses = second % 2 === 0 ? ['10.0.0.7'] : HOME
      pass(TICK_MS)
    }
    assert.deepEqual(heard.moved, MOVES_AT_ONCE + Math.floor(59_000 / MOVE_EVERY_MS))
    pass(MOVE_EVERY_MS)
    const { moved } = heard
    assert.deepEqual(moved, MOVES_AT_ONCE + Math.floor(60_000 / MOVE_EVERY_MS))
    pass(60_000)
    assert.deepEqual(heard, { moved, dialsAnew: moved })
  })

  it('dials anew when it has an address again', () => {
    const { heard, net, pass } = machine()
    net.addresses = []
    pass(TICK_MS)
    net.addresses = HOME
    pass(TICK_MS)
    assert.deepEqual(heard, { moved: 2, dialsAnew: 2 })
  })
})

describe('a machine that slept', () => {
  for (const [what, sleep] of [
    [
      'and whose clock of intervals went on',
      (at: ReturnType<typeof machine>) => {
        at.sleep(NAP_MS + 1_000)
      },
    ],
    [
      'and whose wall clock alone went on',
      (at: ReturnType<typeof machine>) => {
        at.jump(NAP_MS + 1)
        at.pass(TICK_MS)
      },
    ],
    [
      'or whose clock was set back',
      (at: ReturnType<typeof machine>) => {
        at.jump(-NAP_MS - 1)
        at.pass(TICK_MS)
      },
    ],
  ] as const) {
    it(`${what} asks everybody, once, and dials anew`, () => {
      const at = machine()
      sleep(at)
      at.pass(10_000)
      assert.deepEqual([at.bob.probes, at.heard], [[PROBE_MS], { moved: 1, dialsAnew: 1 }])
    })
  }

  it('gives a tunnel over Tor more time', () => {
    const { bob, sleep } = machine({ channel: 'tor' })
    sleep(NAP_MS + 1_000)
    assert.deepEqual(bob.probes, [SLOW_PROBE_MS])
  })
})

describe('a device that is elsewhere', () => {
  it('is asked when its card changes, as others hand it on', () => {
    const { bob, pass } = machine()
    bob.card = 'there'
    pass(10_000)
    assert.deepEqual(bob.probes, [PROBE_MS])
  })

  it('is asked, once, when what was sent is not answered; not while it answers, nor when nothing was sent', () => {
    const { bob, traffic, pass } = machine()
    for (let round = 0; round < 20; round++) {
      traffic.writtenBytes += 500
      pass(TICK_MS)
      traffic.readBytes += 50
      pass(TICK_MS)
    }
    pass(60_000)
    assert.deepEqual(bob.probes, [])
    traffic.writtenBytes += 500
    pass(UNANSWERED_MS + TICK_MS)
    assert.deepEqual(bob.probes, [PROBE_MS])
    traffic.writtenBytes += 500
    pass(60_000)
    assert.equal(bob.probes.length, 1)
  })

  it('is left alone while it is sent a file on a slow line', () => {
    const { bob, traffic, pass } = machine()
    traffic.writtenBytes += MAX_UNANSWERED_BYTES + 1
    pass(60_000)
    assert.deepEqual(bob.probes, [])
  })
})

describe('what was connected', () => {
  it('is taken to be cut when an address is gone, when there was none, and after a long sleep alone', () => {
    const clock = createVirtualClock()
    let addresses = HOME
    const surroundings = new Surroundings({ clock, addresses: () => addresses })
    const after = (now: string[], ms = TICK_MS): boolean => {
      addresses = now
      clock.advance(ms)
      return surroundings.look().isCut
    }
    surroundings.look()
    assert.equal(after(HOME), false)
    assert.equal(after([...HOME, '172.17.0.1']), false, 'another network beside')
    assert.equal(after(HOME), true)
    assert.equal(after([]), true)
    assert.equal(after(['10.0.0.7']), true, 'from none to one')
    assert.equal(after(['10.0.0.7'], NAP_MS + 1), false)
    assert.equal(after(['10.0.0.7'], LONG_NAP_MS + 1), true)
  })
})

/** A card has room for some addresses, and circles for some cards, whatever the network of a device does. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  CircleSecrets,
  createSuite,
  deviceIdOf,
  MAX_ADDRESSES,
  memberIdOf,
  MembershipLog,
} from '@triode/core'
import { nodePrimitives, systemRandom } from '@triode/crypto'
import { createMemorySearch, createMemoryStore, createVirtualClock } from '@triode/testkit'
import { createCertificate } from '@triode/tunnel'
import {
  cardAddresses,
  invitationAddresses,
  MAX_INVITATION_ADDRESSES,
  withoutOthersNear,
} from '../../src/circle/cardAddresses.ts'
import { CircleRuntime } from '../../src/circle/circleRuntime.ts'
import { CARD_EVERY_MS, CARDS_AT_ONCE } from '../../src/tuning.ts'
import { Bench, eventually, join2, type TestDevice } from '../devices.ts'

const suite = createSuite('hybrid', nodePrimitives())
const ONION = `tor:${'a'.repeat(56)}.onion:1`
const NODE = 'dht-node:192.0.2.1:49737'

/** As a router gives them: as many as it likes. */
function many(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `tcp:[2001:db8::${index.toString(16)}]:4711`)
}

async function newCircle() {
  const store = createMemoryStore()
  const clock = createVirtualClock()
  const key = suite.signing.generate(systemRandom)
  const made = { key, random: systemRandom, name: 'Circle', nickname: 'Alice', at: clock.now() }
  const { circle } = MembershipLog.create({ suite, store }, made)
  new CircleSecrets(store, circle).create(systemRandom)
  const runtime = new CircleRuntime(
    {
      ...{ suite, primitives: nodePrimitives(), store, clock, random: systemRandom },
      search: createMemorySearch(),
      storeIncarnation: new Uint8Array(16),
      onEvent: () => undefined,
    },
    {
      circle,
      suite: 'hybrid',
      pkcs8: key.exportPkcs8(),
      certificate: await createCertificate('hybrid', key.exportPkcs8(), key.publicKey),
      member: memberIdOf(deviceIdOf(suite, key.publicKey)),
      inviterAddresses: [],
    },
  )
  return { runtime, clock, card: () => runtime.joinParts().cards.get(runtime.self) }
}

describe('the addresses of a card', () => {
  it('are all, in their order, where there is room', () => {
    const all = ['tcp:192.0.2.1:1', ...many(13), NODE, ONION]
    assert.deepEqual(cardAddresses(all), all)
    assert.deepEqual(cardAddresses([]), [])
  })

  it('are some of each channel and of both kinds of IP, however many a router gives of one', () => {
    const all = [...many(100), 'tcp:192.0.2.1:1', NODE, ONION]
    const told = cardAddresses(all)
    assert.equal(told.length, MAX_ADDRESSES)
    for (const one of ['tcp:192.0.2.1:1', NODE, ONION, ...many(1)]) assert.ok(told.includes(one), one)
  })

  it('go out on a card of a machine that has more of them than it can tell', async () => {
    const { runtime, card } = await newCircle()
    runtime.tick([...many(40), NODE, ONION])
    assert.equal(card()?.addresses.length, MAX_ADDRESSES)
    runtime.stop()
  })

  it('that come and go each second make a card now and then, of which the last is true', async () => {
    const { runtime, clock, card } = await newCircle()
    const cards = new Set([card()])
    for (let second = 0; second < 60; second++) {
      clock.advance(1_000)
      runtime.tick(many(second % 2))
      cards.add(card())
    }
    assert.ok(cards.size <= CARDS_AT_ONCE + 2 + 60_000 / CARD_EVERY_MS, `${String(cards.size)} cards`)
    clock.advance(CARD_EVERY_MS)
    runtime.tick(many(3))
    assert.deepEqual(card()?.addresses, many(3))
    runtime.stop()
  })

  it('stay told while the device starts: a router or Tor may not have answered yet', async () => {
    const { runtime, card } = await newCircle()
    runtime.tick([ONION, ...many(2)], true)
    const before = card()
    assert.deepEqual(before?.addresses, [ONION, ...many(2)], 'nothing was told before')
    for (const fewer of [[], many(1), many(2)]) {
      runtime.tick(fewer, true)
      assert.equal(card(), before)
    }
    runtime.tick([NODE, ...many(1)], true)
    assert.deepEqual(card()?.addresses, [NODE, ...many(1)], 'it is reached elsewhere now')
    runtime.tick([])
    assert.deepEqual(card()?.addresses, [])
    runtime.stop()
  })
})

describe('the addresses of an invitation', () => {
  const lan = (...hosts: string[]): string[] => hosts.map((host) => `lan:${host}:4711`)

  it('are all, in their order, where there is room', () => {
    const all = [...lan('192.168.1.7', '[fe80::7%eth0]'), 'tcp:9.9.9.9:4711', NODE]
    assert.deepEqual(invitationAddresses(all), all)
  })

  it('have the way into a DHT among them, however many networks a machine is in', () => {
    const networks = ['eth0', 'wlan0', 'docker0'].flatMap((name, at) =>
      lan(`192.168.${String(at)}.7`, `[fe80::${String(at)}%${name}]`),
    )
    assert.deepEqual(invitationAddresses([...networks, NODE]), [
      ...lan('192.168.0.7', '192.168.1.7', '192.168.2.7'),
      NODE,
    ])
  })

  it('have the public ones among them, of both kinds of IP, of a machine that is called from everywhere', () => {
    const near = lan('10.0.0.7', '[fe80::7%eth0]')
    const own = ['tcp:10.0.0.7:4711', 'tcp:9.9.9.9:4711', 'tcp:[2620:fe::9]:4711']
    const told = invitationAddresses([...near, ...own, NODE])
    assert.equal(told.length, MAX_INVITATION_ADDRESSES)
    assert.deepEqual(told, ['lan:10.0.0.7:4711', 'tcp:9.9.9.9:4711', 'tcp:[2620:fe::9]:4711', NODE])
  })
})

describe('addresses on the card of another that lead to one’s own machine or link', () => {
  const elsewhere = [
    'tcp:192.0.2.1:80',
    'tcp:192.168.1.1:80',
    'tcp:[2001:db8::1]:80',
    'lan:127.0.0.1:80',
    ONION,
  ]
  const loopback = ['tcp:127.0.0.1:80', 'tcp:127.9.9.9:80', 'tcp:[::1]:80', 'tcp:[::ffff:127.0.0.1]:80']
  const onLink = [
    'tcp:169.254.169.254:80',
    'tcp:[fe80::1%eth0]:80',
    'tcp:[febf::1]:80',
    'tcp:[::ffff:a9fe:1]:80',
  ]

  it('are not dialed', () => {
    assert.deepEqual(withoutOthersNear([...loopback, ...elsewhere, ...onLink], []), elsewhere)
    assert.deepEqual(withoutOthersNear([...loopback, ...elsewhere, ...onLink], elsewhere), elsewhere)
  })

  it('are, each kind by itself, where one is reached on such a one oneself', () => {
    const all = [...loopback, ...elsewhere, ...onLink]
    assert.deepEqual(withoutOthersNear(all, ['tcp:127.0.0.1:4711']), [...loopback, ...elsewhere])
    assert.deepEqual(withoutOthersNear(all, ['tcp:169.254.1.1:4711']), [...elsewhere, ...onLink])
    assert.deepEqual(withoutOthersNear(all, [], ['tcp:[::1]:80']), ['tcp:[::1]:80', ...elsewhere])
  })

  it('are not called by a device that is nowhere near, and are by one that is', async () => {
    const bench = new Bench()
    try {
      const [alice, carol, dave] = [
        await bench.make('Alice'),
        await bench.make('Carol'),
        await bench.make('Dave'),
      ]
      const { circle } = await alice.device.createCircle({ name: 'Circle' })
      for (const other of [carol, dave]) await join2(alice, other, circle)
      // Bob knows Alice by her link alone, and the others by their cards alone, all of which name this machine.
      const { link } = await alice.device.invite({ circle })
      const bob = await bench.make('Bob', ['tcp'], undefined, [])
      await bob.device.join({ link })
      const { device } = await carol.device.circle(circle)
      const reaches = async (one: TestDevice): Promise<true | undefined> =>
        (await one.device.peers(circle)).some((peer) => peer.device === device && peer.channel === 'tcp') ||
        undefined
      await eventually('Dave to reach Carol', () => reaches(dave))
      await eventually(
        'Bob to be there',
        async () => (await bob.device.peers(circle)).length > 0 || undefined,
      )
      await new Promise((resolve) => setTimeout(resolve, 3_000))
      // By way of Alice he does.
      assert.equal(await reaches(bob), undefined)
    } finally {
      await bench.end()
    }
  })
})

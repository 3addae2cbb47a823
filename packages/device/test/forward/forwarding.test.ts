import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Bench, eventually, textsIn, type TestDevice } from '../devices.ts'
import { talk } from '../network/talking.ts'
import { carolBetween } from './between.ts'

const PORT = 30_000 + (process.pid % 9_000)

let bench: Bench
/** Whom both others reach. */
let carol: TestDevice
/** Listen nowhere: they can only call. */
let alice: TestDevice
let bob: TestDevice
let circle: string
before(async () => {
  bench = new Bench()
  ;({ carol, alice, bob, circle } = await carolBetween(bench, ['tcp', 'dht']))
})
after(async () => {
  await bench.end()
})

async function over(one: TestDevice, ...channels: string[]): Promise<void> {
  await eventually(`tunnels over ${channels.join(' and ')}`, async () => {
    const peers = await one.device.peers(circle)
    const now = peers.map(({ channel }) => channel).sort()
    return now.join() === [...channels].sort().join() ? true : undefined
  })
}

describe('two devices that can only call, and a third that both reach', () => {
  it('have a tunnel of their own through it, with keys of their own', async () => {
    await over(alice, 'tcp', 'forward')
    await over(bob, 'tcp', 'forward')
    await over(carol, 'tcp', 'tcp')
    const [peer] = (await alice.device.peers(circle)).filter(({ channel }) => channel === 'forward')
    const [own] = await bob.device.peers(circle)
    assert.ok(peer !== undefined && own !== undefined)
    assert.equal(peer.name, 'Bob')
    assert.equal(peer.group, own.group, 'it is a tunnel as any other')
  })

  it('tell of it to the third, by both their words, with who hands it on', async () => {
    const seen = await eventually('the link between the others', async () => {
      const { links } = await carol.device.network(circle)
      return links.find(({ toldBy }) => toldBy.length === 2)
    })
    const own = (await carol.device.network(circle)).devices.find(({ self }) => self)
    assert.deepEqual([seen.channel, seen.via], ['forward', own?.device])
    const { links } = await alice.device.network(circle)
    assert.deepEqual(
      links.map(({ channel, via }) => [channel, via]),
      [['tcp', undefined]],
      'and of the others’ links no address is told',
    )
  })

  it('end it when the circle forbids that, and have it again when it does not', async () => {
    await carol.device.setPolicy({ circle, key: 'forwarding', value: 'none' })
    await over(alice, 'tcp')
    await over(bob, 'tcp')
    await carol.device.setPolicy({ circle, key: 'forwarding', value: 'members' })
    await over(alice, 'tcp', 'forward')
  })

  it('move to a better way when there is one, with nothing lost or doubled', async () => {
    const fallSilent = talk(alice, circle)
    const dht = { nodes: [], publicNodes: false }
    const serve = `127.0.0.1:${String(PORT)}`
    await carol.device.setChannel({ name: 'dht', on: true, told: true, dht: { ...dht, serve } })
    for (const one of [alice, bob]) await one.device.setChannel({ name: 'dht', on: true, told: true })
    await eventually('a better tunnel', async () => {
      const peers = await alice.device.peers(circle)
      return peers.some(({ name, channel }) => name === 'Bob' && channel === 'dht') ? true : undefined
    })
    const sent = await fallSilent()
    await eventually('all of it', async () =>
      (await textsIn(bob, circle)).length >= sent.length ? true : undefined,
    )
    assert.deepEqual(await textsIn(bob, circle), sent)
  })
})

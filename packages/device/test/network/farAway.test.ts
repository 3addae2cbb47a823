import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { MAX_FAR_ANNOUNCED } from '../../src/tuning.ts'
import { Bench, codeOf, eventually, join2, PASSPHRASE, textsIn, type TestDevice } from '../devices.ts'
import { talk } from './talking.ts'

const PORT = 40_000 + (process.pid % 9_000)
const NODE = `127.0.0.1:${String(PORT)}`
const OFF = { nodes: [], publicNodes: false }

let bench: Bench
/** Serves the others as the way into the DHT. */
let carol: TestDevice
let alice: TestDevice
let bob: TestDevice
let circle: string
before(async () => {
  bench = new Bench()
  const channels = ['tcp', 'dht']
  ;[carol, alice, bob] = await Promise.all([
    bench.make('Carol', channels),
    bench.make('Alice', channels),
    bench.make('Bob', channels),
  ])
  ;({ circle } = await carol.device.createCircle({ name: 'Circle' }))
})
after(async () => {
  await bench.end()
})

async function channelOf({ device }: TestDevice, name: string) {
  const { channels } = await device.status()
  return channels.find((one) => one.name === name)
}

async function over(one: TestDevice, channel: string, count: number): Promise<void> {
  await eventually(`${String(count)} over ${channel}`, async () => {
    const peers = await one.device.peers(circle)
    return peers.filter((peer) => peer.channel === channel).length === count ? true : undefined
  })
}

describe('the channel dht', () => {
  it('is off until a person turns it on, and was told what it shows', async () => {
    assert.equal((await channelOf(alice, 'dht'))?.state, 'off')
    const untold = alice.device.setChannel({ name: 'dht', on: true })
    await assert.rejects(untold, (fault: { code: string; message: string; remedy: string }) => {
      assert.equal(fault.code, 'channel-untold')
      assert.match(fault.message, /network address/)
      return true
    })
    assert.equal((await channelOf(alice, 'dht'))?.state, 'off')
    // Off again needs no telling.
    assert.equal((await alice.device.setChannel({ name: 'dht', on: false })).state, 'off')
  })

  it('says what it lacks where no node is known', async () => {
    const on = await alice.device.setChannel({ name: 'dht', on: true, told: true })
    assert.equal(on.state, 'failed')
    assert.match(on.reason ?? '', /No node/)
    assert.ok(on.remedy !== undefined)
    assert.deepEqual(on.dht, OFF)
  })

  it('takes nodes as IPv4 and port, of itself alone', async () => {
    const dht = { ...OFF, nodes: ['dht.example:1'] }
    const bad = alice.device.setChannel({ name: 'dht', on: true, told: true, dht })
    assert.equal(await codeOf(bad), 'dht-node-malformed')
    assert.equal(await codeOf(alice.device.setChannel({ name: 'tcp', on: true, dht: OFF })), 'channel-option')
  })

  it('carries an invitation to who learns from it where to begin, and nothing else', async () => {
    const served = await carol.device.setChannel({
      name: 'dht',
      on: true,
      told: true,
      dht: { ...OFF, serve: NODE },
    })
    assert.equal(served.state, 'on')
    assert.equal(served.dht?.serve, NODE)
    await carol.device.setChannel({ name: 'tcp', on: false })
    await join2(carol, alice, circle)
    await over(alice, 'dht', 1)
    await bob.device.setChannel({ name: 'dht', on: true, told: true })
    await join2(carol, bob, circle)
    await over(bob, 'dht', 1)
  })

  it('lets members find each other again after both were locked, by the card of who serves', async () => {
    await Promise.all([alice, bob].map(({ device }) => device.setChannel({ name: 'tcp', on: false })))
    for (const one of [alice, bob]) {
      await one.device.lock()
      await one.device.unlock(PASSPHRASE)
      assert.notEqual((await channelOf(one, 'dht'))?.state, 'off', 'what was chosen is kept')
    }
    await over(alice, 'dht', 2)
    await over(bob, 'dht', 2)
  })

  it('gives way to a better one when there is one, with nothing lost or doubled', async (context) => {
    const fallSilent = talk(alice, circle)
    const began = performance.now()
    await Promise.all([alice, bob].map(({ device }) => device.setChannel({ name: 'tcp', on: true })))
    await over(alice, 'tcp', 1)
    const tookMs = performance.now() - began
    context.diagnostic(`moved from dht to tcp in ${(tookMs / 1_000).toFixed(1)} s`)
    await over(bob, 'tcp', 1)
    const sent = await fallSilent()
    const came = await eventually('all of it', async () => {
      const texts = await textsIn(bob, circle)
      return texts.length >= sent.length ? texts : undefined
    })
    assert.deepEqual(came, sent)
    assert.ok(tookMs < 5_000, `${String(tookMs)} ms`)
  })

  it('tells by which invitations nobody finds the device, since there are too many', async () => {
    const made: string[] = []
    for (let n = 0; n < MAX_FAR_ANNOUNCED + 4; n++)
      made.push((await carol.device.invite({ circle })).invitation)
    const all = await carol.device.invitations(circle)
    const leftOut = all.filter(({ leftOutOf }) => leftOutOf !== undefined)
    assert.deepEqual(new Set(leftOut.flatMap(({ leftOutOf = [] }) => leftOutOf)), new Set(['dht']))
    // One name is that of the circle.
    const oldest = made.slice(0, made.length - (MAX_FAR_ANNOUNCED - 1))
    assert.deepEqual(leftOut.map(({ invitation }) => invitation).sort(), oldest.sort())
    const found = (await carol.device.doctor()).find(({ code }) => code === 'circle-invitations-left-out')
    assert.equal(found?.values['count'], oldest.length)
    await carol.device.revokeInvitation(made.at(-1) ?? '')
    await eventually('another to be found', async () => {
      const left = (await carol.device.invitations(circle)).filter(({ leftOutOf }) => leftOutOf !== undefined)
      return left.length === oldest.length - 1 ? true : undefined
    })
  })
})

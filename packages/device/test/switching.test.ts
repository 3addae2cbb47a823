/** Two devices that write to each other all the while, and the channels between them that come and go. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openDevice } from '../src/index.ts'
import { Bench, CHEAP, eventually, PASSPHRASE, type TestDevice } from './devices.ts'

const DHT_PORT = 21_000 + (process.pid % 20_000)
const OFF = { nodes: [], publicNodes: false }

let bench: Bench
let alice: TestDevice
let bob: TestDevice
let circle: string

async function make(name: string): Promise<TestDevice> {
  const device = await openDevice({
    home: bench.home(),
    channels: ['lan', 'tcp', 'dht'],
    lanInterfaces: ['127.0.0.1'],
    listen: [{ host: '127.0.0.1', port: 0 }],
    version: 'test',
    kdf: CHEAP,
  })
  bench.adopt(device)
  await device.init({ passphrase: PASSPHRASE, name })
  return { device, home: '', events: [] }
}

before(async () => {
  bench = new Bench()
  alice = await make('Alice')
  bob = await make('Bob')
  ;({ circle } = await alice.device.createCircle({ name: 'Circle' }))
  const { link } = await alice.device.invite({ circle })
  await bob.device.join({ link })
  const serve = `127.0.0.1:${String(DHT_PORT)}`
  await alice.device.setChannel({ name: 'dht', on: true, told: true, dht: { ...OFF, serve } })
  await bob.device.setChannel({ name: 'dht', on: true, told: true })
})
after(() => bench.end())

/** Writes to the circle until it is told to stop. @returns what to call then, which gives the texts */
function talk({ device }: TestDevice, name: string): () => Promise<string[]> {
  const sent: string[] = []
  const stop = new AbortController()
  const talking = (async () => {
    while (!stop.signal.aborted) {
      const text = `${name} ${String(sent.length)}`
      await device.send({ where: circle, text })
      sent.push(text)
      await new Promise((resolve) => setTimeout(resolve, 40))
    }
  })()
  return async () => {
    stop.abort()
    await talking
    return sent
  }
}

async function over(channel: string): Promise<void> {
  for (const { device } of [alice, bob]) {
    await eventually(`a tunnel over ${channel}`, async () =>
      (await device.peers(circle)).some((peer) => peer.channel === channel) ? true : undefined,
    )
  }
}

async function turn(name: string, on: boolean): Promise<void> {
  const told = name === 'dht' ? { told: true } : {}
  await Promise.all([alice, bob].map(({ device }) => device.setChannel({ name, on, ...told })))
}

async function heard({ device }: TestDevice, name: string): Promise<string[]> {
  const texts: string[] = []
  let before: string | undefined
  for (;;) {
    const page = await device.messages({ where: circle, limit: 500, ...(before !== undefined && { before }) })
    texts.unshift(...page.messages.map(({ text }) => text))
    before = page.messages[0]?.id
    if (!page.more) return texts.filter((text) => text.startsWith(`${name} `))
  }
}

/** The channel that there is, what happens, and the one that there is then. */
const STEPS = [
  ['lan', 'lan', false, 'tcp'],
  ['tcp', 'tcp', false, 'dht'],
  ['dht', 'lan', true, 'lan'],
  ['lan', 'lan', false, 'dht'],
  ['dht', 'tcp', true, 'tcp'],
  ['tcp', 'lan', true, 'lan'],
] as const

describe('while both write', () => {
  it('the tunnel moves from each channel to each, the better one when there is one, with nothing lost, doubled or out of order', async (context) => {
    await over('lan')
    const ends = [talk(alice, 'Alice'), talk(bob, 'Bob')]
    for (const [from, channel, on, to] of STEPS) {
      await over(from)
      const began = performance.now()
      await turn(channel, on)
      await over(to)
      context.diagnostic(`${from} to ${to} in ${((performance.now() - began) / 1_000).toFixed(1)} s`)
    }
    const [ofAlice = [], ofBob = []] = await Promise.all(ends.map((end) => end()))
    for (const [name, sent] of [
      ['Alice', ofAlice],
      ['Bob', ofBob],
    ] as const) {
      assert.ok(sent.length > 10)
      for (const one of [alice, bob]) {
        await eventually('all of it', async () =>
          (await heard(one, name)).length >= sent.length ? true : undefined,
        )
        assert.deepEqual(await heard(one, name), sent)
      }
    }
  })
})

import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv4 } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { CallerFault } from '@triode/core'
import { channelCompliance } from '@triode/testkit'
import HyperDHT, { type SecretStream } from 'hyperdht'
import { Announcement } from '../src/dht/announcement.ts'
import { DhtNode, publicNodes } from '../src/dht/dhtNode.ts'
import { parseNode } from '../src/dht/nodeAddress.ts'
import { MAX_ANNOUNCED, MAX_NODES } from '../src/dht/tuning.ts'
import { DhtChannel, type DhtChannelOptions } from '../src/index.ts'

const LOOPBACK = '127.0.0.1'
const PORT = 20_000 + (process.pid % 20_000)
const NODE = `${LOOPBACK}:${String(PORT)}`
const HERE = 'here'.padEnd(26, 'a')
const THERE = 'there'.padEnd(26, 'a')
const LATER = 'there'.padEnd(26, 'b')
const PATIENCE_MS = 20_000

const running = new Set<DhtChannel>()

async function started(options: DhtChannelOptions, ...names: string[]): Promise<DhtChannel> {
  const channel = new DhtChannel({ host: LOOPBACK, ...options })
  running.add(channel)
  channel.announce(names)
  await channel.start((link) => link.stream.pipe(link.stream))
  return channel
}

async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!condition()) {
    assert.ok(performance.now() < deadline, `waited in vain for ${what}`)
    await sleep(10)
  }
}

const entrance = new DhtChannel({ host: LOOPBACK, serve: NODE })
before(() => entrance.start((link) => link.stream.destroy()))
after(() => Promise.all([entrance, ...running].map((channel) => channel.stop())))

channelCompliance('dht', () => {
  const here = new DhtChannel({ host: LOOPBACK, nodes: [NODE] })
  const there = new DhtChannel({ host: LOOPBACK, nodes: [NODE] })
  here.announce([HERE])
  there.announce([THERE])
  return {
    here,
    there,
    nobody: `dht:${'ab'.repeat(32)}`,
    malformed: [
      'tcp:127.0.0.1:80',
      'dht:127.0.0.1:80',
      'dht-node:127.0.0.1:80',
      `dht:${'AB'.repeat(32)}`,
      `dht:${'ab'.repeat(33)}`,
    ],
  }
})

void describe('in a DHT', { timeout: 60_000 }, () => {
  it('who asks for a name finds where to dial whoever announces it, first or second', async () => {
    const seeker = await started({ nodes: [NODE] })
    const seen: [string, string][] = []
    seeker.watch((name, address) => seen.push([name, address]))
    const name = 'found'.padEnd(26, 'c')
    seeker.seek([name])
    const other = await started({ nodes: [NODE] }, name)
    await until('the name', () => seen.length > 0)
    assert.deepEqual(seen[0], [name, other.addresses()[0]])
    const { stream } = await seeker.dial(seen.map(([, address]) => address)[0] ?? '')
    stream.write('echo')
    assert.equal(String((await once(stream, 'data'))[0]), 'echo')
  })

  it('keeps the way to an announced name open with a packet to each of its relays in 25 s, not in the 3 s of the library', async () => {
    const dht = new HyperDHT({ bootstrap: [parseNode(NODE)], host: LOOPBACK })
    const keyPair = HyperDHT.keyPair()
    const onStream = (stream: SecretStream) => {
      stream.destroy()
    }
    const one = new Announcement({ dht, keyPair, name: 'quiet'.padEnd(26, 'e'), onStream })
    await one.ready
    // Those of entering are over; the first of an announcement goes at once.
    await sleep(500)
    const before = dht.stats.commands.ping.tx
    await sleep(4_000)
    assert.equal(dht.stats.commands.ping.tx - before, 0)
    await one.close()
    await dht.destroy({ force: true })
  })

  it('asks for names at once when nodes answer again, after a time in which none did', (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] })
    const known: unknown[] = []
    const pinged: unknown[] = []
    const silent = {
      nodes: known,
      ping: (node: unknown) => Promise.resolve(pinged.push(node)),
      destroy: () => Promise.resolve(),
    }
    function library() {
      return silent
    }
    let found = 0
    const node = new DhtNode({ library: library as never, nodes: [parseNode(NODE)], found: () => found++ })
    known.push({})
    t.mock.timers.tick(5_000)
    assert.deepEqual([found, pinged.length], [0, 0], 'it was never alone')
    known.pop()
    t.mock.timers.tick(10_000)
    assert.deepEqual([found, pinged.length], [0, 2])
    known.push({})
    t.mock.timers.tick(10_000)
    assert.deepEqual([found, pinged.length], [1, 2])
    return node.close()
  })

  it('who does not know a name hears of nobody', async () => {
    const seeker = await started({ nodes: [NODE] })
    const seen: string[] = []
    seeker.watch((name) => seen.push(name))
    await started({ nodes: [NODE] }, 'silent'.padEnd(26, 'd'))
    seeker.seek(['wrong'.padEnd(26, 'd')])
    await sleep(500)
    assert.deepEqual(seen, [])
  })

  it('two names of one device, or of two days, have nothing in common', async () => {
    const device = await started({ nodes: [NODE] }, THERE, HERE)
    const today = device.addresses()
    assert.equal(new Set(today).size, 2, 'each name has a key of its own')
    device.announce([LATER])
    await until('the other name', () => device.addresses().length === 1)
    assert.ok(!today.includes(device.addresses()[0] ?? ''), 'a new day has a new key')
    // Taken back: whoever asks for yesterday's name finds this device no more.
    await sleep(300)
    const seeker = await started({ nodes: [NODE] })
    const seen: string[] = []
    seeker.watch((_, address) => seen.push(address))
    seeker.seek([THERE, LATER])
    await until('the new name', () => seen.length > 0)
    await sleep(300)
    assert.deepEqual(seen, device.addresses())
  })

  it('links that were given outlive the name', async () => {
    const device = await started({ nodes: [NODE] }, THERE)
    const caller = await started({ nodes: [NODE] })
    const { stream } = await caller.dial(device.addresses()[0] ?? '')
    device.announce([LATER])
    await sleep(300)
    stream.write('still here')
    assert.equal(String((await once(stream, 'data'))[0]), 'still here')
  })

  it('names are opaque, and so many', () => {
    const code = (expected: string) => (error: unknown) =>
      error instanceof CallerFault && error.code === expected
    const channel = new DhtChannel()
    assert.throws(() => {
      channel.announce(['Alice'])
    }, code('name-malformed'))
    assert.throws(() => {
      channel.announce(
        Array.from({ length: MAX_ANNOUNCED + 1 }, (_, n) => String((n % 6) | 2).padEnd(26, 'a')),
      )
    }, code('too-many-names'))
  })
})

void describe('where a DHT is entered', { timeout: 60_000 }, () => {
  it('is an IPv4 address and a port, and never a name', () => {
    for (const bad of [
      '',
      'dht.example:49737',
      '[::1]:49737',
      '0.0.0.0:49737',
      '192.0.2.1:0',
      '192.0.2.1:65535',
    ])
      assert.throws(() => parseNode(bad), { code: 'dht-node-malformed' }, bad)
    assert.deepEqual(parseNode('192.0.2.1:49737'), { host: '192.0.2.1', port: 49_737 })
  })

  it('is nowhere unless a person or a circle names it: no packet, not even to the public nodes', async () => {
    const channel = await started({})
    assert.deepEqual(channel.status().state, 'unavailable')
    assert.match(channel.status().reason ?? '', /No node/)
    assert.match(channel.status().remedy ?? '', /public/)
    await assert.rejects(channel.dial(`dht:${'ab'.repeat(32)}`), { code: 'channel-off' })
    // Learnt later, from a card: from then on it works.
    channel.begin([`dht-node:${NODE}`, 'dht-node:nonsense', 'tcp:192.0.2.1:1'])
    await until('the node', () => channel.status().state === 'on')
  })

  it('calls at no more nodes than it remembers, however many cards name and however often', async () => {
    const called: number[] = []
    class Silent {
      readonly nodes = []
      readonly ping = ({ port }: { port: number }) => Promise.resolve(called.push(port))
      readonly fullyBootstrapped = () => Promise.resolve()
      readonly destroy = () => Promise.resolve()
    }
    const channel = await started({ nodes: [NODE], load: () => Promise.resolve(Silent as never) })
    const named = (from: number, count: number) =>
      Array.from({ length: count }, (_, n) => `dht-node:${LOOPBACK}:${String(from + n)}`)
    for (let tick = 0; tick < 50; tick++) channel.begin(named(1_000, MAX_NODES + 8))
    assert.equal(called.length, MAX_NODES)
    // One that no card names any more makes room.
    channel.begin(named(1_001, MAX_NODES))
    assert.deepEqual(called.slice(MAX_NODES), [1_000 + MAX_NODES])
  })

  it('is told to others by who serves, and by nobody else', async () => {
    assert.deepEqual(entrance.nodes(), [`dht-node:${NODE}`])
    const guest = await started({ nodes: [NODE] })
    assert.deepEqual(guest.nodes(), [])
  })

  it('says of who serves that it works once somebody called unasked, and not by the answers to its own calls', async () => {
    const at = `${LOOPBACK}:${String(PORT + 30)}`
    let minutes = 0
    const channel = await started({ serve: at, nodes: [NODE], elapsed: () => minutes * 60_000 })
    const { state, code, values, remedy } = channel.status()
    assert.deepEqual([state, code], ['on', 'not-called-yet'])
    assert.deepEqual(values, { where: at, from: String(PORT + 30), to: String(PORT + 33) })
    assert.match(remedy ?? '', /let UDP ports/)
    // A firewall may let in what was sent something before the start.
    await started({ host: '127.0.0.2', nodes: [at] })
    minutes = 3
    assert.equal(channel.status().code, 'not-called-yet')
    minutes = 6
    await started({ host: LOOPBACK, nodes: [at] })
    assert.equal(channel.status().code, 'not-called-yet', 'nor does this machine itself count')
    await started({ host: '127.0.0.3', nodes: [at] })
    await until('a call', () => channel.status().code === undefined)
    assert.equal(channel.status().state, 'on')
    channel.moved()
    assert.equal(channel.status().code, 'not-called-yet')
  })

  it('says that nobody answers there, and notices when somebody does', async () => {
    const late = `${LOOPBACK}:${String(PORT + 10)}`
    const channel = await started({ nodes: [late] })
    assert.equal(channel.status().state, 'unavailable')
    assert.match(channel.status().reason ?? '', /answers/)
    await started({ serve: late })
    await until('the node', () => channel.status().state === 'on')
  })

  it('names the port that is taken', async () => {
    const socket: Socket = createSocket('udp4')
    socket.bind(PORT + 20, '127.0.0.1')
    await once(socket, 'listening')
    try {
      const channel = await started({ serve: `${LOOPBACK}:${String(PORT + 20)}` })
      await until('the failure', () => /EADDRINUSE/.test(channel.status().reason ?? ''))
      assert.equal(channel.status().state, 'unavailable')
    } finally {
      socket.close()
    }
  })
})

void describe('the library of the DHT', () => {
  it('is not loaded before the channel starts, and not missed until then', async () => {
    let loads = 0
    const load = (): Promise<never> => {
      loads++
      return Promise.reject(Object.assign(new Error('no prebuild'), { code: 'ERR_DLOPEN_FAILED' }))
    }
    const channel = new DhtChannel({ nodes: [NODE], load })
    channel.announce([HERE])
    channel.seek([THERE])
    channel.begin([`dht-node:${NODE}`])
    assert.equal(loads, 0)
    await channel.start(() => undefined)
    assert.equal(loads, 1)
    const { state, reason, remedy } = channel.status()
    assert.equal(state, 'unavailable')
    assert.match(reason ?? '', /ERR_DLOPEN_FAILED/)
    assert.match(remedy ?? '', /x64 and arm64/)
    await channel.stop()
    assert.equal(channel.status().state, 'off')
  })

  it('enters the public DHT by number, when that was chosen', async () => {
    const { default: library } = await import('hyperdht')
    const nodes = publicNodes(library)
    assert.ok(nodes.length > 0 && nodes.length === library.BOOTSTRAP.length)
    for (const { host, port } of nodes) assert.ok(isIPv4(host) && port > 0)
  })
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, isIP, type AddressInfo } from 'node:net'
import { afterEach, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { CallerFault, Unavailable } from '@triode/core'
import { channelCompliance } from '@triode/testkit'
import fc from 'fast-check'
import { TcpChannel, type Link, type TcpChannelOptions } from '../src/index.ts'
import { formatEndpoint, parseEndpoint } from '../src/tcp/endpoint.ts'

const CIRCLE = 1_000
/** Fewer than wait in the kernel to be accepted. */
const AT_ONCE = 50

const MALFORMED = [
  'tcp:127.0.0.1',
  'tcp:127.0.0.1:',
  'tcp:127.0.0.1:0',
  'tcp:127.0.0.1:65536',
  'tcp:127.0.0.1:-1',
  'tcp:127.0.0.1:1e3',
  'tcp:127.0.0.1:80 ',
  'tcp:127.0.0.1:80\n',
  'tcp:127.1:80',
  'tcp:256.0.0.1:80',
  'tcp:0.0.0.0:80',
  'tcp:224.0.0.251:5353',
  'tcp:255.255.255.255:80',
  'tcp:::1:80',
  'tcp:[::]:80',
  'tcp:[0:0:0:0:0:0:0:0]:80',
  'tcp:[::ffff:0.0.0.0]:80',
  'tcp:[::ffff:224.0.0.1]:80',
  'tcp:[::ffff:ffff:ffff]:80',
  'tcp:[ff02::fb]:80',
  'tcp:[::1]',
  'tcp:[::1]80',
  'tcp:[::g]:80',
  'tcp:[fe80::1%eth0/../x]:80',
  'tcp:localhost:80',
  'tcp:example.org:80',
  'TCP:127.0.0.1:80',
  'lan:127.0.0.1:80',
]

for (const [family, host] of [
  ['IPv4', '127.0.0.1'],
  ['IPv6', '[::1]'],
] as const) {
  channelCompliance(`tcp over ${family}`, () => ({
    here: new TcpChannel({ listen: [`${host}:0`] }),
    there: new TcpChannel({ listen: [`${host}:0`] }),
    nobody: `tcp:${host}:1`,
    malformed: MALFORMED,
  }))
}

describe('a free port', () => {
  it('is taken again at the next start, and by another run that is told of it; another one where it is taken meanwhile', async () => {
    const ignore = () => undefined
    const first = new TcpChannel({ listen: ['127.0.0.1:0'] })
    await first.start(ignore)
    const addresses = first.addresses()
    await first.stop()
    await first.start(ignore)
    assert.deepEqual(first.addresses(), addresses)
    const second = new TcpChannel({ listen: ['127.0.0.1:0'] })
    second.prefer(first.freePorts)
    await second.start(ignore)
    assert.notDeepEqual(second.addresses(), addresses)
    assert.equal(second.status().reason, undefined)
    await Promise.all([first.stop(), second.stop()])
    const third = new TcpChannel({ listen: ['127.0.0.1:0'] })
    third.prefer(first.freePorts)
    await third.start(ignore)
    assert.deepEqual(third.addresses(), addresses)
    await third.stop()
  })
})

/** Generous: what is waited for comes at once, but on a busy machine. */
const PATIENCE_MS = 20_000

async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!(await condition())) {
    assert.ok(performance.now() < deadline, `waited in vain for ${what}`)
    await sleep(10)
  }
}

const running: TcpChannel[] = []

async function startTcp(options: TcpChannelOptions, onLink: (link: Link) => void = () => undefined) {
  const channel = new TcpChannel(options)
  running.push(channel)
  await channel.start(onLink)
  return channel
}

void describe('tcp', { timeout: 60_000 }, () => {
  afterEach(async () => {
    await Promise.all(running.splice(0).map((channel) => channel.stop()))
  })

  void it('listens on several hosts, each with its own port', async () => {
    const channel = await startTcp({ listen: ['127.0.0.1:0', '[::1]:0'] })
    const [v4 = '', v6 = ''] = channel.addresses()
    assert.match(v4, /^tcp:127\.0\.0\.1:\d+$/)
    assert.match(v6, /^tcp:\[::1\]:\d+$/)
    const other = await startTcp({})
    assert.deepEqual(other.addresses(), [], 'one that only dials has no address')
    for (const address of [v4, v6]) assert.equal((await other.dial(address)).remote, address)
  })

  void it('tells the addresses of the machine when it listens on all of them', async () => {
    const channel = await startTcp({ listen: ['0.0.0.0:0', '[::]:0'] })
    for (const address of channel.addresses()) {
      assert.ok(
        !address.includes('0.0.0.0') && !address.includes('[::]') && !address.includes('fe80'),
        address,
      )
      assert.ok(!address.startsWith('tcp:127.'), address)
    }
  })

  void it('refuses to be told to listen on what is no endpoint', () => {
    for (const listen of [
      '',
      '127.0.0.1',
      ':80',
      'localhost:80',
      '127.0.0.1:99999',
      '::1:80',
      '[::1%lo]x:80',
    ]) {
      assert.throws(() => new TcpChannel({ listen: [listen] }), CallerFault, listen)
    }
  })

  void it('says which port it could not have, and goes on without it', async () => {
    const squatter = createServer().listen(0, '127.0.0.1')
    await once(squatter, 'listening')
    const taken = `127.0.0.1:${String((squatter.address() as AddressInfo).port)}`
    const one = await startTcp({ listen: [taken] })
    assert.equal(one.status().state, 'unavailable')
    assert.ok(one.status().reason?.includes(taken))
    assert.ok(one.status().remedy !== undefined)
    const two = await startTcp({ listen: [taken, '127.0.0.1:0'] })
    assert.equal(two.status().state, 'on')
    assert.ok(two.status().reason?.includes('EADDRINUSE'))
    assert.equal(two.addresses().length, 1)
    squatter.close()
  })

  void it('takes the same port again after it stopped', async () => {
    const first = await startTcp({ listen: ['127.0.0.1:0'] })
    const [address = ''] = first.addresses()
    await startTcp({}).then((other) => other.dial(address))
    await first.stop()
    const second = await startTcp({ listen: [address.slice('tcp:'.length)] })
    assert.deepEqual(second.addresses(), [address])
  })

  void it('gives one remote host only so many links', async () => {
    const links: Link[] = []
    const channel = await startTcp({ listen: ['127.0.0.1:0'], limits: { perRemote: 3 } }, (link) =>
      links.push(link),
    )
    const other = await startTcp({})
    const [address = ''] = channel.addresses()
    const dialed = await Promise.all(Array.from({ length: 10 }, () => other.dial(address)))
    const cut = (): number => dialed.filter(({ stream }) => stream.destroyed).length
    await until('seven to be cut', () => cut() >= 7)
    await sleep(50)
    assert.deepEqual([links.length, cut()], [3, 7])
    links[0]?.stream.destroy()
    // It makes room once its end has arrived here: who dials sooner is cut once more.
    await until('one that ended to make room', async () => {
      await other.dial(address).catch(() => undefined)
      return links.length === 4
    })
  })

  void it('holds only so many links in all, dialed ones included', async () => {
    const arrived: Link[] = []
    const channel = await startTcp({ listen: ['127.0.0.1:0'], limits: { total: 2 } }, (link) =>
      arrived.push(link),
    )
    const other = await startTcp({ limits: { total: 2 } })
    const [address = ''] = channel.addresses()
    for (let count = 0; count < 2; count++) await other.dial(address)
    await assert.rejects(
      other.dial(address),
      (error) => error instanceof Unavailable && error.code === 'too-many-links',
    )
    await until('both to have arrived', () => arrived.length === 2)
    await assert.rejects(
      channel.dial(address),
      (error) => error instanceof Unavailable && error.code === 'too-many-links',
    )
  })

  void it('holds the links of a circle of a thousand, and as many that take their places', async () => {
    const arrived: Link[] = []
    const many = { limits: { perRemote: Infinity } }
    const channel = await startTcp({ listen: ['127.0.0.1:0'], ...many }, (link) => arrived.push(link))
    const other = await startTcp({ limits: { total: Infinity } })
    const [address = ''] = channel.addresses()
    const wanted = 2 * CIRCLE
    for (let made = 0; made < wanted; made += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, () => other.dial(address)))
      await until('these to have arrived', () => arrived.length === made + AT_ONCE)
    }
    assert.equal(arrived.filter(({ stream }) => !stream.destroyed).length, wanted)
  })

  void it('dials no address that stands for many hosts, inside IPv6 either', async () => {
    const channel = await startTcp({ listen: [] })
    for (const host of [
      '0.0.0.0',
      '239.1.2.3',
      '255.255.255.255',
      '[::]',
      '[ff02::1]',
      '[::ffff:0.0.0.0]',
      '[::ffff:e000:1]',
    ])
      await assert.rejects(channel.dial(`tcp:${host}:80`), { code: 'address-malformed' }, host)
  })

  void it('reads back every address that it writes', () => {
    const endpoints = fc.record({
      host: fc.oneof(fc.ipV4(), fc.ipV6()),
      port: fc.integer({ min: 0, max: 65_535 }),
    })
    fc.assert(
      fc.property(endpoints, (endpoint) => {
        const { host, port } = parseEndpoint(formatEndpoint(endpoint))
        assert.deepEqual([host, port], [endpoint.host, endpoint.port])
      }),
    )
  })

  void it('makes an endpoint or a CallerFault of any text', () => {
    const texts = fc.oneof(fc.string(), fc.stringMatching(/^[\d.:[\]%a-f]{0,40}$/))
    fc.assert(
      fc.property(texts, (text) => {
        try {
          const { host, port } = parseEndpoint(text)
          assert.ok(isIP(host) !== 0 && port >= 0 && port <= 65_535)
        } catch (error) {
          assert.ok(error instanceof CallerFault)
        }
      }),
    )
  })
})

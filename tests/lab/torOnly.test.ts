/** Tor alone: nothing leaves the machine of such a device but what its tor sends to the Tor network. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../e2e/circleOfTwo.ts'
import { HostDevice } from './hostDevice.ts'
import { lacksNetworkLab } from './needs.ts'
import { lacksTor, torNetwork, type TorNetwork } from './torNetwork.ts'
import { ADDRESSES, twoHosts, type TwoHosts } from './twoHosts.ts'

const PATIENCE_MS = 90_000
/** The kernel's own words on a cable: neighbours and multicast groups of IPv6. */
const HOUSEKEEPING = / ICMP6, | IGMP | igmp /

void describe('Tor only', { skip: lacksNetworkLab() || lacksTor(), timeout: 300_000 }, () => {
  let folder: string
  let lab: TwoHosts
  let network: TorNetwork
  let alice: HostDevice
  let bob: HostDevice

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'triode-tor-only-'))
    lab = await twoHosts(folder)
    network = await torNetwork({ address: ADDRESSES[1], prefix: lab.place(1).prefix })
    const torrc = join(folder, 'torrc')
    writeFileSync(torrc, network.settings)
    const device = (host: 0 | 1): HostDevice => {
      const place = { prefix: lab.place(host).prefix, args: ['--torrc', torrc] }
      return new HostDevice(place, join(folder, `home${String(host)}`), 'a phrase of words')
    }
    alice = device(0)
    bob = device(1)
    for (const [one, name] of [
      [alice, 'Alice'],
      [bob, 'Bob'],
    ] as const) {
      one.cli('init', '--name', name)
      one.cli('channel', 'off', 'lan')
      one.cli('channel', 'off', 'tcp')
      one.cli('channel', 'on', 'tor', '--yes')
    }
  })

  after(async () => {
    await alice.stop()
    await bob.stop()
    await network.end()
    await lab.end()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Packets since `from` that are not TCP with the Tor network. */
  async function strangers(from: number): Promise<{ readonly seen: number; readonly strange: string[] }> {
    const { lines } = await lab.capture()
    const ports = new Set(network.ports.map((port) => `${ADDRESSES[1]}.${String(port)}`))
    const fresh = lines.slice(from)
    const strange = fresh.filter((line) => {
      const [, source = '', destination = '', rest = ''] = /^\S+ IP (\S+) > (\S+): (.*)$/.exec(line) ?? []
      const isTor = rest.startsWith('Flags ') && (ports.has(source) || ports.has(destination))
      return !isTor && !HOUSEKEEPING.test(line)
    })
    return { seen: fresh.length, strange }
  }

  void it('two devices meet and talk, and no packet goes anywhere but to the Tor network', async () => {
    const from = (await lab.capture()).packets
    await Promise.all([alice.start(), bob.start()])
    alice.cli('circle', 'create', 'Quiet')
    const { link } = alice.cli('invite', 'Quiet') as { link: string }
    bob.cli('join', link, '--timeout', '90s')
    alice.cli('send', 'Quiet', 'from Alice')
    bob.cli('send', 'Quiet', 'from Bob')
    const has = (one: HostDevice, text: string) => (one.texts('Quiet').includes(text) ? true : undefined)
    await eventually('the words of Alice', () => has(bob, 'from Alice'), PATIENCE_MS)
    await eventually('the words of Bob', () => has(alice, 'from Bob'), PATIENCE_MS)
    const { seen, strange } = await strangers(from)
    assert.ok(seen > 50, `only ${String(seen)} packets were captured: the test shows nothing`)
    assert.deepEqual(strange, [])
  })

  void it('at another address they talk on, and still no packet goes anywhere else', async () => {
    const from = (await lab.capture()).packets
    lab.readdress()
    const began = performance.now()
    alice.cli('send', 'Quiet', 'Alice from elsewhere')
    bob.cli('send', 'Quiet', 'Bob to elsewhere')
    const has = (one: HostDevice, text: string) => (one.texts('Quiet').includes(text) ? true : undefined)
    await eventually('the words of Alice', () => has(bob, 'Alice from elsewhere'), PATIENCE_MS)
    await eventually('the words of Bob', () => has(alice, 'Bob to elsewhere'), PATIENCE_MS)
    process.stdout.write(
      `# talked on at another address after ${((performance.now() - began) / 1_000).toFixed(1)} s\n`,
    )
    const { seen, strange } = await strangers(from)
    assert.ok(seen > 50)
    assert.deepEqual(strange, [])
  })

  void it('a packet of another channel would be seen: with lan on there are some', async () => {
    const from = (await lab.capture()).packets
    alice.cli('channel', 'on', 'lan')
    await eventually('a packet of mDNS', async () => {
      const { strange } = await strangers(from)
      return strange.some((line) => line.includes('.5353 ')) ? true : undefined
    })
  })
})

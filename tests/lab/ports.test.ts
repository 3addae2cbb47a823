/** A device behind a home router has it let calls in, and is reached from outside by TCP; nothing stays open behind it. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../e2e/circleOfTwo.ts'
import { HostDevice } from './hostDevice.ts'
import { lacksMappingRouter, MappingRouter, SPEAKS } from './mappingRouter.ts'
import { NatLab, NETWORK, type LabHost } from './natLab.ts'
import { lacksNetworkLab } from './needs.ts'

const PATIENCE_MS = 60_000
const CIRCLE = 'Ports'

interface Port {
  readonly family: string
  readonly state: string
  readonly by?: string
  readonly address?: string
  readonly reason?: string
}

void describe(
  'a port at a home router',
  { skip: lacksNetworkLab() || lacksMappingRouter(), timeout: 300_000 },
  () => {
    let folder: string
    let lab: NatLab
    let home: LabHost
    let router: MappingRouter
    let alice: HostDevice
    let bob: HostDevice
    const routers: MappingRouter[] = []
    const devices: HostDevice[] = []

    const device = (host: LabHost, name: string): HostDevice => {
      const one = new HostDevice(
        { prefix: host.prefix, args: ['--channels', 'tcp'] },
        join(folder, name),
        'a phrase of words',
      )
      devices.push(one)
      one.cli('init', '--name', name)
      return one
    }
    const routerOf = (host: LabHost): MappingRouter => {
      const one = new MappingRouter(host)
      routers.push(one)
      return one
    }

    before(() => {
      folder = mkdtempSync(join(tmpdir(), 'triode-ports-'))
      lab = new NatLab()
      home = lab.host(NETWORK.independent)
      router = routerOf(home)
      alice = device(home, 'Alice')
      // He listens nowhere: a tunnel of the two is one that he dialed.
      bob = device(lab.host(NETWORK.open), 'Bob')
    })

    after(async () => {
      await Promise.all(devices.map((one) => one.stop()))
      await Promise.all(routers.map((one) => one.end()))
      lab.end()
      rmSync(folder, { recursive: true, force: true })
    })

    function portsOf(one: HostDevice): Port[] {
      const { channels } = one.cli('channel', 'list') as { channels: { tcp?: { ports: Port[] } }[] }
      return channels[0]?.tcp?.ports ?? []
    }

    async function opened(one: HostDevice, family = 'IPv4'): Promise<Port> {
      return eventually(
        'an open port',
        () => portsOf(one).find((port) => port.family === family && port.state === 'open'),
        PATIENCE_MS,
      )
    }

    async function reached(from: HostDevice): Promise<void> {
      await eventually(
        'a tunnel',
        () => {
          const { peers } = from.cli('peers') as { peers: { channel: string }[] }
          return peers.some(({ channel }) => channel === 'tcp') ? true : undefined
        },
        PATIENCE_MS,
      )
    }

    void it('is opened by PCP: who is invited comes in from outside', async () => {
      await router.start(SPEAKS.pcp)
      await Promise.all([alice.start(), bob.start()])
      assert.deepEqual(portsOf(alice), [], 'no router is asked until somebody chose it')
      alice.cli('channel', 'on', 'tcp', '--map-port', '--yes')
      const port = await opened(alice)
      assert.equal(port.by, 'PCP')
      alice.cli('circle', 'create', CIRCLE)
      const { link } = alice.cli('invite', CIRCLE) as { link: string }
      bob.cli('join', link)
      await reached(bob)
      const { findings } = alice.cli('doctor') as { findings: { works: boolean; what: string }[] }
      const said = findings.find(({ what }) => what.startsWith('The router, by IPv4'))
      assert.deepEqual([said?.works, said?.what.includes(port.address ?? '?')], [true, true])
    })

    void it('is opened anew when the router starts anew, and was killed before', async () => {
      await router.crash()
      assert.equal(router.open(), 0)
      await router.start(SPEAKS.pcp)
      await eventually(
        'the port to be open again',
        () => (router.open() === 1 ? true : undefined),
        PATIENCE_MS,
      )
    })

    void it('is had again at once by a device that was killed', async () => {
      await alice.stop('SIGKILL')
      assert.equal(router.open(), 1, 'nobody took it back: it ends with its lease')
      await alice.start()
      assert.equal((await opened(alice)).by, 'PCP')
      await reached(bob)
    })

    for (const speaks of [SPEAKS.natPmp, SPEAKS.upnp]) {
      void it(`is gone once the device has stopped, and opened by ${speaks} where the router knows that alone`, async () => {
        await alice.stop()
        assert.equal(router.open(), 0)
        await router.crash()
        await router.start(speaks)
        await alice.start()
        assert.equal((await opened(alice)).by, speaks)
        await reached(bob)
      })
    }

    void it('is closed when the circle forbids it, and opened when it does not', async () => {
      alice.cli('circle', 'policy', CIRCLE, 'port-mapping', 'none')
      await eventually('the port to close', () => (router.open() === 0 ? true : undefined), PATIENCE_MS)
      assert.match(portsOf(alice)[0]?.reason ?? '', /circle.*forbids/)
      alice.cli('circle', 'policy', CIRCLE, 'port-mapping', 'as-chosen')
      await opened(alice)
      assert.equal(router.open(), 1)
    })

    void it('is closed when the person turns it off, and when the vault locks', async () => {
      alice.cli('lock')
      await eventually('the port to close', () => (router.open() === 0 ? true : undefined), PATIENCE_MS)
      alice.cli('unlock')
      await opened(alice)
      alice.cli('channel', 'on', 'tcp', '--no-map-port')
      assert.deepEqual([router.open(), portsOf(alice)], [0, []])
      await alice.stop()
      await bob.stop()
    })

    void it('is of no use behind a second router: that is said, with what to do, and no address is told', async () => {
      const double = lab.host(NETWORK.double)
      const inner = routerOf(double)
      await inner.start(SPEAKS.upnp)
      const carol = device(double, 'Carol')
      await carol.start()
      carol.cli('channel', 'on', 'tcp', '--map-port', '--yes')
      const finding = await eventually(
        'a finding',
        () => {
          const { findings } = carol.cli('doctor') as {
            findings: { works: boolean; what: string; remedy?: string }[]
          }
          return findings.find(({ works, what }) => !works && what.includes('no public address'))
        },
        PATIENCE_MS,
      )
      assert.match(finding.remedy ?? '', /another router.*bridge.*public address/)
      assert.equal(inner.open(), 0)
      const { channels } = carol.cli('channel', 'list') as { channels: { addresses: string[] }[] }
      assert.deepEqual(channels[0]?.addresses, [])
      await carol.stop()
    })

    void it('is opened for IPv6 in the firewall of a router, by PCP, and by UPnP where it knows that alone', async () => {
      const six = lab.host(NETWORK.ipv6)
      const firewall = routerOf(six)
      await firewall.start(SPEAKS.pcp)
      const dave = device(six, 'Dave')
      const erin = device(lab.host(NETWORK.open), 'Erin')
      await Promise.all([dave.start(), erin.start()])
      dave.cli('channel', 'on', 'tcp', '--map-port', '--yes')
      assert.match((await opened(dave, 'IPv6')).address ?? '', /^\[2a11:7:/)
      dave.cli('circle', 'create', CIRCLE)
      const { link } = dave.cli('invite', CIRCLE) as { link: string }
      erin.cli('join', link)
      await reached(erin)
      await dave.stop()
      assert.equal(firewall.open(), 0)
      await firewall.crash()
      await firewall.start(SPEAKS.upnp)
      await dave.start()
      assert.equal((await opened(dave, 'IPv6')).by, SPEAKS.upnp)
      await reached(erin)
      assert.equal(firewall.open(), 1)
      await dave.stop()
      assert.equal(firewall.open(), 0)
    })
  },
)

/** A circle over the lab's Internet: a member whom all can reach serves as the way into the DHT, two others try to reach each other. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CaptivePortal } from './captivePortal.ts'
import { HostDevice } from './hostDevice.ts'
import { NatLab, NETWORK, type LabHost, type Network } from './natLab.ts'

const PASSPHRASE = 'a passphrase of the lab'
const CIRCLE = 'Lab'
const TCP_PORT = 4711
const DHT_PORT = 49_737
/** After there is a tunnel. */
const MESSAGE_PATIENCE_MS = 10_000
/** Beyond the two of each network that are tried with each other. */
const SECOND_SERVER = 2

/** Until a device has noticed that its cable is out. */
const NOTICED_MS = 15_000

interface Peer {
  readonly device: string
  readonly channel: string
  /** Milliseconds since 1970. */
  readonly since: number
}

/** A tunnel that two devices had. */
export interface Step {
  readonly channel: string
  /** From when both ran, in milliseconds. */
  readonly tookMs: number
}

export interface Reached {
  readonly one: Network
  readonly other: Network
  /** The first tunnel, and what it was replaced by; empty: they reach each other in no way. */
  readonly steps: readonly Step[]
  /** From when both ran until a message to the other alone was there, in milliseconds; undefined: it never was. */
  readonly messageMs: number | undefined
  /** What the doctor says at each of them in the end, a line a finding. */
  readonly doctor: readonly [readonly string[], readonly string[]]
}

interface Member {
  readonly host: LabHost
  readonly device: HostDevice
  readonly id: string
}

export class ReachLab {
  private readonly lab = new NatLab()
  private readonly folder = mkdtempSync(join(tmpdir(), 'triode-reach-'))
  private readonly members = new Map<Network, Member[]>()
  private carol: Member | undefined
  private homes = 0
  private sent = 0
  private readonly portals: CaptivePortal[] = []

  /** Makes the circle with the member in the middle. */
  async start(): Promise<void> {
    const { host, device } = this.place(NETWORK.open)
    await device.start()
    this.dht(device, ['--serve', `${host.addresses[0] ?? ''}:${String(DHT_PORT)}`])
    device.cli('circle', 'create', CIRCLE)
    this.carol = { host, device, id: idOf(device) }
  }

  /**
   * Two members on two networks of these kinds, away from each other; both run, and are waited for: until they have a tunnel over
   * `wanted`, or any that nobody hands on.
   */
  async reach(one: Network, other: Network, withinMs: number, wanted?: string): Promise<Reached> {
    const alice = await this.member(one, 0)
    const bob = await this.member(other, one === other ? 1 : 0)
    await alice.device.start()
    const text = `number ${String(++this.sent)}`
    const known = memberOf(alice.device, bob.id)
    // Who is shut in has not heard of anybody who joined since.
    if (known !== undefined) alice.device.cli('send', known, text)
    await bob.device.start()
    const ready = Date.now()
    const isBest = (channel: string): boolean =>
      wanted === undefined ? channel !== 'forward' : channel === wanted
    try {
      const seen = await watch(alice, bob, ready + withinMs, isBest)
      const steps = seen.map(({ channel, since }) => ({ channel, tookMs: Math.max(0, since - ready) }))
      const sender = memberOf(bob.device, alice.id)
      const at = steps.length === 0 || sender === undefined ? undefined : await received(bob, sender, text)
      const messageMs = at === undefined ? undefined : Math.max(0, at - ready)
      return { one, other, steps, messageMs, doctor: [alice.device.doctor(), bob.device.doctor()] }
    } finally {
      await Promise.all([alice.device.stop(), bob.device.stop()])
    }
  }

  /** A second member with a public address serves as a way into the DHT as well, for members that come from then on and before. */
  async serveAlso(): Promise<void> {
    const member = await this.member(NETWORK.open, SECOND_SERVER)
    await member.device.start()
    this.dht(member.device, ['--serve', `${member.host.addresses[0] ?? ''}:${String(DHT_PORT)}`])
  }

  /** What the doctor says at a member at home whose cable is out. */
  async unplugged(): Promise<string[]> {
    const { host, device } = await this.member(NETWORK.independent, 0)
    await device.start()
    try {
      host.unplug()
      for (const until = Date.now() + NOTICED_MS; Date.now() < until;) {
        if (device.doctor().some((line) => line.includes(': none of'))) break
      }
      return device.doctor()
    } finally {
      host.plugAgain()
      await device.stop()
    }
  }

  /** Packets that went to none of the lab, of all hosts together. */
  strays(): number {
    const all = [...(this.carol === undefined ? [] : [this.carol]), ...[...this.members.values()].flat()]
    return all.reduce((sum, { host }) => sum + host.strays(), 0)
  }

  async end(): Promise<void> {
    const all = [...(this.carol === undefined ? [] : [this.carol]), ...[...this.members.values()].flat()]
    await Promise.all(all.map(({ device }) => device.stop()))
    await Promise.all(this.portals.map((portal) => portal.end()))
    this.lab.end()
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** The member of this number on a network of this kind, who joined through the one in the middle. */
  private async member(network: Network, number: number): Promise<Member> {
    const there = this.members.get(network) ?? []
    this.members.set(network, there)
    const known = there[number]
    if (known !== undefined) return known
    const { host, device } = this.place(network)
    await device.start()
    try {
      this.dht(device, [])
      const { link } = this.middle().device.cli('invite', CIRCLE) as { link: string }
      device.cli('join', link)
      const member = { host, device, id: idOf(device) }
      if (network === NETWORK.captive) await this.portal(host)
      there[number] = member
      return member
    } finally {
      await device.stop()
    }
  }

  private async portal(host: LabHost): Promise<void> {
    const portal = new CaptivePortal(host)
    this.portals.push(portal)
    await portal.shut()
  }

  private middle(): Member {
    if (this.carol === undefined) throw new Error('not started')
    return this.carol
  }

  private place(network: Network): { host: LabHost; device: HostDevice } {
    const host = this.lab.host(network)
    const listen = host.addresses.flatMap((address) => {
      const bracketed = address.includes(':') ? `[${address}]` : address
      return ['--listen', `${bracketed}:${String(TCP_PORT)}`]
    })
    const home = join(this.folder, `home${String(++this.homes)}`)
    const args = ['--channels', 'tcp,dht', ...listen]
    const device = new HostDevice({ prefix: host.prefix, args }, home, PASSPHRASE)
    device.cli('init', '--name', `${network} ${String(this.homes)}`)
    return { host, device }
  }

  private dht(device: HostDevice, options: readonly string[]): void {
    device.cli('channel', 'on', 'dht', '--yes', ...options)
  }
}

function idOf(device: HostDevice): string {
  const { devices } = device.cli('network', CIRCLE) as { devices: { device: string; self: boolean }[] }
  return devices.find(({ self }) => self)?.device ?? ''
}

/** The member whose device this is, by `device`'s account; undefined: it knows of none. */
function memberOf(device: HostDevice, id: string): string | undefined {
  const { devices } = device.cli('network', CIRCLE) as { devices: { device: string; member: string }[] }
  return devices.find((one) => one.device === id)?.member
}

/** When a message came, in milliseconds since 1970; undefined: not within a while. */
async function received(bob: Member, from: string, text: string): Promise<number | undefined> {
  const until = Date.now() + MESSAGE_PATIENCE_MS
  do {
    const { messages } = bob.device.cli('messages', from) as unknown as {
      messages: { text: string; receivedAt: number }[]
    }
    const found = messages.find((message) => message.text === text)
    if (found !== undefined) return found.receivedAt
    await new Promise((resolve) => setTimeout(resolve, 200))
  } while (Date.now() < until)
  return undefined
}

/** The tunnels of the two one after another, until one `isBest` or it is `until`. */
async function watch(
  alice: Member,
  bob: Member,
  until: number,
  isBest: (channel: string) => boolean,
): Promise<Peer[]> {
  const seen: Peer[] = []
  for (;;) {
    const { peers } = alice.device.cli('peers') as unknown as { peers: Peer[] }
    const peer = peers.find(({ device }) => device === bob.id)
    if (peer !== undefined && seen.at(-1)?.since !== peer.since) seen.push(peer)
    if ((peer !== undefined && isBest(peer.channel)) || Date.now() > until) return seen
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

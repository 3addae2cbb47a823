/**
 * An Internet of network namespaces: a public segment, hosts on it, and hosts behind routers of each kind. Made here and removed
 * again; nothing touches the machine's own interfaces. Its addresses look public, since the DHT treats private ones otherwise.
 */
import { spawnSync } from 'node:child_process'
import { run } from './needs.ts'

/** How a host is connected. */
export const NETWORK = {
  /** On the public segment itself. */
  open: 'open',
  /** A home router that maps alike for all destinations. */
  independent: 'independent',
  /** A router that maps anew for each address. */
  address: 'address',
  /** A router that maps anew, at random, for each address and port. */
  symmetric: 'symmetric',
  /** A home router behind the provider's. */
  double: 'double',
  /** A home router that lets no UDP pass. */
  noUdp: 'no UDP',
  /** IPv6 alone, with a router that lets nobody in. */
  ipv6: 'IPv6 only',
  /** A network that lets nothing pass until somebody signs in: see CaptivePortal. */
  captive: 'captive',
} as const
export type Network = (typeof NETWORK)[keyof typeof NETWORK]

export interface LabHost {
  readonly network: Network
  /** To run a program on it: `[...prefix, 'program', ...]`. */
  readonly prefix: readonly string[]
  /** Its own addresses on the public segment, if it has some. */
  readonly addresses: readonly string[]
  /** Its router now: how to run a program there, and which network is behind it, 192.168.SUBNET.0/24. */
  router(): { readonly prefix: readonly string[]; readonly subnet: number }
  /** Pulls its cable and plugs it in on another network of this kind, or, once more, on the same one. */
  move(network: Network): void
  /** Pulls its cable and plugs it in beside another host, on the home network of that. */
  moveBeside(other: LabHost): void
  /** Pulls its cable: it has no network. */
  unplug(): void
  /** Plugs it in again where it was last, at a home network. */
  plugAgain(): void
  /** It stays where it is, in a home network, and gets another address there. */
  readdress(): void
  /** Its router is replaced by one with another public address, which knows nothing of what the old one let through; its own address stays. */
  newRouter(): void
  /** Packets that it sent to anywhere but its router, the lab's own hosts and itself. */
  strays(): number
}

const PUBLIC = '11.0.0'
const PUBLIC6 = '2a11:7'
const WAN = 'wan'
/** The card of a host at home. */
const CARD = 'eth0'
/** The last numbers of the addresses of hosts at home. */
const FIRST_HOST = 2
const FREE_HOST = 3
const SIGNALS = ['SIGINT', 'SIGTERM'] as const

export class NatLab {
  private readonly id: string
  private readonly made: string[] = []
  private readonly hosts = new Map<LabHost, string>()
  /** The router that each host is behind, its home network and its last number there. */
  private readonly places = new Map<string, { router: number; home: number; last: number }>()
  private count = 0

  constructor() {
    this.id = `tn${String(process.pid)}`
    // However the test ends: namespaces outlive the process.
    process.once('exit', this.remove)
    for (const signal of SIGNALS) process.once(signal, this.interrupted)
    this.namespace('pub')
    this.on('pub', 'ip', 'link', 'add', 'br0', 'type', 'bridge')
    this.on('pub', 'ip', 'link', 'set', 'br0', 'up')
    // Between networks of IPv6 it is a router.
    this.on('pub', 'ip', 'addr', 'add', `${PUBLIC6}::fe/64`, 'dev', 'br0', 'nodad')
    this.on('pub', 'sysctl', '-qw', 'net.ipv6.conf.all.forwarding=1')
  }

  host(network: Network): LabHost {
    const name = `h${String(++this.count)}`
    this.namespace(name)
    const addresses = this.plug(name, this.count, network)
    this.watch(name)
    const prefix = ['ip', 'netns', 'exec', this.full(name)]
    const host: LabHost = {
      network,
      prefix,
      addresses,
      strays: () => this.strays(name),
      router: () => ({
        prefix: ['ip', 'netns', 'exec', this.full(this.routerOf(name))],
        subnet: this.placeOf(name).home,
      }),
      move: (to) => {
        this.unplug(name)
        this.plug(name, ++this.count, to)
      },
      moveBeside: (other) => {
        this.unplug(name)
        this.plugHome(name, { ...this.placeOf(this.hosts.get(other) ?? ''), last: FREE_HOST })
      },
      unplug: () => {
        this.unplug(name)
      },
      plugAgain: () => {
        this.plugHome(name, this.placeOf(name))
      },
      readdress: () => {
        this.readdress(name)
      },
      newRouter: () => {
        this.newRouter(name, network)
      },
    }
    this.hosts.set(host, name)
    return host
  }

  end(): void {
    this.remove()
    process.off('exit', this.remove)
    for (const signal of SIGNALS) process.off(signal, this.interrupted)
  }

  // ---- inside

  private placeOf(host: string): { router: number; home: number; last: number } {
    const place = this.places.get(host)
    if (place === undefined) throw new Error('the host was never behind a router')
    return place
  }

  private routerOf(host: string): string {
    return `r${String(this.placeOf(host).router)}`
  }

  private readdress(host: string): void {
    const place = this.placeOf(host)
    const home = `192.168.${String(place.home)}`
    this.on(host, 'ip', 'addr', 'del', `${home}.${String(place.last)}/24`, 'dev', CARD)
    this.on(host, 'ip', 'addr', 'add', `${home}.${String(FREE_HOST)}/24`, 'dev', CARD)
    this.on(host, 'ip', 'route', 'add', 'default', 'via', `${home}.1`)
    this.places.set(host, { ...place, last: FREE_HOST })
  }

  private newRouter(host: string, network: Network): void {
    const old = this.placeOf(host)
    const port = `port${String(old.last)}`
    const router = `r${String(++this.count)}`
    this.namespace(router)
    this.join(router, this.count, false)
    this.nat(router, this.count, network)
    this.bridge(router, old.home)
    this.on(this.routerOf(host), 'ip', 'link', 'set', port, 'netns', this.full(router))
    this.on(router, 'ip', 'link', 'set', port, 'master', 'lan')
    this.on(router, 'ip', 'link', 'set', port, 'up')
    this.places.set(host, { ...old, router: this.count })
  }

  private plug(host: string, number: number, network: Network): string[] {
    return network === NETWORK.open ? this.join(host, number, true) : this.behind(host, number, network)
  }

  /** Whatever card it has. */
  private unplug(host: string): void {
    for (const card of [CARD, WAN])
      spawnSync('ip', ['netns', 'exec', this.full(host), 'ip', 'link', 'del', card])
  }

  private behind(host: string, number: number, network: Network): string[] {
    const router = `r${String(number)}`
    this.namespace(router)
    if (network === NETWORK.double) {
      const carrier = `c${String(number)}`
      this.namespace(carrier)
      this.join(carrier, number, false)
      this.nat(carrier, number, NETWORK.independent)
      // What providers use between them and their customers (RFC 6598).
      this.cable(
        carrier,
        'lan',
        `100.64.${String(number)}.1/24`,
        router,
        WAN,
        `100.64.${String(number)}.2/24`,
      )
      this.on(router, 'ip', 'route', 'add', 'default', 'via', `100.64.${String(number)}.1`)
    } else {
      this.join(router, number, network === NETWORK.ipv6)
    }
    this.nat(router, number, network)
    if (network === NETWORK.ipv6) {
      const six = `${PUBLIC6}:${String(number)}`
      this.places.set(host, { router: number, home: number, last: FIRST_HOST })
      this.cable(router, 'lan', `${six}::1/64`, host, CARD, `${six}::2/64`)
      this.on(host, 'ip', '-6', 'route', 'add', 'default', 'via', `${six}::1`)
      // The others find its network behind its router.
      this.on('pub', 'ip', '-6', 'route', 'add', `${six}::/64`, 'via', `${PUBLIC6}::${String(number)}`)
      return []
    }
    this.bridge(router, number)
    this.plugHome(host, { router: number, home: number, last: FIRST_HOST })
    return []
  }

  private bridge(router: string, home: number): void {
    this.on(router, 'ip', 'link', 'add', 'lan', 'type', 'bridge')
    this.on(router, 'ip', 'addr', 'add', `192.168.${String(home)}.1/24`, 'dev', 'lan')
    this.on(router, 'ip', 'link', 'set', 'lan', 'up')
  }

  /** Puts a host on the home network of a router. */
  private plugHome(host: string, place: { router: number; home: number; last: number }): void {
    const lan = `192.168.${String(place.home)}`
    const router = `r${String(place.router)}`
    const port = `port${String(place.last)}`
    this.places.set(host, place)
    this.cable(router, port, undefined, host, CARD, `${lan}.${String(place.last)}/24`)
    this.on(router, 'ip', 'link', 'set', port, 'master', 'lan')
    this.on(host, 'ip', 'route', 'add', 'default', 'via', `${lan}.1`)
  }

  /** Puts a namespace on the public segment. @returns its addresses there */
  private join(name: string, number: number, six: boolean): string[] {
    const port = `p${String(number)}`
    run(
      'ip',
      'link',
      'add',
      WAN,
      'netns',
      this.full(name),
      'type',
      'veth',
      'peer',
      'name',
      port,
      'netns',
      this.full('pub'),
    )
    this.on('pub', 'ip', 'link', 'set', port, 'master', 'br0')
    this.on('pub', 'ip', 'link', 'set', port, 'up')
    this.on(name, 'ip', 'link', 'set', WAN, 'up')
    const four = `${PUBLIC}.${String(number)}`
    this.on(name, 'ip', 'addr', 'add', `${four}/24`, 'dev', WAN)
    // What is meant for anywhere else leaves the host as well, and is counted there.
    this.on(name, 'ip', 'route', 'add', 'default', 'via', `${PUBLIC}.254`)
    if (!six) return [four]
    this.on(name, 'ip', 'addr', 'add', `${PUBLIC6}::${String(number)}/64`, 'dev', WAN, 'nodad')
    this.on(name, 'ip', '-6', 'route', 'add', 'default', 'via', `${PUBLIC6}::fe`)
    return [four, `${PUBLIC6}::${String(number)}`]
  }

  private nat(router: string, number: number, network: Network): void {
    for (const key of ['net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding'])
      this.on(router, 'sysctl', '-qw', `${key}=1`)
    const wan = `${PUBLIC}.${String(number)}`
    const mapping: Partial<Record<Network, string>> = {
      // The port follows from the address that is called and from the host's own port.
      [NETWORK.address]: `oifname "wan" meta l4proto udp snat to ${wan}:jhash ip daddr . udp sport mod 20000 seed 0x7 offset 20000`,
      [NETWORK.symmetric]: 'oifname "wan" masquerade fully-random',
    }
    // A router drops what it did not ask for without a word: else early packets of hole punching would take up its ports.
    this.rules(router, [
      'table ip nat {',
      ' chain post { type nat hook postrouting priority 100',
      `  ${mapping[network] ?? 'oifname "wan" masquerade'}`,
      '  oifname "wan" masquerade',
      ' }',
      '}',
      'table inet filter {',
      ' chain input { type filter hook input priority 0',
      '  meta l4proto icmpv6 accept',
      '  iifname "wan" ct state != { established, related } drop',
      ' }',
      ' chain forward { type filter hook forward priority 0; policy drop',
      ...(network === NETWORK.noUdp ? ['  meta l4proto udp drop'] : []),
      '  ct state { established, related } accept',
      '  iifname "lan" accept',
      ' }',
      '}',
    ])
  }

  /** Counts what a host sends to nobody of the lab. */
  private watch(host: string): void {
    this.rules(host, [
      'table inet watch {',
      ' counter strays { }',
      ' chain out { type filter hook output priority 0',
      '  oifname "lo" accept',
      `  ip daddr { ${PUBLIC}.0/24, 192.168.0.0/16, 224.0.0.251 } accept`,
      `  ip6 daddr { ${PUBLIC6}::/32, fe80::/10, ff02::/16 } accept`,
      '  counter name strays',
      ' }',
      '}',
    ])
  }

  private strays(host: string): number {
    const text = run(
      'ip',
      'netns',
      'exec',
      this.full(host),
      'nft',
      'list',
      'counter',
      'inet',
      'watch',
      'strays',
    )
    return Number(/packets (\d+)/.exec(text)?.[1] ?? NaN)
  }

  private cable(
    one: string,
    card: string,
    address: string | undefined,
    other: string,
    otherCard: string,
    otherAddress: string,
  ): void {
    run(
      'ip',
      'link',
      'add',
      card,
      'netns',
      this.full(one),
      'type',
      'veth',
      'peer',
      'name',
      otherCard,
      'netns',
      this.full(other),
    )
    for (const [name, at, which] of [
      [one, address, card],
      [other, otherAddress, otherCard],
    ] as const) {
      if (at !== undefined)
        this.on(name, 'ip', 'addr', 'add', at, 'dev', which, ...(at.includes(':') ? ['nodad'] : []))
      this.on(name, 'ip', 'link', 'set', which, 'up')
    }
  }

  private rules(name: string, lines: readonly string[]): void {
    const { status, stderr } = spawnSync('ip', ['netns', 'exec', this.full(name), 'nft', '-f', '-'], {
      input: `${lines.join('\n')}\n`,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`nft on ${name}: ${stderr}`)
  }

  private namespace(name: string): void {
    run('ip', 'netns', 'add', this.full(name))
    this.made.push(this.full(name))
    this.on(name, 'ip', 'link', 'set', 'lo', 'up')
  }

  private on(name: string, ...command: readonly string[]): void {
    run('ip', 'netns', 'exec', this.full(name), ...command)
  }

  private full(name: string): string {
    return `${this.id}-${name}`
  }

  private readonly remove = (): void => {
    for (const name of this.made.splice(0)) {
      // Whatever runs there still was started by this test.
      const pids = spawnSync('ip', ['netns', 'pids', name], { encoding: 'utf8' }).stdout
      for (const pid of pids.split('\n').filter(Boolean)) kill(Number(pid))
      spawnSync('ip', ['netns', 'del', name])
    }
  }

  private readonly interrupted = (): void => {
    this.remove()
    process.exit(1)
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid)
  } catch {
    // It ended meanwhile.
  }
}

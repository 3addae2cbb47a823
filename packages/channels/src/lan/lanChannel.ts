/** TCP between devices of one local network, which find each other by multicast DNS (spec §8.2). */
import type { Socket } from 'node:net'
import { CallerFault, Unavailable } from '@triode/core'
import type { Channel, ChannelStatus, Discovery, Link } from '../channel.ts'
import { formatAddress, parseAddress } from '../tcp/endpoint.ts'
import { TcpLinks, type LinkLimits } from '../tcp/tcpLinks.ts'
import { listen, type TcpListener } from '../tcp/tcpListener.ts'
import { readInterfaces, type Interface } from './interfaces.ts'
import { Presence } from './presence.ts'
import { Sightings, type Watcher } from './sightings.ts'
import { INSTANCE, MDNS_PORT } from './spec.ts'
import { INTERFACES_INTERVAL_MS, LOOK_AGAIN_MS, LOOK_INTERVAL_MS, MAX_NAMES } from './tuning.ts'

export interface LanChannelOptions {
  /** Only the interfaces with these addresses, such as 127.0.0.1; default: all but loopback. */
  readonly interfaces?: readonly string[]
  /** TCP port to listen on; default: any free one. */
  readonly port?: number
  /** UDP port of multicast DNS, for tests. */
  readonly mdnsPort?: number
  /** Milliseconds between questions that nobody asked for, for tests. */
  readonly lookMs?: number
  readonly limits?: LinkLimits
}

const NAME = 'lan'

export class LanChannel implements Channel, Discovery {
  readonly name = NAME
  readonly traits = { costPerMiB: 0, typicalBytesPerSecond: 50_000_000, rank: 1 }
  private readonly options: LanChannelOptions
  private readonly links: TcpLinks
  private readonly sightings = new Sightings()
  /** The networks this machine is on now, and this device's presence on each; by interface and address. */
  private readonly presences = new Map<string, Presence>()
  private names: ReadonlySet<string> = new Set()
  private listeners: TcpListener[] = []
  private running = false
  private timers: NodeJS.Timeout[] = []
  private lookTimers: NodeJS.Timeout[] = []
  /** What the system refuses, and its code. */
  private failure: { what: string; code: string } | undefined

  constructor(options: LanChannelOptions = {}) {
    this.options = options
    this.links = new TcpLinks(NAME, options.limits)
  }

  async start(onLink: (link: Link) => void): Promise<void> {
    if (this.running) throw new CallerFault('channel-started')
    this.running = true
    this.failure = undefined
    await this.listen((socket) => {
      this.accept(socket, onLink)
    })
    // Stopped meanwhile.
    if (this.status().state === 'off') return
    this.readNetwork()
    const reread = setInterval(() => {
      this.readNetwork()
    }, INTERFACES_INTERVAL_MS)
    const { lookMs = LOOK_INTERVAL_MS } = this.options
    const ask = setInterval(() => {
      for (const presence of this.presences.values()) presence.askAgain(lookMs)
    }, lookMs)
    this.timers = [reread.unref(), ask.unref()]
  }

  async stop(): Promise<void> {
    this.running = false
    for (const timer of [...this.timers, ...this.lookTimers]) clearTimeout(timer)
    const closing = [...this.listeners, ...this.presences.values()]
    this.listeners = []
    this.presences.clear()
    this.sightings.forget()
    await Promise.all(closing.map((one) => one.close()))
    await this.links.end()
  }

  status(): ChannelStatus {
    if (!this.running) return { state: 'off' }
    if (this.failure !== undefined) {
      const { what, code } = this.failure
      const reason = `${what} is not free here (${code}).`
      return {
        state: 'unavailable',
        code: 'port-taken',
        values: { what, error: code },
        reason,
        remedy: 'End the program that holds it, or use the tcp channel.',
      }
    }
    if (this.presences.size > 0) return { state: 'on' }
    return {
      state: 'unavailable',
      code: 'no-network',
      reason: 'This machine is on no local network now.',
      remedy: 'Connect to one; it is noticed within seconds.',
    }
  }

  addresses(): string[] {
    const { port } = this
    if (port === undefined) return []
    return Array.from(this.presences.values(), ({ at }) => formatAddress(NAME, { host: at.address, port }))
  }

  async dial(address: string, signal?: AbortSignal): Promise<Link> {
    const endpoint = parseAddress(NAME, address)
    if (!this.running) throw new Unavailable('channel-off', { message: 'The lan channel is off.' })
    if (!this.isNeighbour(endpoint.host)) {
      throw new Unavailable('unreachable', {
        message: 'That address is not on a local network of this machine.',
      })
    }
    return this.links.dial(endpoint, signal)
  }

  announce(names: readonly string[]): void {
    if (names.length > MAX_NAMES) throw new CallerFault('too-many-names')
    if (!names.every((name) => INSTANCE.test(name))) throw new CallerFault('name-malformed')
    const before = this.names
    this.names = new Set(names)
    const gone = before.difference(this.names)
    const isNews = !this.names.isSubsetOf(before)
    for (const presence of this.presences.values()) {
      void presence.retract(gone)
      if (isNews) presence.announce()
    }
  }

  watch(watcher: Watcher): () => void {
    return this.sightings.watch(watcher)
  }

  look(): void {
    this.sightings.forget()
    this.ask()
    for (const timer of this.lookTimers) clearTimeout(timer)
    this.lookTimers = LOOK_AGAIN_MS.map((delayMs) =>
      setTimeout(() => {
        this.ask()
      }, delayMs).unref(),
    )
  }

  moved(): void {
    if (!this.running) return
    this.readNetwork()
    for (const presence of this.presences.values()) presence.announce()
    this.look()
  }

  private get port(): number | undefined {
    return this.listeners[0]?.endpoint.port
  }

  private ask(): void {
    for (const presence of this.presences.values()) presence.ask()
  }

  /** One port on every host, so that one address an interface is enough. IPv6 is left out where there is none. */
  private async listen(onSocket: (socket: Socket) => void): Promise<void> {
    for (const host of this.options.interfaces ?? ['0.0.0.0', '::']) {
      try {
        const port = this.port ?? this.options.port ?? 0
        this.listeners.push(await listen({ host, port }, onSocket))
      } catch (error) {
        if (this.listeners.length === 0) this.fail('A port for links', codeOf(error))
      }
    }
    if (this.port !== undefined) this.failure = undefined
  }

  private accept(socket: Socket, onLink: (link: Link) => void): void {
    const near = this.running && this.isNeighbour(socket.remoteAddress ?? '')
    const link = near ? this.links.adopt(socket) : undefined
    if (link === undefined) socket.destroy()
    else onLink(link)
  }

  /** This channel reaches no farther than its name says. */
  private isNeighbour(host: string): boolean {
    return [...this.presences.values()].some(({ at }) => at.includes(host))
  }

  /** Networks come and go. */
  private readNetwork(): void {
    const { port } = this
    if (port === undefined) return
    const now = new Map(
      readInterfaces(this.options.interfaces).map((at) => [`${at.device} ${at.address}`, at]),
    )
    for (const [key, presence] of this.presences) {
      if (now.has(key)) continue
      this.presences.delete(key)
      void presence.close()
    }
    for (const [key, at] of now) {
      if (!this.presences.has(key)) this.presences.set(key, this.appear(key, at, port))
    }
  }

  private appear(key: string, at: Interface, port: number): Presence {
    const presence = new Presence({
      at,
      port,
      mdnsPort: this.options.mdnsPort ?? MDNS_PORT,
      names: () => this.names,
      seen: ({ name, port: theirs, gone }, host) => {
        if (this.names.has(name)) return
        const address = formatAddress(NAME, { host, port: theirs })
        if (gone) this.sightings.lost(name, address)
        else this.sightings.saw(name, address)
      },
      ready: () => {
        this.failure = undefined
      },
      failed: (code) => {
        this.fail('UDP port 5353, by which devices find each other,', code)
        // Tried again when the interfaces are read again.
        if (this.presences.get(key) === presence) this.presences.delete(key)
        void presence.close()
      },
    })
    return presence
  }

  private fail(what: string, code: string): void {
    this.failure = { what, code }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}

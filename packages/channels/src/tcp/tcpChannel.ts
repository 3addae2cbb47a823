/** TCP to and from given addresses, IPv4 and IPv6; and through the router, where that is wanted and it lets calls in (spec §8.1). */
import type { Socket } from 'node:net'
import { CallerFault, Unavailable } from '@triode/core'
import type { Channel, ChannelStatus, Link } from '../channel.ts'
import { machineInterfaces } from '../machine.ts'
import type { MappingStatus, RouterAccess } from '../portmap/portMapper.ts'
import { isPublicAddress } from '../portmap/publicAddress.ts'
import {
  formatAddress,
  formatEndpoint,
  isWildcard,
  parseAddress,
  parseEndpoint,
  type Endpoint,
} from './endpoint.ts'
import { TcpLinks, type LinkLimits } from './tcpLinks.ts'
import { listen, type TcpListener } from './tcpListener.ts'
import { TcpMappings } from './tcpMappings.ts'

/** What it takes to ask routers to let calls in. */
export interface TcpMapping {
  /** 32 random bytes that are kept, a secret. */
  readonly nonceSecret: Uint8Array
}

export interface TcpChannelOptions {
  /** `HOST:PORT`, IPv4 or bracketed IPv6 literals; port 0 takes a free one. None: this device only dials. */
  readonly listen?: readonly string[]
  readonly limits?: LinkLimits
  /** Asks the router to let calls in; default: it is not asked. */
  readonly mapping?: TcpMapping
  /** Replaced in tests, which have routers of their own. */
  readonly router?: RouterAccess
}

/** All of both kinds: when the router is asked and no other endpoint was given. */
const ANYWHERE = ['0.0.0.0', '::']

const NAME = 'tcp'

export class TcpChannel implements Channel {
  readonly name = NAME
  readonly traits = { costPerMiB: 1, typicalBytesPerSecond: 5_000_000, rank: 2 }
  private readonly wanted: readonly Endpoint[]
  private readonly links: TcpLinks
  private readonly mappings: TcpMappings
  private mapping: TcpMapping | undefined
  private running = false
  private listeners: TcpListener[] = []
  private failures: string[] = []
  /** By host, for endpoints of port 0: the free one that was taken last. */
  private readonly free = new Map<string, number>()

  /** @throws CallerFault 'address-malformed' */
  constructor(options: TcpChannelOptions = {}) {
    this.wanted = (options.listen ?? []).map(parseEndpoint)
    this.links = new TcpLinks(NAME, options.limits)
    this.mappings = new TcpMappings(options.router)
    this.mapping = options.mapping
  }

  /** Whether the router is asked; undefined: not. Counts from the next start on. */
  configure(mapping: TcpMapping | undefined): void {
    this.mapping = mapping
  }

  /** As configured. */
  get mapsPort(): boolean {
    return this.mapping !== undefined
  }

  /** Forbidden or not, whatever is configured: what is open closes. */
  permitMapping(isPermitted: boolean): void {
    this.mappings.permit(isPermitted)
  }

  /** What became of asking the router, a line for each kind of IP; none while it is not asked. */
  mappingStatus(): MappingStatus[] {
    return this.mappings.status()
  }

  /** `listener` is called when mappingStatus() is another. @returns the end of it */
  watchMapping(listener: () => void): () => void {
    return this.mappings.watch(listener)
  }

  /**
   * Ports to take again where a free one is asked for and they are free, by host: others know this device's address by them.
   * Counts from the next start on.
   */
  prefer(ports: ReadonlyMap<string, number>): void {
    for (const [host, port] of ports) this.free.set(host, port)
  }

  /** For `prefer` of another run: the free ports that were taken. */
  get freePorts(): ReadonlyMap<string, number> {
    return this.free
  }

  async start(onLink: (link: Link) => void): Promise<void> {
    if (this.running) throw new CallerFault('channel-started')
    this.running = true
    this.failures = []
    const accept = (socket: Socket) => {
      const link = this.running ? this.links.adopt(socket) : undefined
      if (link === undefined) socket.destroy()
      else onLink(link)
    }
    const { mapping, wanted } = this
    for (const endpoint of wanted) await this.listenOn(endpoint, accept)
    if (mapping === undefined) return
    if (wanted.length === 0) await this.listenAnywhere(accept)
    this.askRouter(mapping)
  }

  async stop(): Promise<void> {
    this.running = false
    await this.mappings.stop()
    const listeners = this.listeners
    this.listeners = []
    await Promise.all(listeners.map((listener) => listener.close()))
    await this.links.end()
  }

  status(): ChannelStatus {
    if (!this.running) return { state: 'off' }
    if (this.failures.length === 0) return { state: 'on' }
    return {
      state: this.listeners.length > 0 ? 'on' : 'unavailable',
      code: 'cannot-listen',
      values: { where: this.failures.join(', ') },
      reason: `Cannot listen on ${this.failures.join(' and ')}.`,
      remedy: 'Choose another port, or port 0 for any free one.',
    }
  }

  addresses(): string[] {
    // Who listens everywhere only for calls through the router tells nobody of networks behind it.
    const isTold = (host: string): boolean => this.wanted.length > 0 || isPublicAddress(host)
    const own = this.listeners.flatMap(({ endpoint: { host, port } }) =>
      hostsOf(host)
        .filter(isTold)
        .map((one) => ({ host: one, port })),
    )
    const all = [...this.mappings.addresses(), ...own]
    return [...new Set(all.map((endpoint) => formatAddress(NAME, endpoint)))]
  }

  async dial(address: string, signal?: AbortSignal): Promise<Link> {
    const endpoint = parseAddress(NAME, address)
    if (!this.running) throw new Unavailable('channel-off', { message: 'The tcp channel is off.' })
    return this.links.dial(endpoint, signal)
  }

  moved(): void {
    this.mappings.moved()
  }

  private askRouter({ nonceSecret }: TcpMapping): void {
    const endpoints = this.listeners.map(({ endpoint }) => endpoint)
    if (this.running) this.mappings.start(endpoints, nonceSecret)
  }

  private async listenAnywhere(accept: (socket: Socket) => void): Promise<void> {
    for (const host of ANYWHERE) await this.listenOn({ host, port: 0 }, accept)
    // A machine without the one kind of IP does with the other.
    if (this.listeners.length > 0) this.failures = []
  }

  private async listenOn(endpoint: Endpoint, accept: (socket: Socket) => void): Promise<void> {
    try {
      const listener = await this.listener(endpoint, accept)
      if (this.running) this.listeners.push(listener)
      else await listener.close()
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
      this.failures.push(formatEndpoint(endpoint) + code)
    }
  }

  private async listener(endpoint: Endpoint, accept: (socket: Socket) => void): Promise<TcpListener> {
    const { host, port } = endpoint
    if (port !== 0) return listen(endpoint, accept)
    const before = this.free.get(host)
    const again = before === undefined ? undefined : listen({ host, port: before }, accept)
    const listener = await (again?.catch(() => listen(endpoint, accept)) ?? listen(endpoint, accept))
    this.free.set(host, listener.endpoint.port)
    return listener
  }
}

/** The hosts under which others reach a listener on `host`: itself, or for a wildcard what the machine has now. */
function hostsOf(host: string): string[] {
  if (!isWildcard(host)) return [host]
  const family = host.includes(':') ? 'IPv6' : 'IPv4'
  const all = Object.values(machineInterfaces()).flatMap((addresses) => addresses ?? [])
  return all
    .filter((one) => one.family === family && !one.internal && !one.address.startsWith('fe80:'))
    .map((one) => one.address)
}

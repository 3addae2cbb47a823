/** TCP to and from given addresses, IPv4 and IPv6 (spec §8.1). */
import type { Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { CallerFault, Unavailable } from '@triode/core'
import type { Channel, ChannelStatus, Link } from '../channel.ts'
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

export interface TcpChannelOptions {
  /** `HOST:PORT`, IPv4 or bracketed IPv6 literals; port 0 takes a free one. None: this device only dials. */
  readonly listen?: readonly string[]
  readonly limits?: LinkLimits
}

const NAME = 'tcp'

export class TcpChannel implements Channel {
  readonly name = NAME
  readonly traits = { costPerMiB: 1, typicalBytesPerSecond: 5_000_000, rank: 2 }
  private readonly wanted: readonly Endpoint[]
  private readonly links: TcpLinks
  private running = false
  private listeners: TcpListener[] = []
  private failures: string[] = []
  /** By host, for endpoints of port 0: the free one that was taken last. */
  private readonly free = new Map<string, number>()

  /** @throws CallerFault 'address-malformed' */
  constructor(options: TcpChannelOptions = {}) {
    this.wanted = (options.listen ?? []).map(parseEndpoint)
    this.links = new TcpLinks(NAME, options.limits)
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
    for (const endpoint of this.wanted) await this.listenOn(endpoint, accept)
  }

  async stop(): Promise<void> {
    this.running = false
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
      reason: `Cannot listen on ${this.failures.join(' and ')}.`,
      remedy: 'Choose another port, or port 0 for any free one.',
    }
  }

  addresses(): string[] {
    return this.listeners.flatMap(({ endpoint }) =>
      hostsOf(endpoint.host).map((host) => formatAddress(NAME, { host, port: endpoint.port })),
    )
  }

  async dial(address: string, signal?: AbortSignal): Promise<Link> {
    const endpoint = parseAddress(NAME, address)
    if (!this.running) throw new Unavailable('channel-off', { message: 'The tcp channel is off.' })
    return this.links.dial(endpoint, signal)
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
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all
    .filter((one) => one.family === family && !one.internal && !one.address.startsWith('fe80:'))
    .map((one) => one.address)
}

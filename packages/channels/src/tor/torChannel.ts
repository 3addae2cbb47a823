/** Onion services of the system's `tor`: who talks to whom is hidden from the network, and where they are from each other (spec §8.4). */
import { createHmac, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { CallerFault, Unavailable } from '@triode/core'
import type { Channel, ChannelStatus, Link, Service, Services, Visit } from '../channel.ts'
import { aborted, isAborted, tooManyLinks } from '../linkFaults.ts'
import { FramedStream } from './framedStream.ts'
import { onionAddress, parseOnion, type OnionEndpoint } from './onion.ts'
import { ServiceHost } from './serviceHost.ts'
import { askForStream, unreachable, type Isolation } from './socks.ts'
import { TOR } from './spec.ts'
import { TorDaemon, type RunningTor } from './torDaemon.ts'
import {
  CONNECT_WAIT_MS,
  FORGET_EVERY_MS,
  MAX_LINKS_PER_SERVICE,
  MAX_TOR_LINKS,
  TOR_DIAL_TIMEOUT_MS,
} from './tuning.ts'

export interface TorChannelOptions {
  /** Absolute; made when the channel starts. */
  readonly folder: string
  /** Default: `tor`, as the system finds it. */
  readonly program?: string
  /** Further settings for tor, as in a torrc. */
  readonly settings?: string
}

const NO_VISIT: Visit = { realm: '', keys: [] }
/** Letters of a service's name that tell its callers from those of others, in logs. */
const SHOWN_LETTERS = 8

export class TorChannel implements Channel, Services {
  readonly name = TOR
  readonly traits = { costPerMiB: 1, typicalBytesPerSecond: 200_000, rank: 9, dialMs: TOR_DIAL_TIMEOUT_MS }
  private readonly daemon: TorDaemon
  private readonly host: ServiceHost
  private readonly links = new Set<FramedStream>()
  /** Accepted links by service. */
  private readonly accepted = new Map<string, number>()
  /** Sockets on their way to be links. */
  private readonly dialing = new Set<Socket>()
  /** Told whenever tor is connected, or the channel stops. */
  private readonly changes = new Set<() => void>()
  /** So that tor, too, learns nothing of what realms are called. */
  private readonly salt = randomBytes(32)
  private onLink: ((link: Link) => void) | undefined
  private calls = 0
  private forgotAt = -Infinity

  constructor({ folder, program = 'tor', settings }: TorChannelOptions) {
    const events = {
      up: (tor: RunningTor) => {
        this.host.use(tor)
      },
      connected: () => {
        this.changed()
      },
    }
    this.daemon = new TorDaemon({ program, folder, ...(settings !== undefined && { settings }) }, events)
    this.host = new ServiceHost(
      (socket, id, name) => {
        this.accept(socket, id, name)
      },
      () => void this.daemon.running?.process.end(),
    )
  }

  async start(onLink: (link: Link) => void): Promise<void> {
    if (this.onLink !== undefined) throw new CallerFault('channel-started')
    this.onLink = onLink
    await this.daemon.start()
  }

  async stop(): Promise<void> {
    this.onLink = undefined
    this.changed()
    this.host.use(undefined)
    for (const socket of this.dialing) socket.destroy()
    const gone = [...this.links].map((link) => once(link.destroy(), 'close'))
    await Promise.all([...gone, this.daemon.stop()])
  }

  status(): ChannelStatus {
    if (this.onLink === undefined) return { state: 'off' }
    const status = this.daemon.status()
    if (status.state !== 'on' || status.reason !== undefined || this.host.isSettled) return status
    return { state: 'on', code: 'tor-learning', reason: 'Tor is being told of your circles.' }
  }

  /** Known before tor runs: they follow from the keys. */
  addresses(): string[] {
    return this.onLink === undefined ? [] : this.host.addresses()
  }

  serve(services: readonly Service[]): void {
    this.host.want(services)
  }

  addressOf(id: string): string | undefined {
    return this.onLink === undefined ? undefined : this.host.addressOf(id)
  }

  addressFrom(seed: Uint8Array): string {
    return onionAddress(seed)
  }

  moved(isCut: boolean): void {
    if (isCut) this.daemon.reconnect()
  }

  async dial(address: string, signal?: AbortSignal, visit = NO_VISIT): Promise<Link> {
    const endpoint = parseOnion(address)
    if (this.onLink === undefined) throw off()
    const until = AbortSignal.any([...(signal ? [signal] : []), AbortSignal.timeout(TOR_DIAL_TIMEOUT_MS)])
    if (isAborted(signal)) throw aborted(signal)
    if (this.links.size + this.dialing.size >= MAX_TOR_LINKS) throw tooManyLinks()
    try {
      const tor = await this.connected(AbortSignal.any([until, AbortSignal.timeout(CONNECT_WAIT_MS)]))
      const socket = await this.visit(tor, endpoint, visit, until)
      return { stream: this.keep(socket), channel: TOR, remote: address }
    } catch (cause) {
      if (isAborted(signal)) throw aborted(signal)
      throw cause instanceof Unavailable && cause.code === 'unreachable' ? cause : unreachable(cause)
    }
  }

  /** Waits until tor is connected: while it starts, a dial is early, not in vain. */
  private async connected(until: AbortSignal): Promise<RunningTor> {
    for (;;) {
      const tor = this.daemon.running
      if (tor !== undefined && this.daemon.isConnected) return tor
      await new Promise<void>((resolve, reject) => {
        const settle = (act: () => void): void => {
          this.changes.delete(look)
          until.removeEventListener('abort', give)
          act()
        }
        const look = (): void => {
          if (this.onLink === undefined) give()
          else settle(resolve)
        }
        const give = (): void => {
          settle(() => {
            reject(unreachable(until.reason))
          })
        }
        this.changes.add(look)
        until.addEventListener('abort', give)
      })
    }
  }

  private changed(): void {
    for (const look of [...this.changes]) look()
  }

  /** With one key after the other, while tor says that it does not open what the service has published. */
  private async visit(
    tor: RunningTor,
    endpoint: OnionEndpoint,
    { realm, keys }: Visit,
    until: AbortSignal,
  ): Promise<Socket> {
    if (keys.length === 0) return this.stream(tor, endpoint, realm, until)
    for (const [index, key] of keys.entries()) {
      const words = `x25519:${Buffer.from(key).toString('base64')}`
      await tor.control.send('ONION_CLIENT_AUTH_ADD', endpoint.name, words)
      try {
        return await this.stream(tor, endpoint, realm, until)
      } catch (cause) {
        const isLast = index === keys.length - 1
        if (isLast || !(cause instanceof Unavailable) || cause.code !== 'key-refused') throw cause
      }
    }
    throw unreachable()
  }

  private async stream(
    tor: RunningTor,
    endpoint: OnionEndpoint,
    realm: string,
    until: AbortSignal,
  ): Promise<Socket> {
    const socket = connect({ path: tor.process.socksPath })
    const give = (): void => {
      socket.destroy()
    }
    socket.on('error', () => undefined)
    this.dialing.add(socket)
    until.addEventListener('abort', give)
    try {
      if (until.aborted) throw unreachable()
      await askForStream(socket, endpoint, this.isolation(realm))
      if (this.onLink === undefined) throw off()
      return socket
    } catch (cause) {
      socket.destroy()
      if (cause instanceof Unavailable && cause.code === 'not-published') this.lookAgain(tor)
      throw cause
    } finally {
      this.dialing.delete(socket)
      until.removeEventListener('abort', give)
    }
  }

  /** Tor asks no directory twice in 15 minutes where it found nothing, unless it is told to forget that. */
  private lookAgain(tor: RunningTor): void {
    const now = performance.now()
    if (now - this.forgotAt < FORGET_EVERY_MS) return
    this.forgotAt = now
    tor.control.send('SIGNAL NEWNYM').catch(() => undefined)
  }

  private isolation(realm: string): Isolation {
    return { user: TOR, password: createHmac('sha256', this.salt).update(realm).digest('hex') }
  }

  private accept(socket: Socket, id: string, name: string): void {
    const { onLink } = this
    const count = this.accepted.get(name) ?? 0
    if (onLink === undefined || this.links.size >= MAX_TOR_LINKS || count >= MAX_LINKS_PER_SERVICE) {
      socket.on('error', () => undefined).destroy()
      return
    }
    this.accepted.set(name, count + 1)
    const stream = this.keep(socket)
    stream.once('close', () => {
      const left = (this.accepted.get(name) ?? 1) - 1
      if (left === 0) this.accepted.delete(name)
      else this.accepted.set(name, left)
    })
    // Callers have no address; of what service they came to is all there is to tell.
    const remote = `${TOR}:to-${name.slice(0, SHOWN_LETTERS)}:${String(++this.calls)}`
    onLink({ stream, channel: TOR, remote, service: id })
  }

  private keep(socket: Socket): FramedStream {
    const stream = new FramedStream(socket)
    this.links.add(stream)
    return stream.once('close', () => this.links.delete(stream))
  }
}

function off(): Unavailable {
  return new Unavailable('channel-off', { message: 'The tor channel is off.' })
}

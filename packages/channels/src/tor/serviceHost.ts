/** The services of this device: what is wanted, and what the running tor has of it. */
import { createServer, type Server, type Socket } from 'node:net'
import { base32, CallerFault } from '@triode/core'
import type { Service } from '../channel.ts'
import { expandedKey, onionAddress, onionName, serviceMalformed, visitorPublicKey } from './onion.ts'
import { KEY_BYTES, SERVICE_PORT } from './spec.ts'
import type { RunningTor } from './torDaemon.ts'
import { MAX_SERVICES, SERVICE_BACKLOG } from './tuning.ts'

/** A service as tor is told of it. */
interface Offer {
  readonly id: string
  readonly name: string
  readonly address: string
  /** ED25519-V3, base64: a secret. */
  readonly key: string
  /** Public keys, base32. */
  readonly visitors: readonly string[]
}

interface Served {
  readonly offer: Offer
  readonly server: Server
  isTold: boolean
}

export class ServiceHost {
  private readonly onSocket: (socket: Socket, id: string, name: string) => void
  private readonly failed: () => void
  private wanted: ReadonlyMap<string, Offer> = new Map()
  private served = new Map<string, Served>()
  private tor: RunningTor | undefined
  private turn: Promise<void> = Promise.resolve()
  private count = 0

  /** @param failed tor did not do what it was asked: it is of no use */
  constructor(onSocket: (socket: Socket, id: string, name: string) => void, failed: () => void) {
    this.onSocket = onSocket
    this.failed = failed
  }

  /** @throws CallerFault 'too-many-services' | 'service-malformed' */
  want(services: readonly Service[]): void {
    if (services.length > MAX_SERVICES) throw tooMany()
    this.wanted = new Map(services.map((service) => [service.id, this.offerOf(service)]))
    this.settle()
  }

  addressOf(id: string): string | undefined {
    return this.wanted.get(id)?.address
  }

  addresses(): string[] {
    return [...this.wanted.values()].map(({ address }) => address)
  }

  /** Whether tor has been told of all that is wanted. */
  get isSettled(): boolean {
    return [...this.wanted.values()].every((offer) => {
      const served = this.served.get(offer.id)
      return served?.offer === offer && served.isTold
    })
  }

  /** Offers what is wanted with a tor that just started, or with none. */
  use(tor: RunningTor | undefined): void {
    for (const { server } of this.served.values()) server.close()
    this.served = new Map()
    this.tor = tor
    this.settle()
  }

  /** One change after another: tor knows a service by its key. */
  private settle(): void {
    const { tor } = this
    if (tor === undefined) return
    this.turn = this.turn.then(async () => {
      if (this.tor !== tor) return
      try {
        for (const one of this.served.values()) {
          if (this.wanted.get(one.offer.id) !== one.offer) await this.withdraw(tor, one)
        }
        for (const offer of this.wanted.values()) {
          if (!this.served.has(offer.id)) await this.offer(tor, offer)
        }
      } catch {
        if (this.tor === tor) this.failed()
      }
    })
  }

  private async offer(tor: RunningTor, offer: Offer): Promise<void> {
    const path = tor.process.servicePath(this.count++)
    const server = await listen(path, (socket) => {
      this.onSocket(socket, offer.id, offer.name)
    })
    const served = { offer, server, isTold: false }
    this.served.set(offer.id, served)
    await tor.control.send(
      'ADD_ONION',
      `ED25519-V3:${offer.key}`,
      'Flags=V3Auth,DiscardPK',
      `Port=${String(SERVICE_PORT)},unix:${path}`,
      ...offer.visitors.map((key) => `ClientAuthV3=${key}`),
    )
    served.isTold = true
  }

  private async withdraw(tor: RunningTor, { offer, server }: Served): Promise<void> {
    this.served.delete(offer.id)
    server.close()
    await tor.control.send('DEL_ONION', offer.name)
  }

  /** The same object while nothing has changed. */
  private offerOf({ id, seed, visitors }: Service): Offer {
    if (seed.length !== KEY_BYTES || visitors.length === 0) throw serviceMalformed()
    const expanded = expandedKey(seed)
    const key = Buffer.from(expanded).toString('base64')
    expanded.fill(0)
    const known = this.wanted.get(id)
    const keys = visitors.map((visitor) => base32(visitorPublicKey(visitor)).toUpperCase())
    if (known?.key === key && known.visitors.join() === keys.join()) return known
    return { id, name: onionName(seed), address: onionAddress(seed), key, visitors: keys }
  }
}

function tooMany(): CallerFault {
  return new CallerFault('too-many-services', {
    details: { most: MAX_SERVICES },
    message: `At most ${String(MAX_SERVICES)} onion services are offered at a time.`,
    remedy: 'Revoke invitations that are not needed any more.',
  })
}

function listen(path: string, onSocket: (socket: Socket) => void): Promise<Server> {
  const server = createServer(onSocket)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ path, backlog: SERVICE_BACKLOG }, () => {
      server.off('error', reject).on('error', () => undefined)
      resolve(server)
    })
  })
}

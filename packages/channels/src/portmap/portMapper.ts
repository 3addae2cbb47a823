/** Keeps one port of this machine open at its router: asks, renews, goes along with changes of the network, takes it back at the end (spec §8.1). */
import { Fault, PeerFault, Unavailable } from '@triode/core'
import { isAborted } from '../linkFaults.ts'
import { formatEndpoint, type Endpoint } from '../tcp/endpoint.ts'
import { findGateway, localAddress, type Family, type Gateway } from './gateway.ts'
import { doubleNat, silent, type Grant, type Method, type Wanted } from './mapping.ts'
import { NatPmpMethod } from './natPmpMethod.ts'
import { PcpMethod } from './pcpMethod.ts'
import { PinholeMethod } from './pinholeMethod.ts'
import { isPublicAddress } from './publicAddress.ts'
import { hearRestarts } from './restartWord.ts'
import { NETWORK_LOOK_MS, RENEW_MS, RESTART_WORD_MS, RETRY_WAITS_MS, TAKE_BACK_MS } from './tuning.ts'
import { UpnpMethod } from './upnpMethod.ts'

export interface MappingStatus {
  readonly family: Family
  /**
   * 'needless': this machine has a public address itself. 'failed' and 'asking' are tried on.
   */
  readonly state: 'asking' | 'open' | 'needless' | 'failed'
  /** How the router was asked that opened it. */
  readonly by?: string
  /** Where others come in, `HOST:PORT`. */
  readonly address?: string
  /** Why it failed: a word for programs (spec §8.9), and the same as one sentence. */
  readonly code?: string
  readonly reason?: string
  readonly remedy?: string
}

export interface PortMapperOptions {
  readonly family: Family
  /** The TCP port that is listened on. */
  readonly port: number
  /** The one address that is listened on; default: the one that leads to the router. */
  readonly local?: string
  /** 32 random bytes of this device, kept: see PcpMethod. */
  readonly nonceSecret: Uint8Array
  readonly changed: () => void
  /** What has to end before: who kept the same port open takes it back. */
  readonly after?: Promise<unknown>
  /** Replaced in tests, which have routers of their own. */
  readonly router?: RouterAccess
}

export interface RouterAccess {
  gateway(family: Family): Promise<Gateway | undefined>
  local(gateway: Gateway): Promise<string | undefined>
  /** In the order to ask, new each time. */
  methods(nonceSecret: Uint8Array): readonly Method[]
}

const SYSTEM: RouterAccess = {
  gateway: findGateway,
  local: localAddress,
  methods: (nonceSecret) => [
    new PcpMethod(nonceSecret),
    new NatPmpMethod(),
    new UpnpMethod(),
    new PinholeMethod(),
  ],
}

export class PortMapper {
  private readonly options: PortMapperOptions
  private readonly router: RouterAccess
  private readonly abort = new AbortController()
  private readonly running: Promise<void>
  private current: MappingStatus
  private open: Endpoint | undefined
  /** Who was asked last, and may have mapped something. */
  private asked: { readonly method: Method; readonly wanted: Wanted } | undefined
  private failures = 0
  /** When word of a restart was believed last, by performance.now(). */
  private wordAt = -Infinity
  private wakeUp: () => void = ignore

  constructor(options: PortMapperOptions) {
    this.options = options
    this.router = options.router ?? SYSTEM
    this.current = { family: options.family, state: 'asking' }
    this.running = this.run()
  }

  status(): MappingStatus {
    return this.current
  }

  /** Where others come in now, if the router lets them. */
  address(): Endpoint | undefined {
    return this.open
  }

  /** Asks, or renews, without waiting for its turn. */
  again(): void {
    this.failures = 0
    this.wakeUp()
  }

  /** Takes back what the router opened, if it answers soon. Idempotent. */
  async stop(): Promise<void> {
    this.abort.abort()
    await this.running
    this.open = undefined
  }

  // ---- inside

  private async run(): Promise<void> {
    const { signal } = this.abort
    await this.options.after
    while (!isAborted(signal)) {
      // Whoever is told of changes may fail: that ends neither this nor the process.
      await this.round().catch(() => this.pause(NETWORK_LOOK_MS))
    }
    await this.takeBack()
  }

  private async round(): Promise<void> {
    const network = await this.network()
    const waitMs = network === undefined ? this.without() : await this.keep(network)
    if (!isAborted(this.abort.signal)) await this.rest(waitMs, network)
  }

  /** The router, and this machine's address in its network. */
  private async network(): Promise<Pick<Wanted, 'gateway' | 'local'> | undefined> {
    const gateway = await this.router.gateway(this.options.family)
    if (gateway === undefined) return undefined
    const local = this.options.local ?? (await this.router.local(gateway))
    return local === undefined ? undefined : { gateway, local }
  }

  private without(): number {
    this.asked = undefined
    this.fail(noRouter(this.options.family))
    return Infinity
  }

  /** Asks, or renews. @returns milliseconds until it is due again */
  private async keep({ gateway, local }: Pick<Wanted, 'gateway' | 'local'>): Promise<number> {
    const { family, port } = this.options
    const { asked } = this
    const known =
      asked?.wanted.gateway.host === gateway.host && asked.wanted.local === local ? asked : undefined
    this.asked = known
    const external = this.open?.port ?? port
    // What another router opened, or for another address, leads here no more.
    if (known === undefined) this.open = undefined
    if (family === 'IPv4' && isPublicAddress(local)) {
      this.open = undefined
      this.become({ family, state: 'needless' })
      return Infinity
    }
    // Addresses of IPv6 that are no public ones are of no use to others, open or not.
    if (family === 'IPv6' && !isPublicAddress(local)) return this.without()
    if (this.open === undefined && this.current.state !== 'failed') this.become({ family, state: 'asking' })
    const wanted = { gateway, local, port, external }
    let grant: Grant
    try {
      grant = await this.askAll(wanted, known?.method)
    } catch (cause) {
      if (this.abort.signal.aborted) return 0
      // What this one will open no more is no longer told.
      this.fail(cause)
      return RETRY_WAITS_MS[Math.min(this.failures++, RETRY_WAITS_MS.length - 1)] ?? RENEW_MS
    }
    return this.granted(grant)
  }

  /** The one that worked alone, or all of them. @throws the fault that says most */
  private async askAll(wanted: Wanted, known: Method | undefined): Promise<Grant> {
    const { signal } = this.abort
    const methods =
      known !== undefined && this.open !== undefined ? [known] : this.router.methods(this.options.nonceSecret)
    let telling: Error | undefined
    for (const method of methods) {
      if (isAborted(signal)) break
      const before = this.asked
      try {
        this.asked = { method, wanted }
        const grant = await method.map(wanted, signal)
        // Port 0 is no port, whatever the router means by it.
        if (grant.external.port === 0) throw silent()
        if (isPublicAddress(grant.external.host)) return grant
        await method.unmap(wanted, AbortSignal.timeout(TAKE_BACK_MS)).catch(ignore)
        throw doubleNat(grant.external.host)
      } catch (cause) {
        telling = moreTelling(telling, cause)
        // What is given up at the end may have been opened all the same.
        if (!isAborted(signal)) this.asked = before
      }
    }
    throw telling ?? silent()
  }

  private granted({ external, lifetimeS }: Grant): number {
    const { family } = this.options
    this.failures = 0
    this.open = external
    const by = this.asked?.method.name
    this.become({ family, state: 'open', ...(by !== undefined && { by }), address: formatEndpoint(external) })
    return Math.min(RENEW_MS, lifetimeS * 500)
  }

  private fail(cause: unknown): void {
    this.open = undefined
    this.asked = undefined
    const { code, message, remedy } = wordsOf(cause)
    this.become({
      family: this.options.family,
      state: 'failed',
      code,
      reason: message,
      ...(remedy !== undefined && { remedy }),
    })
  }

  private become(status: MappingStatus): void {
    const isNew = JSON.stringify(status) !== JSON.stringify(this.current)
    this.current = status
    if (isNew) this.options.changed()
  }

  /** Waits; shorter when the network becomes another, or the router says that it forgot. */
  private async rest(waitMs: number, before: Pick<Wanted, 'gateway' | 'local'> | undefined): Promise<void> {
    const { signal } = this.abort
    const until = performance.now() + waitMs
    const stopHearing =
      before?.gateway.family === 'IPv4'
        ? hearRestarts(before.gateway.host, before.local, () => {
            this.heardRestart()
          })
        : ignore
    try {
      for (;;) {
        const leftMs = until - performance.now()
        if (leftMs <= 0 || signal.aborted) return
        if (await this.pause(Math.min(leftMs, NETWORK_LOOK_MS))) return
        const now = await this.network()
        if (now?.gateway.host === before?.gateway.host && now?.local === before?.local) continue
        this.failures = 0
        return
      }
    } finally {
      stopHearing()
    }
  }

  /** Anybody on the network can send it: once in a while is enough, however often it is waited for anew. */
  private heardRestart(): void {
    const now = performance.now()
    if (now - this.wordAt < RESTART_WORD_MS) return
    this.wordAt = now
    this.wakeUp()
  }

  /** @returns whether it was woken */
  private pause(ms: number): Promise<boolean> {
    const { signal } = this.abort
    return new Promise((resolve) => {
      const end = (woken: boolean): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', wake)
        this.wakeUp = ignore
        resolve(woken)
      }
      const wake = (): void => {
        end(true)
      }
      const timer = setTimeout(end, ms, false)
      signal.addEventListener('abort', wake)
      this.wakeUp = wake
      if (signal.aborted) wake()
    })
  }

  private async takeBack(): Promise<void> {
    const { asked } = this
    this.asked = undefined
    if (asked !== undefined)
      await asked.method.unmap(asked.wanted, AbortSignal.timeout(TAKE_BACK_MS)).catch(ignore)
  }
}

function noRouter(family: Family): Unavailable {
  return new Unavailable('no-router', {
    message: `No router is found that leads to the Internet by ${family}.`,
    remedy:
      family === 'IPv6'
        ? 'Many networks have none; IPv4 is asked for by itself.'
        : 'Connect this machine to a network.',
  })
}

/** That a router refuses, or is behind another, says more than that it does not speak a protocol. */
function moreTelling(one: Error | undefined, cause: unknown): Error {
  const other = cause instanceof Error ? cause : silent(cause)
  const isSilent = (fault: Error): boolean =>
    !(fault instanceof Unavailable) || fault.code === 'router-silent'
  return one === undefined || (isSilent(one) && !isSilent(other)) ? other : one
}

function wordsOf(cause: unknown): Pick<Unavailable, 'code' | 'message' | 'remedy'> {
  if (cause instanceof Unavailable) return cause
  const nonsense = cause instanceof PeerFault
  return {
    code: nonsense ? 'router-unclear' : 'router-not-asked',
    message: nonsense
      ? 'Your router answers what makes no sense when it is asked to let calls in.'
      : `The router could not be asked (${cause instanceof Fault ? cause.code : 'unknown'}).`,
    remedy: 'Forward the port by hand in its settings.',
  }
}

function ignore(): void {
  // Nothing to do.
}

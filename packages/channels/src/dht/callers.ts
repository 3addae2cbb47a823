/**
 * Whether calls from outside come in at a node that serves. That its own calls are answered says nothing of it: a firewall lets in for some
 * minutes whoever was sent something. Only who calls without having been shows it.
 */
import type HyperDHT from 'hyperdht'
import { isPublicAddress } from '../portmap/publicAddress.ts'
import { LET_IN_MS, MAX_MET } from './tuning.ts'

export class Callers {
  private readonly own: string
  private readonly elapsed: () => number
  private startedAt: number
  /** When something last went to a host or came from it, the oldest first. */
  private readonly metAt = new Map<string, number>()
  /** How many links there are with a host: as long as one lasts the way from there is open. */
  private readonly links = new Map<string, number>()
  private wasReached = false

  /** @param own the address that it serves at @param elapsed milliseconds, never back */
  constructor(own: string, elapsed: () => number = () => performance.now()) {
    this.own = own
    this.elapsed = elapsed
    this.startedAt = elapsed()
  }

  /** Somebody called unasked, from elsewhere, since it started or `anew`. */
  get isReached(): boolean {
    return this.wasReached
  }

  /** This machine may be behind another firewall. */
  anew(): void {
    this.startedAt = this.elapsed()
    this.metAt.clear()
    this.wasReached = false
  }

  /** A link with `host` is there, or is there no more. */
  linked(host: string, isOpen: boolean): void {
    const count = (this.links.get(host) ?? 0) + (isOpen ? 1 : -1)
    if (count > 0) this.links.set(host, count)
    else this.links.delete(host)
    this.met(host)
  }

  /** Something went to `host`. */
  met(host: string): void {
    if (this.wasReached) return
    this.metAt.delete(host)
    this.metAt.set(host, this.elapsed())
    for (const [oldest, at] of this.metAt) {
      if (this.metAt.size <= MAX_MET && this.elapsed() - at < LET_IN_MS) break
      this.metAt.delete(oldest)
    }
  }

  /** A call of `host` came in. What it was sent before the start nobody knows: that is waited for. */
  came(host: string): void {
    const isAsked = this.isLetIn(host) || this.elapsed() - this.startedAt < LET_IN_MS
    if (!isAsked && this.isOutside(host)) this.wasReached = true
    this.met(host)
  }

  private isLetIn(host: string): boolean {
    return this.links.has(host) || this.elapsed() - (this.metAt.get(host) ?? -Infinity) < LET_IN_MS
  }

  /** Neither this machine, nor one of its own network if others are to call from beyond that. */
  private isOutside(host: string): boolean {
    return host !== this.own && (isPublicAddress(host) || !isPublicAddress(this.own))
  }
}

/** What of the library's inside is used, where it is there. */
interface Inside {
  readonly io?: {
    onrequest?: (request: Call, external: boolean) => void
    createRequest?: (to: { readonly host: string }, ...rest: readonly unknown[]) => unknown
  }
}

interface Call {
  readonly from: { readonly host: string }
}

/** Tells `callers` of each request that comes and goes. Where the library is built otherwise, nothing is heard of. */
export function listenForCalls(dht: HyperDHT, callers: Pick<Callers, 'met' | 'came'>): void {
  const { io } = dht as Inside
  const came = io?.onrequest?.bind(io)
  const goes = io?.createRequest?.bind(io)
  if (io === undefined || came === undefined || goes === undefined) return
  io.onrequest = (request, external) => {
    callers.came(request.from.host)
    came(request, external)
  }
  io.createRequest = (to, ...rest) => {
    callers.met(to.host)
    return goes(to, ...rest)
  }
}

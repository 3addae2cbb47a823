/**
 * Whether this network lets calls out at all, told from calls that were made anyway: no host is asked for it. A network that wants its people to
 * sign in first refuses all others until then (RFC 8952 §1), and says so to browsers alone.
 */
import { isPublicAddress } from '@triode/channels'
import { Unavailable, type Clock } from '@triode/core'
import { Allowance } from '../allowance.ts'
import { LET_OUT_AT_ONCE, LET_OUT_EVERY_MS, MAX_UNREACHED, SHUT_HURRY_MS, UNREACHED_MS } from '../tuning.ts'

export interface Unreached {
  /** Hosts with public addresses that were called in the last minutes; none answered. */
  readonly hosts: number
  /** Of these, such where the call was refused, by whomever, and not passed over in silence. */
  readonly refused: number
}

export interface OutlookOptions {
  readonly clock: Clock
  /** Far ends of the tunnels there are, as their channels note them. */
  readonly remotes: () => Iterable<string>
}

interface Failure {
  readonly isRefused: boolean
  /** By the monotonic clock. */
  readonly at: number
}

/** What a call comes back with that somebody turned away: the host itself, a router, a portal. */
const REFUSALS: readonly string[] = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EACCES',
  'EPERM',
]

export class Outlook {
  private readonly options: OutlookOptions
  /** By host, the newest last. */
  private readonly failures = new Map<string, Failure>()
  /** Since when nobody far away is reached. */
  private shutSince: number | undefined
  private readonly lettingOut: Allowance

  constructor(options: OutlookOptions) {
    this.options = options
    this.lettingOut = new Allowance(options.clock, { most: LET_OUT_AT_ONCE, everyMs: LET_OUT_EVERY_MS })
  }

  /** A call of `address` came to nothing. */
  failed(address: string, cause: unknown): void {
    const host = farHost(address)
    const how = howOf(cause)
    if (host === undefined || how === undefined) return
    const at = this.options.clock.elapsed()
    this.failures.delete(host)
    this.failures.set(host, { isRefused: how === 'refused', at })
    const oldest = this.failures.keys().next().value
    if (this.failures.size > MAX_UNREACHED && oldest !== undefined) this.failures.delete(oldest)
    if (this.unreached() !== undefined) this.shutSince ??= at
  }

  /**
   * There is a tunnel to `remote`. @returns whether nobody far away had been reached before, and others are to be called anew for that: now
   * and then only, since one who is called at some addresses in vain and at one not, and who hangs up, would cause it again and again.
   */
  reached(remote: string): boolean {
    if (!isFar(remote)) return false
    const wasShut = this.shutSince !== undefined
    this.shutSince = undefined
    this.failures.clear()
    return wasShut && this.lettingOut.take()
  }

  /** undefined when somebody far away is reached, or was not called. */
  unreached(): Unreached | undefined {
    const since = this.options.clock.elapsed() - UNREACHED_MS
    const recent = [...this.failures.values()].filter(({ at }) => at >= since)
    if (recent.length === 0 || [...this.options.remotes()].some(isFar)) return undefined
    return { hosts: recent.length, refused: recent.filter(({ isRefused }) => isRefused).length }
  }

  /** Whether somebody may be signing in just now: calls are then made again and again. */
  get isShut(): boolean {
    const { shutSince, options } = this
    const isFresh = shutSince !== undefined && options.clock.elapsed() - shutSince < SHUT_HURRY_MS
    return isFresh && this.unreached() !== undefined
  }
}

/** The host of an address of tcp that lies outside of this network. */
export function farHost(address: string): string | undefined {
  const [, six, four] = /^tcp:(?:\[([^\]]+)\]|([\d.]+)):\d+$/.exec(address) ?? []
  const host = six ?? four
  return host !== undefined && isPublicAddress(host) ? host : undefined
}

/** Whatever went through the Internet; a link that is handed on may have come from nearby. */
function isFar(remote: string): boolean {
  return farHost(remote) !== undefined || /^(dht|tor):/.test(remote)
}

/** undefined: it was given up, which says nothing. */
function howOf(cause: unknown): 'refused' | 'silent' | undefined {
  if (!(cause instanceof Unavailable)) return undefined
  const inner = cause.cause
  if (cause.code === 'aborted')
    return inner instanceof Error && inner.name === 'TimeoutError' ? 'silent' : undefined
  if (cause.code !== 'unreachable') return undefined
  const code = inner instanceof Error && 'code' in inner ? String(inner.code) : ''
  return REFUSALS.includes(code) ? 'refused' : 'silent'
}

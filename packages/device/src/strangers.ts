/** Whoever calls and has not proven to be a member: bounded in number, and in how much is told of them. */
import { Fault, PeerFault, Unavailable, type CircleId, type Clock } from '@triode/core'
import type { Link } from '@triode/channels'
import type { Tunnel } from '@triode/tunnel'
import { COMPLAINTS_PERIOD_MS, MAX_COMPLAINTS, MAX_GUESTS, MAX_HANDSHAKES } from './tuning.ts'

interface About {
  readonly channel: string
  readonly remote?: string
  readonly circle?: CircleId
}

export class Strangers {
  private readonly clock: Clock
  private readonly refused: (fault: Fault, about: About) => void
  /** Accepted links in the handshake, from old to new. */
  private readonly callers = new Set<Link>()
  /** Tunnels of invitees, from old to new. */
  private readonly guests = new Set<Tunnel>()
  /** By code: noise must not hide that somebody guesses. */
  private readonly complaints = new Map<string, { since: number; count: number }>()
  private stopped = false

  constructor(clock: Clock, refused: (fault: Fault, about: About) => void) {
    this.clock = clock
    this.refused = refused
  }

  /**
   * A caller is about to speak. To make room for it, of the host that has the most links in the handshake the oldest goes: so
   * whoever opens many and says nothing on them keeps nobody else out. A handshake that is meant takes milliseconds.
   */
  called(link: Link): void {
    if (this.callers.size >= MAX_HANDSHAKES) this.dropCaller()
    this.callers.add(link)
  }

  /** It is let in, or refused. */
  answered(link: Link): void {
    this.callers.delete(link)
  }

  /** An invitee's tunnel. Who holds a link may call as often as it likes until that has expired: the newest calls count. */
  keep(guest: Tunnel): void {
    const [oldest] = this.guests
    if (oldest !== undefined && this.guests.size >= MAX_GUESTS) {
      this.guests.delete(oldest)
      oldest.destroy(new Unavailable('too-many-guests'))
    }
    this.guests.add(guest)
    void guest.closed.then(() => this.guests.delete(guest))
  }

  /** Anyone can call and be refused: of many refusals for one reason only some are told. */
  complain(cause: unknown, { channel, remote }: Link, circle?: CircleId): void {
    if (this.stopped) return
    const fault = cause instanceof Fault ? cause : new PeerFault('handshake-failed', { cause })
    const count = GUESSES.includes(fault.code) ? 1 : this.count(fault.code)
    if (count === MAX_COMPLAINTS + 1) this.refused(tooMany(fault), { channel })
    if (count <= MAX_COMPLAINTS)
      this.refused(fault, { channel, remote, ...(circle !== undefined && { circle }) })
  }

  /** How often this was the reason in the running period. */
  private count(code: string): number {
    const now = this.clock.elapsed()
    let counted = this.complaints.get(code)
    if (counted === undefined || now - counted.since >= COMPLAINTS_PERIOD_MS) {
      counted = { since: now, count: 0 }
      this.complaints.set(code, counted)
    }
    return ++counted.count
  }

  stop(): void {
    this.stopped = true
    for (const guest of this.guests) guest.destroy(new Unavailable('stopped'))
    for (const link of this.callers) link.stream.destroy()
  }

  private dropCaller(): void {
    const hosts = new Map<string, Link[]>()
    for (const link of this.callers) {
      const host = hostOf(link.remote)
      hosts.set(host, [...(hosts.get(host) ?? []), link])
    }
    const most = [...hosts.values()].reduce((a, b) => (b.length > a.length ? b : a), [])
    const [oldest] = most
    if (oldest === undefined) return
    this.callers.delete(oldest)
    oldest.stream.destroy()
  }
}

/** Told one by one: a spoken code stands three, and there are few codes (spec §6.8). */
const GUESSES: readonly string[] = ['code-wrong', 'code-dead']

/** The part of an address that every link from one machine shares. */
function hostOf(remote: string): string {
  const colon = remote.lastIndexOf(':')
  return colon < 0 ? remote : remote.slice(0, colon)
}

function tooMany(cause: Fault): PeerFault {
  return new PeerFault('callers-refused', {
    message: `Many callers were refused; not each of them is told: ${cause.message}`,
    cause,
  })
}

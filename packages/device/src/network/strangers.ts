/** Whoever calls and has not proven to be a member: bounded in number, and in how much is told of them. */
import { Fault, PeerFault, Unavailable, type CircleId, type Clock } from '@triode/core'
import type { Link } from '@triode/channels'
import type { Tunnel } from '@triode/tunnel'
import { COMPLAINTS_PERIOD_MS, MAX_COMPLAINTS, MAX_GUESTS, MAX_HANDSHAKES } from '../tuning.ts'

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
  /** Tunnels of invitees, from old to new, and where they call from. */
  private readonly guests = new Map<Tunnel, string>()
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

  /**
   * An invitee's tunnel. Who holds a link, or guesses the number of a spoken code, may call as often as it likes until that has
   * expired. To make room, of the host with the most, and of the name that it called with most, the oldest goes: so nobody who
   * calls under one name keeps those out who call under another.
   */
  keep(guest: Tunnel, remote = ''): void {
    if (this.guests.size >= MAX_GUESTS) {
      const ofHost = largest([...this.guests.keys()], (one) => hostOf(this.guests.get(one) ?? ''))
      const [oldest] = largest(ofHost, (one) => one.knock)
      if (oldest !== undefined) this.guests.delete(oldest)
      oldest?.destroy(new Unavailable('too-many-guests'))
    }
    this.guests.set(guest, remote)
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
    for (const guest of this.guests.keys()) guest.destroy(new Unavailable('stopped'))
    for (const link of this.callers) link.stream.destroy()
  }

  private dropCaller(): void {
    const [oldest] = largest([...this.callers], ({ remote }) => hostOf(remote))
    if (oldest === undefined) return
    this.callers.delete(oldest)
    oldest.stream.destroy()
  }
}

/** Of `all`, those of the group that has the most, in their order. */
function largest<T>(all: readonly T[], groupOf: (one: T) => string): readonly T[] {
  const groups = [...Map.groupBy(all, groupOf).values()]
  return groups.reduce<readonly T[]>((a, b) => (b.length > a.length ? b : a), [])
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

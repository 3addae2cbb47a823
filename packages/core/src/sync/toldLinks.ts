/**
 * Tells connected devices of the other links that this one has now, and keeps what they tell of theirs (spec §10.8): in memory,
 * as long as the session by which it came, and handed on to nobody.
 */
import type { DeviceId } from '../id.ts'
import type { SyncHost } from './host.ts'
import type { LinksFrame, ToldLink } from './linksFrame.ts'
import type { Session } from './session.ts'
import { MAX_TOLD_LINKS, MAX_TRIP_STEP } from './spec.ts'
import { LINKS_DELAY_MS } from './tuning.ts'

export class ToldLinks {
  private readonly host: SyncHost
  private readonly sessions: () => Iterable<Session>
  /** Hands out what was queued, as links take it. */
  private readonly serve: () => void
  private cancel: (() => void) | undefined
  private stopped = false

  constructor(host: SyncHost, sessions: () => Iterable<Session>, serve: () => void) {
    this.host = host
    this.sessions = sessions
    this.serve = serve
  }

  /** Links came or went, or who is told of them: a moment later the others hear what holds then. */
  changed(): void {
    if (this.stopped || this.isAlone()) return
    this.cancel ??= this.host.clock.after(LINKS_DELAY_MS, () => {
      this.cancel = undefined
      this.tell()
    })
  }

  /** The round trip to `device` was measured. Only what is much longer or shorter than what was told is news. */
  measured(device: DeviceId): void {
    for (const session of this.sessions()) {
      if (session.device !== device) continue
      const before = session.tripStep
      if (this.stepOf(session) !== before) this.changed()
    }
  }

  /** Also where the policy forbids it here: the sender may have heard before this device that it does not any more. */
  receive(session: Session, { links }: LinksFrame): void {
    session.links = links
  }

  /** What each connected device that tells of its links has said last, as far as this one may know it now. */
  told(): ReadonlyMap<DeviceId, readonly ToldLink[]> {
    const told = new Map<DeviceId, readonly ToldLink[]>()
    if (!this.host.hearsLinks(this.host.self)) return told
    for (const { device, links } of this.sessions()) if (links !== undefined) told.set(device, links)
    return told
  }

  stop(): void {
    this.stopped = true
    this.cancel?.()
    this.cancel = undefined
  }

  // ---- inside

  private isAlone(): boolean {
    return [...this.sessions()].length === 0
  }

  private tell(): void {
    for (const session of this.sessions()) {
      session.owe('links', () => {
        this.tellOne(session)
      })
    }
    this.serve()
  }

  private tellOne(session: Session): void {
    const links = this.host.hearsLinks(session.device) ? this.linksFor(session) : undefined
    const said = links === undefined ? '' : JSON.stringify(links)
    if (links !== undefined && said !== session.saidLinks) session.send({ type: 'links', links })
    session.saidLinks = said
  }

  /** All but that to the device which is told. */
  private linksFor(told: Session): ToldLink[] {
    const links: ToldLink[] = []
    for (const session of this.sessions()) {
      const { device, link } = session
      if (session === told || link.way === undefined || links.length === MAX_TOLD_LINKS) continue
      const { channel, via } = link.way
      links.push({ device, channel, via, tripStep: this.stepOf(session) })
    }
    return links
  }

  /** Stays as it was told while the measure is near it: a round trip is never twice the same. */
  private stepOf(session: Session): number | undefined {
    const ms = session.link.way?.roundTripMs()
    if (ms === undefined) return session.tripStep
    const step = Math.min(MAX_TRIP_STEP, Math.ceil(Math.log2(Math.max(1, ms))))
    const near = session.tripStep !== undefined && Math.abs(step - session.tripStep) <= 1
    if (!near) session.tripStep = step
    return session.tripStep
  }
}

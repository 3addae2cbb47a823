/**
 * What waits on the links of a circle, all together: each is bounded, but a keeper has a thousand of them, and whoever reads slowly, or
 * not at all, must not have it hold more than a little for each.
 */
import { Unavailable, type Fault } from '../fault.ts'
import type { DeviceId, MemberId } from '../id.ts'
import type { PeerLink } from './link.ts'
import {
  LINK_HIGH_WATER_BYTES,
  LINK_LOW_WATER_BYTES,
  LINKS_HIGH_WATER_BYTES,
  LINKS_MAX_BACKLOG_BYTES,
} from './tuning.ts'

/** A session, as far as it matters here. */
export interface Budgeted {
  readonly device: DeviceId
  readonly link: Pick<PeerLink, 'backlogBytes'>
  readonly closed: boolean
  close(fault: Fault): void
}

export class LinkBudget {
  private readonly memberOf: (device: DeviceId) => MemberId | undefined
  /** Bytes, as they were last looked at; of those on which something waits. */
  private readonly waiting = new Map<Budgeted, number>()
  private total = 0

  constructor(memberOf: (device: DeviceId) => MemberId | undefined) {
    this.memberOf = memberOf
  }

  /** Whether a link has enough to do: nothing that can wait is put on it now. */
  isFull({ link }: Pick<Budgeted, 'link'>): boolean {
    const isCrowded = this.total >= LINKS_HIGH_WATER_BYTES
    return link.backlogBytes() >= (isCrowded ? LINK_LOW_WATER_BYTES : LINK_HIGH_WATER_BYTES)
  }

  /** Something was put on it, or may have been taken from it. Where too much waits on all, those end that hold most of it. */
  note(session: Budgeted): void {
    if (session.closed) return
    this.set(session, session.link.backlogBytes())
    if (this.total <= LINKS_MAX_BACKLOG_BYTES) return
    // Links say when they have taken everything, and not that they have taken some.
    for (const one of [...this.waiting.keys()]) this.set(one, one.link.backlogBytes())
    while (this.total > LINKS_MAX_BACKLOG_BYTES) {
      const heaviest = this.heaviest()
      if (heaviest === undefined) return
      this.forget(heaviest)
      heaviest.close(new Unavailable('link-stuck'))
    }
  }

  /** It is over. Idempotent. */
  forget(session: Budgeted): void {
    this.set(session, 0)
  }

  private set(session: Budgeted, bytes: number): void {
    this.total += bytes - (this.waiting.get(session) ?? 0)
    if (bytes > 0) this.waiting.set(session, bytes)
    else this.waiting.delete(session)
  }

  /** Of the member for whose devices most waits the one for which most does: who has many gets no more for it. */
  private heaviest(): Budgeted | undefined {
    const byOwner = Map.groupBy(this.waiting, ([{ device }]) => this.memberOf(device) ?? device)
    const [links] = [...byOwner.values()].sort((one, other) => sumOf(other) - sumOf(one))
    return links?.reduce((most, one) => (one[1] > most[1] ? one : most))[0]
  }
}

function sumOf(links: readonly (readonly [Budgeted, number])[]): number {
  return links.reduce((sum, [, bytes]) => sum + bytes, 0)
}

/** What a keeper does for the others (spec §16.3): takes boxes, says how they stand, and hands them to those they are for. */
import { PeerFault } from '../fault.ts'
import type { DeviceId, DropTag } from '../id.ts'
import type { KeptDrops } from '../keeping/keptDrops.ts'
import { noticesDigest } from '../keeping/notices.ts'
import { MAX_NOTICES_PER_FRAME } from '../keeping/spec.ts'
import { REVIEW_MS } from '../keeping/tuning.ts'
import type { Frame } from './frame.ts'
import type { KeepingHost, SyncHost } from './host.ts'
import type { KeptStanding, Offer } from './keepingFrames.ts'
import type { Session } from './session.ts'
import { MAX_LIST } from './spec.ts'
import { LINK_HIGH_WATER_BYTES, MAX_WAITING_WANTS } from './tuning.ts'

type FrameOf<T extends Frame['type']> = Extract<Frame, { type: T }>

/** What a device collects of a drop: from entry `next` on, and of that box from `part` on. */
interface Collect {
  next: number
  part: number
}

export interface KeepServiceCalls {
  readonly sessions: () => Iterable<Session>
  /** Runs what a timer does: nobody else catches what the store throws. */
  readonly guarded: (work: () => void) => void
}

export class KeepService {
  private readonly host: SyncHost
  private readonly keeping: KeepingHost
  private readonly calls: KeepServiceCalls
  private readonly greeted = new Set<Session>()
  private readonly collects = new Map<Session, Map<DropTag, Collect>>()
  private cancelSweep: (() => void) | undefined
  /** Parts of boxes since the start: taken, refused for want of room, and handed over. */
  readonly counts = { taken: 0, refused: 0, handedOver: 0 }

  constructor(host: SyncHost, keeping: KeepingHost, calls: KeepServiceCalls) {
    this.host = host
    this.keeping = keeping
    this.calls = calls
  }

  /** Whether this device keeps things for others now. */
  get isOn(): boolean {
    return this.keeping.isKeeper(this.host.self)
  }

  /** A device may know from now on that this one is a keeper. */
  greet(session: Session): void {
    if (!this.isOn || this.greeted.has(session) || this.keeping.isKeeper(session.device)) return
    this.greeted.add(session)
    const { holdHours, memberBytes } = this.keeping.terms
    session.send({ type: 'keeper-terms', holdHours, memberBytes })
    session.owe('offers', () => {
      this.offer(session, this.offersFor(session.device))
    })
    this.sweepLater()
  }

  ended(session: Session): void {
    this.greeted.delete(session)
    this.collects.delete(session)
  }

  membershipChanged(): void {
    for (const session of this.calls.sessions()) this.greet(session)
    if (this.isOn || this.kept.figures().drops === 0) return
    this.host.transact(() => {
      this.kept.eraseAll()
    })
  }

  stop(): void {
    this.cancelSweep?.()
    this.cancelSweep = undefined
  }

  // ---- from authors

  onDrops(session: Session, { tags }: FrameOf<'drops'>): void {
    if (!this.serves(session)) return
    session.owe('kept', () => {
      session.send({ type: 'kept', drops: tags.map((tag) => this.standing(session.device, tag)) })
    })
  }

  onNotices(session: Session, { notices }: FrameOf<'notices'>): void {
    if (!this.serves(session)) return
    for (const [tag, group] of Map.groupBy(notices, (notice) => notice.tag)) {
      const isTaken = this.kept.address(session.device, tag, group)
      if (!isTaken) this.tell(session, tag, true)
      else this.offerTo(group, tag)
    }
  }

  onBox(session: Session, { bytes, type: _, ...place }: FrameOf<'box'>): void {
    if (!this.serves(session)) return
    const put = this.kept.put(session.device, place, bytes)
    if (put === 'taken') this.counts.taken++
    if (put === 'full') {
      this.counts.refused++
      this.tell(session, place.tag, true)
    }
    if (put !== 'taken' || !place.final) return
    this.tell(session, place.tag)
    this.offerTo(this.kept.addressees(place.tag), place.tag)
  }

  onRelease(session: Session, { tag, upTo }: FrameOf<'release'>): void {
    if (!this.serves(session)) return
    this.kept.release(session.device, tag, upTo)
    this.tell(session, tag)
  }

  // ---- from readers

  onNoticesRequest(session: Session, { tags }: FrameOf<'notices-request'>): void {
    if (!this.serves(session)) return
    session.owe('notices', () => {
      const notices = tags.flatMap((tag) => this.kept.notice(session.device, tag) ?? [])
      for (let at = 0; at < notices.length; at += MAX_NOTICES_PER_FRAME)
        session.send({ type: 'notices', notices: notices.slice(at, at + MAX_NOTICES_PER_FRAME) })
    })
  }

  /** @throws PeerFault 'too-many-requests' */
  onCollect(session: Session, { tag, from }: FrameOf<'collect'>): void {
    if (!this.serves(session)) return
    const waiting = this.collects.get(session) ?? new Map<DropTag, Collect>()
    if (waiting.size >= MAX_WAITING_WANTS) throw new PeerFault('too-many-requests')
    waiting.set(tag, { next: from, part: 0 })
    this.collects.set(session, waiting)
  }

  /** Hands over what was asked for, as the link takes it, a part of a box of each drop in turn. */
  serve(session: Session): void {
    const waiting = this.collects.get(session)
    if (waiting === undefined) return
    while (waiting.size > 0) {
      for (const [tag, collect] of waiting) {
        if (session.closed || session.link.backlogBytes() >= LINK_HIGH_WATER_BYTES) return
        if (!this.handOver(session, tag, collect)) waiting.delete(tag)
        session.flush()
      }
    }
  }

  /** The next part: all of one box may be more than a link takes at once. @returns whether there may be more */
  private handOver(session: Session, tag: DropTag, collect: Collect): boolean {
    // Who the drop is not for gets the answer of one that is not there.
    const isTheirs = this.kept.notice(session.device, tag) !== undefined
    const box = isTheirs ? this.kept.box(tag, collect.next, collect.part) : undefined
    if (box === undefined || (collect.part > 0 && box.place.part !== collect.part)) {
      const next = isTheirs ? (this.kept.get(tag)?.next ?? 0) : 0
      session.send({ type: 'collected', tag, next })
      return false
    }
    session.send({ type: 'box', ...box.place, bytes: box.bytes })
    this.counts.handedOver++
    if (box.place.final) collect.next = box.place.last + 1
    collect.part = box.place.final ? 0 : box.place.part + 1
    return true
  }

  // ---- inside

  private get kept(): KeptDrops {
    return this.keeping.kept
  }

  private serves(session: Session): boolean {
    return this.isOn && !this.keeping.isKeeper(session.device)
  }

  private standing(author: DeviceId, tag: DropTag): KeptStanding {
    const { suite } = this.host
    const drop = this.kept.get(tag)
    const isTheirs = drop?.author === author
    return {
      tag,
      first: isTheirs ? drop.first : 0,
      next: isTheirs ? drop.next : 0,
      notices: isTheirs ? this.kept.noticesDigest(suite, tag) : noticesDigest(suite, []),
      hasRoom: this.kept.hasRoom(author),
    }
  }

  private tell(session: Session, tag: DropTag, isFull = false): void {
    const standing = this.standing(session.device, tag)
    const hasRoom = standing.hasRoom && !isFull
    session.send({ type: 'kept', drops: [{ ...standing, hasRoom }] })
  }

  private offersFor(device: DeviceId): Offer[] {
    return this.kept.addressedTo(device).flatMap(({ tag, generation }) => {
      const next = this.kept.get(tag)?.next ?? 0
      return next === 0 ? [] : [{ tag, generation, next }]
    })
  }

  /** Tells those of `devices` who are connected that the drop has something for them. */
  private offerTo(
    devices: Iterable<{ readonly device: DeviceId; readonly generation: number }>,
    tag: DropTag,
  ): void {
    const next = this.kept.get(tag)?.next ?? 0
    if (next === 0) return
    const generations = new Map(Array.from(devices, ({ device, generation }) => [device, generation]))
    for (const session of this.greeted) {
      const generation = generations.get(session.device)
      if (generation !== undefined) this.offer(session, [{ tag, generation, next }])
    }
  }

  private offer(session: Session, offers: readonly Offer[]): void {
    for (let at = 0; at < offers.length; at += MAX_LIST)
      session.send({ type: 'offers', offers: offers.slice(at, at + MAX_LIST) })
  }

  private sweepLater(): void {
    this.cancelSweep ??= this.host.clock.after(REVIEW_MS, () => {
      this.cancelSweep = undefined
      this.calls.guarded(() => {
        this.host.transact(() => {
          this.kept.sweep((author) => this.keeping.isWelcome(author))
        })
      })
      if (this.isOn) this.sweepLater()
    })
  }
}

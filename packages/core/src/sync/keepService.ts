/** What a keeper does for the others (spec §16.3): takes boxes, says how they stand, and hands them to those they are for. */
import { PeerFault } from '../fault.ts'
import type { BlobId, DeviceId, DropHandle, DropTag } from '../id.ts'
import { dropTag } from '../keeping/dropKeys.ts'
import type { KeptDrops } from '../keeping/keptDrops.ts'
import { noticesDigest } from '../keeping/notices.ts'
import {
  FILES_SHARE,
  MAX_DROPS_PER_FRAME,
  MAX_DROPS_PER_MEMBER,
  MAX_NOTICES_PER_FRAME,
} from '../keeping/spec.ts'
import { REVIEW_MS, REVIEW_SOON_MS } from '../keeping/tuning.ts'
import type { Frame } from './frame.ts'
import type { KeepingHost, SyncHost } from './host.ts'
import { handleIn, type KeptStanding } from './keepingFrames.ts'
import { Offering } from './offering.ts'
import type { Session } from './session.ts'
import { MAX_WAITING_COLLECTS } from './tuning.ts'

type FrameOf<T extends Frame['type']> = Extract<Frame, { type: T }>

/** What a device collects of a drop: from entry `next` on, and of that box from `part` on. */
interface Collect {
  next: number
  part: number
}

/** What a device asked for, and was not told yet. */
interface Asked {
  readonly drops: Set<DropHandle>
  readonly notices: Set<DropTag>
}

/** Of each kind: what a device asks for beyond that, while it reads no answers, it has to ask for again. */
const MAX_ASKED = 2 * MAX_DROPS_PER_FRAME

export interface KeepServiceCalls {
  /** A device may be given what was left for it. */
  readonly greeted: (session: Session) => void
  readonly sessions: () => Iterable<Session>
  /** Runs what a timer does: nobody else catches what the store throws. */
  readonly guarded: (work: () => void) => void
}

export class KeepService {
  private readonly host: SyncHost
  private readonly keeping: KeepingHost
  private readonly calls: KeepServiceCalls
  private readonly greeted = new Set<Session>()
  /** What of files those who are there left, by how they call the drop. */
  private readonly ofFiles = new Map<Session, Map<DropTag, DropHandle>>()
  private readonly collects = new Map<Session, Map<DropTag, Collect>>()
  private readonly asked = new Map<Session, Asked>()
  private readonly offering: Offering
  private cancelSweep: (() => void) | undefined
  /** Parts of boxes since the start: taken, refused for want of room, and handed over. */
  readonly counts = { taken: 0, refused: 0, handedOver: 0 }

  constructor(host: SyncHost, keeping: KeepingHost, calls: KeepServiceCalls) {
    this.host = host
    this.keeping = keeping
    this.calls = calls
    this.offering = new Offering({
      clock: host.clock,
      keeping,
      sessions: () => this.greeted,
      guarded: calls.guarded,
    })
  }

  /** Whether this device keeps things for others now. */
  get isOn(): boolean {
    return this.keeping.isKeeper(this.host.self)
  }

  /** A device may know from now on that this one is a keeper. */
  greet(session: Session): void {
    if (!this.isOn || this.greeted.has(session) || this.keeping.isKeeper(session.device)) return
    this.greeted.add(session)
    const { holdHours, memberBytes, capacityBytes, fileBytes } = this.keeping.terms
    // What would not even fit into an empty share is too large, and not to be asked for again when there is room.
    const most = FILES_SHARE * Math.min(memberBytes, capacityBytes)
    session.send({
      type: 'keeper-terms',
      holdHours,
      memberBytes: told(memberBytes),
      fileBytes: told(Math.min(fileBytes, most)),
    })
    session.owe('offers', () => {
      this.offering.all(session)
      this.calls.greeted(session)
    })
    this.sweepIn(REVIEW_MS)
  }

  ended(session: Session): void {
    this.greeted.delete(session)
    this.ofFiles.delete(session)
    this.collects.delete(session)
    this.asked.delete(session)
    this.offering.ended(session)
  }

  /** Also where nobody comes, what is over goes; and what was not erased when this was no keeper any more. */
  start(): void {
    if (this.isOn || this.holdsAnything) this.sweepIn(REVIEW_SOON_MS)
  }

  membershipChanged(): void {
    for (const session of this.calls.sessions()) this.greet(session)
    if (this.isOn) this.sweepIn(REVIEW_MS)
    else this.giveUp()
  }

  stop(): void {
    this.cancelSweep?.()
    this.cancelSweep = undefined
    this.offering.stop()
  }

  // ---- from authors

  onDrops(session: Session, { handles }: FrameOf<'drops'>): void {
    if (!this.serves(session)) return
    const { drops } = this.askedBy(session)
    add(drops, handles)
    // All that came since the last answer: who writes to several conversations at once asks once for each.
    session.owe('kept', () => {
      const standings = Array.from(drops, (one) => this.standing(session.device, one))
      drops.clear()
      for (let at = 0; at < standings.length; at += MAX_DROPS_PER_FRAME)
        session.send({ type: 'kept', drops: standings.slice(at, at + MAX_DROPS_PER_FRAME) })
    })
  }

  onNotices(session: Session, { notices }: FrameOf<'notices'>): void {
    if (!this.serves(session)) return
    for (const [handle, group] of Map.groupBy(notices, handleIn)) {
      const tag = this.tagOf(session.device, handle)
      const called = group.map((notice) => ({ ...notice, tag }))
      if (!this.kept.address(session.device, tag, called)) this.tell(session, handle, true)
      else this.offering.drop(tag, new Set(group.map(({ device }) => device)))
    }
  }

  onBox(session: Session, { bytes, type: _, ...sent }: FrameOf<'box'>): void {
    if (!this.serves(session)) return
    const handle = handleIn(sent)
    const place = { ...sent, tag: this.tagOf(session.device, handle) }
    const put = this.kept.put(session.device, place, bytes)
    if (put === 'taken') this.counts.taken++
    if (put === 'full') {
      this.counts.refused++
      this.tell(session, handle, true)
    }
    if (put !== 'taken' || !place.final) return
    this.tell(session, handle)
    this.offering.drop(place.tag)
  }

  onRelease(session: Session, { handle, upTo }: FrameOf<'release'>): void {
    if (!this.serves(session)) return
    this.kept.release(session.device, this.tagOf(session.device, handle), upTo)
    this.tell(session, handle)
  }

  onBlobs(session: Session, { handle, blobs }: FrameOf<'blobs'>): void {
    if (!this.serves(session)) return
    const tag = this.tagOf(session.device, handle)
    const ofFiles = this.ofFiles.get(session) ?? new Map<DropTag, DropHandle>()
    this.ofFiles.set(session, ofFiles)
    const isThere = this.kept.get(tag) !== undefined
    // Where there are more, its author hears at the next meeting when the rest is there.
    if (isThere && ofFiles.size < MAX_DROPS_PER_MEMBER) ofFiles.set(tag, handle)
    const before = new Set(this.kept.blobs.of(tag).keys())
    const standings = isThere ? this.kept.blobs.attach(tag, blobs) : []
    session.send({ type: 'blobs-kept', handle, blobs: standings })
    const isNews = this.kept.blobs
      .of(tag)
      .keys()
      .some((id) => !before.has(id))
    if (isNews) this.offering.blobsOf(tag)
  }

  /** All chunks of a blob are here, or not any more. */
  blobChanged(id: BlobId, isWhole: boolean): void {
    const { blobs } = this.kept
    if (!blobs.setWhole(id, isWhole)) return
    const tags = blobs.all().get(id) ?? []
    for (const [session, handles] of this.ofFiles) {
      for (const tag of tags) {
        const handle = handles.get(tag)
        if (handle !== undefined)
          session.send({ type: 'blobs-kept', handle, blobs: [[id, blobs.standing(tag, id)]] })
      }
      session.flush()
    }
  }

  // ---- from readers

  onNoticesRequest(session: Session, { tags }: FrameOf<'notices-request'>): void {
    if (!this.serves(session)) return
    const { notices } = this.askedBy(session)
    add(notices, tags)
    this.giveNotices(session, notices)
  }

  /** As the link takes them, and of all requests: offers of several authors come at once, and each is asked after. */
  private giveNotices(session: Session, asked: Set<DropTag>): void {
    session.owe('notices', () => {
      const tags = [...asked.values().take(MAX_NOTICES_PER_FRAME)]
      for (const tag of tags) asked.delete(tag)
      const notices = tags.flatMap((tag) => this.kept.notice(session.device, tag) ?? [])
      if (notices.length > 0) session.send({ type: 'notices', notices })
      if (asked.size > 0) this.giveNotices(session, asked)
    })
  }

  /** @throws PeerFault 'too-many-requests' */
  onCollect(session: Session, { tag, from }: FrameOf<'collect'>): void {
    if (!this.serves(session)) return
    const waiting = this.collects.get(session) ?? new Map<DropTag, Collect>()
    if (waiting.size >= MAX_WAITING_COLLECTS && !waiting.has(tag)) throw new PeerFault('too-many-requests')
    waiting.set(tag, { next: from, part: 0 })
    this.collects.set(session, waiting)
  }

  /** Hands over what was asked for, as the link takes it, a part of a box of each drop in turn. */
  serve(session: Session): void {
    const waiting = this.collects.get(session)
    if (waiting === undefined) return
    while (waiting.size > 0) {
      for (const [tag, collect] of waiting) {
        if (session.isFull) return
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

  private get holdsAnything(): boolean {
    const { drops, slips } = this.kept.figures()
    return drops + slips > 0
  }

  /** It is no keeper. */
  private giveUp(): void {
    if (!this.holdsAnything) return
    this.host.transact(() => {
      this.kept.eraseAll()
    })
  }

  private get kept(): KeptDrops {
    return this.keeping.kept
  }

  private askedBy(session: Session): Asked {
    const asked = this.asked.get(session) ?? { drops: new Set(), notices: new Set() }
    this.asked.set(session, asked)
    return asked
  }

  private serves(session: Session): boolean {
    return this.isOn && !this.keeping.isKeeper(session.device)
  }

  /** Of whoever sent it: what one device calls a drop never stands for another’s. */
  private tagOf(author: DeviceId, handle: DropHandle): DropTag {
    return dropTag(this.host.suite, author, handle)
  }

  private standing(author: DeviceId, handle: DropHandle): KeptStanding {
    const { suite } = this.host
    const tag = this.tagOf(author, handle)
    const drop = this.kept.get(tag)
    return {
      handle,
      first: drop?.first ?? 0,
      next: drop?.next ?? 0,
      notices: drop?.notices ?? noticesDigest(suite, []),
      hasRoom: this.kept.hasRoom(author),
    }
  }

  private tell(session: Session, handle: DropHandle, isFull = false): void {
    const standing = this.standing(session.device, handle)
    const hasRoom = standing.hasRoom && !isFull
    session.send({ type: 'kept', drops: [{ ...standing, hasRoom }] })
  }

  private sweepIn(ms: number): void {
    this.cancelSweep ??= this.host.clock.after(ms, () => {
      this.cancelSweep = undefined
      this.calls.guarded(() => {
        if (!this.isOn) this.giveUp()
        else
          this.host.transact(() => {
            this.kept.sweep((author) => this.keeping.isWelcome(author))
          })
      })
      if (this.isOn) this.sweepIn(REVIEW_MS)
    })
  }
}

function add<T>(asked: Set<T>, more: readonly T[]): void {
  for (const one of more) if (asked.size < MAX_ASKED) asked.add(one)
}

/** Terms as they are told: as a power of two, since what is set otherwise than usual marks a keeper in all circles that it is in. */
function told(bytes: number): number {
  return bytes < 1 ? 0 : 2 ** Math.floor(Math.log2(bytes))
}

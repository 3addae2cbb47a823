/** What a keeper tells readers who are there that it has for them (spec §16.3, §16.6): drops with boxes, and what these have of files. */
import type { BlobId, DeviceId, DropTag } from '../id.ts'
import type { KeptDrops } from '../keeping/keptDrops.ts'
import { MAX_DROPS_PER_FRAME } from '../keeping/spec.ts'
import { BLOB_OFFERS_MS } from '../keeping/tuning.ts'
import type { Clock } from '../ports/clock.ts'
import { encodeFrame, type Frame } from './frame.ts'
import type { KeepingHost } from './host.ts'
import type { Offer } from './keepingFrames.ts'
import type { Session } from './session.ts'
import { MAX_LIST } from './spec.ts'

export interface OfferingContext {
  readonly clock: Clock
  readonly keeping: Pick<KeepingHost, 'kept'>
  /** Those who may be given what was left for them. */
  readonly sessions: () => Iterable<Session>
  /** Runs what a timer does: nobody else catches what the store throws. */
  readonly guarded: (work: () => void) => void
}

export class Offering {
  private readonly context: OfferingContext
  /** Drops that something came to, of which a device was not told yet. */
  private readonly newFor = new Map<Session, Set<DropTag>>()
  /** Drops of which it was told a moment ago what they have of files, and whether that changed since. */
  private readonly toldBlobs = new Map<DropTag, boolean>()
  private cancelTimer: (() => void) | undefined

  constructor(context: OfferingContext) {
    this.context = context
  }

  /** Tells a device all that is for it. */
  all(session: Session): void {
    const { kept } = this
    this.send(session, this.offersOf(kept.addressedTo(session.device)))
    for (const frame of blobOffers(kept.blobsFor(session.device))) session.send(frame)
  }

  /** Tells those who are connected, or of them `some`, that the drop has something for them: once, of all that came meanwhile. */
  drop(tag: DropTag, some?: ReadonlySet<DeviceId>): void {
    const { kept } = this
    const { sessions } = this.context
    if ((kept.get(tag)?.next ?? 0) === 0) return
    for (const session of sessions()) {
      if (some?.has(session.device) === false) continue
      if (kept.addressed(tag, session.device) === undefined) continue
      this.newFor.set(session, (this.newFor.get(session) ?? new Set()).add(tag))
      session.owe('new-offers', () => {
        this.sendNew(session)
      })
    }
  }

  /** What the drop has of files changed. Told at once, and what changes soon after that together: a list takes its author a frame, and may be for a thousand. */
  blobsOf(tag: DropTag): void {
    const { clock, guarded, sessions } = this.context
    const wasJustTold = this.toldBlobs.has(tag)
    this.toldBlobs.set(tag, wasJustTold)
    if (!wasJustTold) this.tellBlobsOf(tag)
    this.cancelTimer ??= clock.after(BLOB_OFFERS_MS, () => {
      this.cancelTimer = undefined
      const due = [...this.toldBlobs].filter(([, isDue]) => isDue)
      this.toldBlobs.clear()
      guarded(() => {
        for (const [one] of due) this.blobsOf(one)
      })
      for (const session of sessions()) session.flush()
    })
  }

  ended(session: Session): void {
    this.newFor.delete(session)
  }

  stop(): void {
    this.cancelTimer?.()
    this.cancelTimer = undefined
    this.toldBlobs.clear()
  }

  private get kept(): KeptDrops {
    return this.context.keeping.kept
  }

  private sendNew(session: Session): void {
    const addressed = [...(this.newFor.get(session) ?? [])].flatMap((tag) => {
      const generation = this.kept.addressed(tag, session.device)
      return generation === undefined ? [] : [{ tag, generation }]
    })
    this.newFor.delete(session)
    this.send(session, this.offersOf(addressed))
  }

  private offersOf(addressed: Iterable<Pick<Offer, 'tag' | 'generation'>>): Offer[] {
    return [...addressed].flatMap(({ tag, generation }) => {
      const next = this.kept.get(tag)?.next ?? 0
      return next === 0 ? [] : [{ tag, generation, next }]
    })
  }

  private send(session: Session, offers: readonly Offer[]): void {
    for (let at = 0; at < offers.length; at += MAX_LIST)
      session.send({ type: 'offers', offers: offers.slice(at, at + MAX_LIST) })
  }

  /** Tells those who are there, and for whom the drop is. */
  private tellBlobsOf(tag: DropTag): void {
    const { kept } = this
    const { sessions } = this.context
    const frames = blobOffers([...kept.blobs.of(tag).keys()]).map((frame) => encodeFrame(frame))
    if (frames.length === 0) return
    for (const session of sessions())
      if (kept.addressed(tag, session.device) !== undefined)
        for (const frame of frames) session.sendEncoded(frame)
  }
}

function blobOffers(blobs: readonly BlobId[]): Frame[] {
  const frames: Frame[] = []
  for (let at = 0; at < blobs.length; at += MAX_DROPS_PER_FRAME)
    frames.push({ type: 'blob-offers', blobs: blobs.slice(at, at + MAX_DROPS_PER_FRAME) })
  return frames
}

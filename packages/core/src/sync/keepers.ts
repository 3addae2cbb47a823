/** All that passes between keepers and the other devices (spec §16.3), as sync sees it. */
import type { Feed } from '../feed/feed.ts'
import type { BlobId, ConversationId, DeviceId } from '../id.ts'
import { Collecting } from './collecting.ts'
import type { HeldThere } from './deposit.ts'
import { Depositing, type ToldTerms } from './depositing.ts'
import type { Acknowledgement } from './frame.ts'
import type { SyncHost } from './host.ts'
import type { KeepingFrame, KeepingFrameType } from './keepingFrames.ts'
import { KeepService } from './keepService.ts'
import type { Session } from './session.ts'
import { Slips } from './slips.ts'

export interface KeepersCalls {
  readonly sessions: () => Iterable<Session>
  /** Runs what a timer does: nobody else catches what the store throws. */
  readonly guarded: (work: () => void) => void
  /** Queued frames may go, and what waits may be served. */
  readonly serve: () => void
  /** What a keeper handed over of a feed was looked at; `after` is the feed if it got longer. */
  readonly taken: (before: Feed, after: Feed | undefined) => void
  /** A keeper has something of a conversation for this device. */
  readonly offered: (conversation: ConversationId) => void
  /** Acknowledgements of this device's own entries. */
  readonly acknowledged: (conversation: ConversationId, acks: readonly Acknowledgement[]) => void
}

type Handlers = {
  readonly [T in KeepingFrameType]: (session: Session, frame: Extract<KeepingFrame, { type: T }>) => void
}

export class Keepers {
  readonly service: KeepService
  private readonly depositing: Depositing
  private readonly collecting: Collecting
  private readonly slips: Slips
  private readonly sessions: KeepersCalls['sessions']
  private readonly guarded: KeepersCalls['guarded']
  readonly handlers: Handlers

  constructor(host: SyncHost, calls: KeepersCalls) {
    const { keeping } = host
    this.guarded = calls.guarded
    this.sessions = calls.sessions
    this.service = new KeepService(host, keeping, {
      ...calls,
      greeted: (session) => {
        this.slips.give(session)
      },
    })
    this.depositing = new Depositing(host, keeping, calls)
    this.collecting = new Collecting(host, keeping, calls)
    this.slips = new Slips(host, keeping, {
      ...calls,
      authorsAt: (session) => this.collecting.authorsAt(session),
    })
    const { service, depositing, collecting, slips } = this
    this.handlers = {
      'keeper-terms': (session, frame) => {
        depositing.onTerms(session, frame)
      },
      drops: (session, frame) => {
        service.onDrops(session, frame)
      },
      kept: (session, frame) => {
        depositing.onKept(session, frame)
      },
      notices: (session, frame) => {
        if (service.isOn) service.onNotices(session, frame)
        else {
          collecting.onNotices(session, frame)
          slips.leaveSoon(session)
        }
      },
      box: (session, frame) => {
        if (service.isOn) service.onBox(session, frame)
        else collecting.onBox(session, frame)
      },
      release: (session, frame) => {
        service.onRelease(session, frame)
      },
      offers: (session, frame) => {
        collecting.onOffers(session, frame)
        slips.leaveSoon(session)
      },
      'notices-request': (session, frame) => {
        service.onNoticesRequest(session, frame)
      },
      collect: (session, frame) => {
        service.onCollect(session, frame)
      },
      collected: (session, frame) => {
        collecting.onCollected(session, frame)
      },
      blobs: (session, frame) => {
        service.onBlobs(session, frame)
      },
      'blobs-kept': (session, frame) => {
        depositing.onBlobsKept(session, frame)
      },
      'blob-offers': (session, frame) => {
        collecting.onBlobOffers(session, frame)
      },
      slip: (session, frame) => {
        slips.onSlip(session, frame, service.isOn)
      },
      'slip-taken': (session, frame) => {
        if (service.isOn) slips.onTaken(session, frame)
      },
      completes: () => undefined,
    }
  }

  /** Once the circle can be read. */
  start(): void {
    this.guarded(() => {
      this.service.start()
    })
  }

  /** What is owed of files in a conversation changed. */
  filesChanged(conversation: ConversationId): void {
    this.depositing.filesChanged(conversation)
  }

  /** Whether a keeper told that it has a blob for this device. @param blob as keepers call it */
  isOffered(keeper: DeviceId, blob: BlobId): boolean {
    return this.collecting.isOffered(keeper, blob)
  }

  /** What a keeper that is there takes; undefined: it is none, or not there. */
  termsOf(keeper: DeviceId): ToldTerms | undefined {
    return this.depositing.termsOf(keeper)
  }

  /** What of this device's own such a keeper said that it has; undefined as of termsOf(). */
  heldBy(keeper: DeviceId): HeldThere | undefined {
    return this.depositing.heldBy(keeper)
  }

  /** Whether a keeper that is there has no room for entries of this device's own that readers lack. */
  isFull(keeper: DeviceId): boolean {
    return this.depositing.isFull(keeper)
  }

  /** Devices of whose entries in a conversation some are missing here, though a keeper has later ones. */
  missingIn(conversation: ConversationId): readonly DeviceId[] {
    return this.collecting.missing.in(conversation)
  }

  /** After the first frames of a session. */
  greet(session: Session): void {
    this.service.greet(session)
  }

  /** There is something to say to absent authors: what this device has of theirs. */
  signed(): void {
    for (const session of this.sessions()) this.slips.leaveSoon(session)
  }

  /** Says it at once. @returns whether there was something */
  leaveNow(): boolean {
    return this.slips.leaveNow()
  }

  /** An own feed got longer, durably. */
  appended(feed: Feed): void {
    // What was written is durable: that no drop can be prepared for it now must not look as if it were not.
    this.guarded(() => {
      this.depositing.appended(feed)
    })
  }

  /** Others have more than they had. */
  delivered(): void {
    this.depositing.delivered()
  }

  membershipChanged(): void {
    this.service.membershipChanged()
    this.depositing.membershipChanged()
    this.collecting.membershipChanged()
  }

  /** Sends what waits, as the link takes it. */
  pump(session: Session): void {
    this.service.serve(session)
    this.depositing.pump(session)
  }

  ended(session: Session): void {
    this.service.ended(session)
    this.depositing.ended(session)
    this.collecting.ended(session)
    this.slips.ended(session)
  }

  stop(): void {
    this.service.stop()
    this.depositing.stop()
    this.collecting.stop()
    this.slips.stop()
  }
}

/** What is known of one connected device: where it stands, what it asked for, what waits in either direction. */
import type { DeviceId, ConversationId, FeedId } from '../id.ts'
import { PeerFault, type Fault } from '../fault.ts'
import type { Envelope } from '../feed/epoch.ts'
import { encodeFrame, type Frame } from './frame.ts'
import type { PeerLink } from './link.ts'
import { MAX_PENDING_BUNDLES, MAX_PENDING_ENVELOPES, MAX_WAITING_WANTS } from './tuning.ts'

export interface Standing {
  readonly seq: number
  readonly read: number
}

/** A feed that the far device asked for, from `next` on. */
export interface ServeJob {
  readonly conversation: ConversationId
  readonly feed: FeedId
  next: number
  /** Whether it can open what comes next; else the next epoch sealed to it is where it starts. */
  readable: boolean
  served: boolean
}

export class Session {
  readonly link: PeerLink
  readonly device: DeviceId
  /** Set by the far device's hello; nothing else is taken before it. */
  greeted = false
  closed = false
  readonly have = new Map<FeedId, Standing>()
  readonly jobs = new Map<FeedId, ServeJob>()
  /** Conversations whose positions were told to the far device. */
  readonly announced = new Set<ConversationId>()
  /** Conversations that the far device named before this one had heard of them. */
  readonly unknown = new Set<ConversationId>()
  /** Highest entry handed to the far device in this session, acknowledged or not. */
  readonly sentTo = new Map<FeedId, number>()
  /** Feeds for which it had nothing to give although it stands at this position. */
  readonly nothing = new Map<FeedId, number>()
  readonly inbox: Uint8Array[] = []
  inboxBytes = 0
  paused = false
  wants = 0
  lastTypingAt = -Infinity
  /** The heads of the membership log that the far device was told last. */
  toldHeads = ''
  private readonly bundles = new Map<FeedId, Map<number, Envelope[]>>()
  private bundled = 0
  private outbox: Uint8Array[] = []

  constructor(link: PeerLink) {
    this.link = link
    this.device = link.device
  }

  /** Queued until `flush`, so that nothing is acknowledged before it is durable. */
  send(frame: Frame): void {
    this.outbox.push(encodeFrame(frame))
  }

  flush(): void {
    const frames = this.outbox
    this.outbox = []
    if (this.closed) return
    for (const frame of frames) this.link.send(frame)
  }

  /** Forgets what was queued since the last flush: the transaction it spoke of failed. */
  dropOutbox(): void {
    this.outbox = []
  }

  close(fault?: Fault): void {
    this.closed = true
    this.link.close(fault)
  }

  /** @throws PeerFault 'too-many-requests' */
  ask(job: ServeJob): void {
    if (this.jobs.size >= MAX_WAITING_WANTS && !this.jobs.has(job.feed))
      throw new PeerFault('too-many-requests')
    this.jobs.set(job.feed, job)
  }

  /** @throws PeerFault 'too-many-envelopes' */
  addEnvelopes(feed: FeedId, epoch: number, envelopes: readonly Envelope[]): void {
    const bundle = this.bundles.get(feed) ?? new Map<number, Envelope[]>()
    bundle.set(epoch, [...(bundle.get(epoch) ?? []), ...envelopes])
    this.bundles.set(feed, bundle)
    this.bundled += envelopes.length
    if (this.bundled > MAX_PENDING_ENVELOPES || this.bundles.size > MAX_PENDING_BUNDLES) {
      throw new PeerFault('too-many-envelopes')
    }
  }

  envelopes(feed: FeedId, epoch: number): readonly Envelope[] {
    return this.bundles.get(feed)?.get(epoch) ?? []
  }

  dropEnvelopes(feed: FeedId): void {
    for (const envelopes of this.bundles.get(feed)?.values() ?? []) this.bundled -= envelopes.length
    this.bundles.delete(feed)
  }

  standing(feed: FeedId): Standing {
    return this.have.get(feed) ?? { seq: 0, read: 0 }
  }

  /** The far device stands at least here. */
  noteStanding(feed: FeedId, seq: number, read = 0): void {
    const known = this.standing(feed)
    if (known.seq === 0 && this.have.size >= MAX_STANDINGS) throw new PeerFault('too-many-feeds')
    this.have.set(feed, { seq: Math.max(seq, known.seq), read: Math.max(read, known.read) })
  }
}

/** 1,000 devices with a feed each in some dozens of conversations. */
const MAX_STANDINGS = 65_536

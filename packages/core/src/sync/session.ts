/** What is known of one connected device: where it stands, what it asked for, what waits in either direction. */
import type { DeviceId, ConversationId, FeedId, ShortDeviceId } from '../id.ts'
import { PeerFault, Unavailable, type Fault } from '../fault.ts'
import type { Envelope } from '../feed/epoch.ts'
import type { CardNotice } from './cardFrames.ts'
import { bringsLogEntries, encodeFrame, type Frame } from './frame.ts'
import type { PeerLink } from './link.ts'
import type { LinkBudget } from './linkBudget.ts'
import type { ToldLink } from './linksFrame.ts'
import type { StandingBudget } from './standingBudget.ts'
import {
  FRAME_OVERHEAD_BYTES,
  LINK_MAX_BACKLOG_BYTES,
  MAX_PENDING_ENVELOPES,
  MAX_POSTPONED_LOG_BYTES,
  MAX_WAITING_WANTS,
} from './tuning.ts'

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

export interface EnvelopeBundle {
  readonly feed: FeedId
  readonly epoch: number
  /** By what tells them apart. */
  readonly envelopes: Map<string, Envelope>
}

/** Opaque: see Session.mark(). */
export interface SessionMark {
  readonly bundle: EnvelopeBundle | undefined
  readonly greeted: boolean
  readonly historyAsked: HistoryAsked | undefined
  readonly namesAsked: Session['namesAsked']
  readonly asksForNames: boolean
}

export interface HistoryAsked {
  readonly conversation: ConversationId
  readonly before: Uint8Array | undefined
}

/** What all sessions share. */
export interface SessionBudgets {
  readonly links: LinkBudget
  readonly standings: StandingBudget
}

/** A refusal: it had nothing from `from` on although it stands at `seq`. */
export interface Refusal {
  readonly from: number
  readonly seq: number
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
  /** Conversations of which the far device said what this one could not understand yet: all of it, or what these devices wrote. */
  readonly unknown = new Map<ConversationId, 'all' | Set<DeviceId>>()
  /** Highest entry handed to the far device in this session, acknowledged or not. */
  readonly sentTo = new Map<FeedId, number>()
  readonly refusals = new Map<FeedId, Refusal>()
  readonly inbox: Uint8Array[] = []
  inboxBytes = 0
  /** Frames of log entries that wait for this device's share of time; counted in inboxBytes too. */
  private readonly postponedLog: Uint8Array[] = []
  private postponedLogBytes = 0
  /** Of these some were dropped: they have to be asked for again. */
  logDropped = false
  paused = false
  /** Requests that are open at the far device, and those that wait until some are done. */
  wants = 0
  readonly postponed = new Map<FeedId, ConversationId>()
  /** Requests that it left without an answer: others are asked before it. */
  lapses = 0
  lastTypingAt = -Infinity
  /** When it last asked for acknowledgements of a feed, by the monotonic clock; of known feeds only. */
  readonly requestedAt = new Map<FeedId, number>()
  /** The page of history that it was asked for. */
  historyAsked: HistoryAsked | undefined
  /** Conversations of which it has handed over what it has. */
  readonly historyDone = new Set<ConversationId>()
  /** It asked for what it may not have. */
  historyRefused = false
  /** Whether it was asked for the circle's names key; 'in-vain': what it gave was not taken, as this device was a keeper again by then. */
  namesAsked: 'no' | 'yes' | 'in-vain' = 'no'
  /** It asked for that key, and has no answer yet. */
  asksForNames = false
  /** It sent or told of cards of devices that are not known here, or not yet. */
  cardsRefused = false
  /** Which cards it told of or gave, of each device the last, as long as that matters… */
  readonly toldCards = new Map<ShortDeviceId, CardNotice>()
  /** …which of these it was asked for… */
  readonly askedCards = new Map<ShortDeviceId, string>()
  /** …or is to be, with the next request… */
  readonly cardsToAsk = new Set<ShortDeviceId>()
  /** …and when it gave one of them last, by the monotonic clock. */
  cardsAt = -Infinity
  /** Whose cards it asked for, and did not get yet. */
  readonly owedCards = new Set<ShortDeviceId>()
  /** What it told of its own links last; undefined: nothing. */
  links: readonly ToldLink[] | undefined
  /** What it was told of this device's, so that it is told what is new alone. */
  saidLinks = ''
  /** Its round trip, as others are told of it. */
  tripStep: number | undefined
  /** The heads of the membership log that the far device was told last. */
  toldHeads = ''
  /** Envelopes that came for the block that follows them. */
  private bundle: EnvelopeBundle | undefined
  private readonly owed = new Map<string, () => void>()
  private outbox: Uint8Array[] = []
  private readonly budgets: SessionBudgets

  constructor(link: PeerLink, budgets: SessionBudgets) {
    this.link = link
    this.device = link.device
    this.budgets = budgets
  }

  /** Its link has enough to do, or is over. */
  get isFull(): boolean {
    return this.closed || this.budgets.links.isFull(this)
  }

  /** Takes the next frame that waits; while log entries have to wait, another one. */
  nextFrame(logWaits: boolean): Uint8Array | undefined {
    const postponed = logWaits ? undefined : this.postponedLog.shift()
    const frame = postponed ?? (logWaits ? this.nextOther() : this.inbox.shift())
    if (frame === undefined) return undefined
    const bytes = frame.length + FRAME_OVERHEAD_BYTES
    this.inboxBytes -= bytes
    if (postponed !== undefined) this.postponedLogBytes -= bytes
    return frame
  }

  get hasPostponedLog(): boolean {
    return this.postponedLog.length > 0
  }

  dropInbox(): void {
    this.inbox.length = 0
    this.postponedLog.length = 0
  }

  private nextOther(): Uint8Array | undefined {
    for (let frame = this.inbox.shift(); frame !== undefined; frame = this.inbox.shift()) {
      if (!bringsLogEntries(frame)) return frame
      this.postponeLog(frame)
    }
    return undefined
  }

  private postponeLog(frame: Uint8Array): void {
    const bytes = frame.length + FRAME_OVERHEAD_BYTES
    if (this.postponedLogBytes + bytes > MAX_POSTPONED_LOG_BYTES) {
      this.inboxBytes -= bytes
      this.logDropped = true
      return
    }
    this.postponedLog.push(frame)
    this.postponedLogBytes += bytes
  }

  /** Queued until `flush`, so that nothing is acknowledged before it is durable. */
  send(frame: Frame): void {
    this.outbox.push(encodeFrame(frame))
  }

  /** The same for what goes to many. @param bytes of a frame */
  sendEncoded(bytes: Uint8Array): void {
    this.outbox.push(bytes)
  }

  flush(): void {
    const frames = this.outbox
    this.outbox = []
    if (this.closed) return
    for (const frame of frames) this.link.send(frame)
    if (this.link.backlogBytes() > LINK_MAX_BACKLOG_BYTES) this.close(new Unavailable('link-stuck'))
    else this.budgets.links.note(this)
  }

  /** Answers as soon as the link has room, the last request of a kind only: who asks much and reads little gets little. */
  owe(kind: string, answer: () => void): void {
    this.owed.set(kind, answer)
  }

  answerOwed(): void {
    for (const [kind, answer] of this.owed) {
      if (this.isFull) return
      this.owed.delete(kind)
      answer()
      this.flush()
    }
  }

  /** Forgets what was queued since the last flush: the transaction it spoke of failed. */
  dropOutbox(): void {
    this.outbox = []
  }

  close(fault?: Fault, last?: Frame): void {
    if (!this.closed) this.budgets.standings.ended(this.have.size)
    this.closed = true
    this.budgets.links.forget(this)
    this.link.close(fault, last && encodeFrame(last))
  }

  /** @throws PeerFault 'too-many-requests' */
  ask(job: ServeJob): void {
    if (this.jobs.size >= MAX_WAITING_WANTS && !this.jobs.has(job.feed))
      throw new PeerFault('too-many-requests')
    this.jobs.set(job.feed, job)
  }

  /**
   * Keeps them for the next block, each once however often it comes; those of another epoch are forgotten.
   * @throws PeerFault 'too-many-envelopes'
   */
  addEnvelopes(feed: FeedId, epoch: number, envelopes: readonly Envelope[]): void {
    if (this.bundle?.feed !== feed || this.bundle.epoch !== epoch) {
      this.bundle = { feed, epoch, envelopes: new Map() }
    }
    const bundle = this.bundle.envelopes
    for (const envelope of envelopes) bundle.set(envelope.tag.toHex() + envelope.ciphertext.toHex(), envelope)
    if (bundle.size > MAX_PENDING_ENVELOPES) throw new PeerFault('too-many-envelopes')
  }

  envelopes(feed: FeedId, epoch: number): readonly Envelope[] {
    const { bundle } = this
    return bundle?.feed === feed && bundle.epoch === epoch ? [...bundle.envelopes.values()] : []
  }

  /** Before a transaction: what of the session can't be made again from its frames. */
  mark(): SessionMark {
    const { bundle, greeted, historyAsked, namesAsked, asksForNames } = this
    return { bundle, greeted, historyAsked, namesAsked, asksForNames }
  }

  /** The transaction was undone. */
  returnTo({ bundle, greeted, historyAsked, namesAsked, asksForNames }: SessionMark): void {
    this.historyAsked = historyAsked
    this.namesAsked = namesAsked
    this.asksForNames = asksForNames
    this.bundle = bundle
    this.greeted = greeted
  }

  dropEnvelopes(): void {
    this.bundle = undefined
  }

  standing(feed: FeedId): Standing {
    return this.have.get(feed) ?? { seq: 0, read: 0 }
  }

  /** Whether it is remembered where the far device stands in this feed: all of them together may name so many. */
  mayNote(feed: FeedId): boolean {
    return this.have.has(feed) || this.budgets.standings.hasRoom(this.have.size)
  }

  /** The far device stands at least here. */
  noteStanding(feed: FeedId, seq: number, read = 0): void {
    const known = this.standing(feed)
    if (known.seq === 0 && this.have.size >= MAX_STANDINGS) throw new PeerFault('too-many-feeds')
    const isNew = !this.closed && !this.have.has(feed)
    this.have.set(feed, { seq: Math.max(seq, known.seq), read: Math.max(read, known.read) })
    if (isNew) this.budgets.standings.added(this.have.size)
  }
}

/** 1,000 devices with a feed each in some dozens of conversations. */
const MAX_STANDINGS = 65_536

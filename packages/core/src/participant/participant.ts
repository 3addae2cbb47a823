/**
 * One device's part in one circle: its conversations, what it writes and takes in, and sync with the other devices.
 * Every change is one store transaction; events follow it, and nothing is announced before it is durable.
 */
import { CallerFault, type Fault } from '../fault.ts'
import type { Appended } from '../feed/append.ts'
import type { Feed } from '../feed/feed.ts'
import type { FeedSet } from '../feed/feedSet.ts'
import type { FileNames } from '../file/fileRefs.ts'
import type { ConversationId, DeviceId, FeedId, MemberId, MessageId } from '../id.ts'
import type { Body } from '../message/content.ts'
import type { Delivery } from '../message/delivery.ts'
import { messageId } from '../message/messageId.ts'
import type { Timeline } from '../message/timeline.ts'
import type { Clock } from '../ports/clock.ts'
import type { Durability } from '../ports/store.ts'
import type { PeerLink } from '../sync/link.ts'
import { Sync, type SyncConnection } from '../sync/sync.ts'
import { Arrivals } from './arrivals.ts'
import { Entries, type Written } from './entries.ts'
import { Erasures } from './erasures.ts'
import { History } from './history.ts'
import { Keeping } from './keeping.ts'
import type { Membership } from './membership.ts'
import type { OpenConversation } from './openConversation.ts'
import { OpenConversations } from './openConversations.ts'
import type { ParticipantOptions } from './options.ts'
import { deliveryDetail, type DeliveryDetail } from './deliveryDetail.ts'
import { waitingFor } from './waitingFor.ts'
import { ownDelivery, sealedRecipients, type MessagePlace } from './ownDelivery.ts'
import { OwnState } from './ownState.ts'
import { StoredAcknowledgements } from './storedAcknowledgements.ts'
import { SyncSide } from './syncSide.ts'
import { Transactions } from './transactions.ts'

export class Participant {
  readonly clock: Clock
  readonly self: DeviceId
  readonly member: MemberId
  readonly membership: Membership
  readonly acknowledgements: StoredAcknowledgements
  readonly sync: Sync
  private readonly side: SyncSide
  private readonly erasures: Erasures
  private readonly options: ParticipantOptions
  private readonly open: OpenConversations
  private readonly entries: Entries
  private readonly transactions: Transactions
  private readonly arrivals: Arrivals
  readonly history: History
  /** What it leaves at keepers, fetches from them, and keeps for others. */
  readonly keeping: Keeping
  /** What this member's devices tell each other: drafts, what was read, their names. */
  readonly ownState: OwnState
  /** What is in memory of it may be of a transaction that failed. */
  private membershipStale = false

  constructor(options: ParticipantOptions) {
    this.options = options
    this.clock = options.clock
    this.self = options.self
    this.member = options.member
    this.membership = options.membership
    this.acknowledgements = new StoredAcknowledgements(options.store)
    this.open = new OpenConversations(options)
    this.erasures = new Erasures(options, (feeds, feed) => {
      const own = feeds.get(feed)
      if (own?.device === this.self) this.keeping.own.erased(own)
    })
    this.entries = new Entries(options, this.erasures, {
      conversation: (id) => this.conversation(id),
      opened: (conversation, feed, opened, receivedAt) => {
        this.arrivals.apply(conversation, feed, opened, receivedAt)
      },
      unreadable: (conversation, device, count) => {
        if (!this.isControl(conversation))
          this.transactions.tell({ type: 'unreadable', conversation, device, count })
      },
      fault: (device, fault) => {
        this.tellFault(device, fault)
      },
    })
    this.transactions = new Transactions(options.store, {
      begin: () => {
        this.readMembership()
      },
      flush: () => {
        this.open.flush()
        this.entries.flush()
      },
      failed: (error) => {
        this.forgetAfter(error)
      },
      onEvent: options.onEvent,
    })
    const conversation = (id: ConversationId): OpenConversation => this.conversation(id)
    const touch = (id: ConversationId): OpenConversation => this.open.touch(id)
    this.ownState = new OwnState(options, this.transactions, this.erasures, {
      conversation,
      touch,
      write: (self, body) => this.write(self, body),
      announce: (id, feeds) => {
        this.announceRead(id, feeds)
      },
      fault: (fault) => {
        this.tellFault(undefined, fault)
      },
    })
    this.keeping = new Keeping(options, {
      conversation,
      targets: (id) => this.entries.targets(id),
      tell: (event) => {
        this.transactions.tell(event)
      },
    })
    const { erasures, transactions, ownState } = this
    this.arrivals = new Arrivals(options, { erasures, transactions, ownState }, { conversation, touch })
    this.history = new History(options, this.transactions, { conversation, touch })
    const { entries, acknowledgements, history, keeping } = this
    this.side = new SyncSide(options, {
      ...{ entries, transactions, ownState, acknowledgements, history, keeping, conversation },
    })
    this.sync = new Sync(this.side)
  }

  // ---- what a person does

  /**
   * Writes `body` to a conversation; durable on return, and on its way to whoever is connected.
   * @returns the id of the entry, which is the message's if it is one
   * @throws CallerFault 'not-found' | 'entry-too-long', or as Erasures.encode(); Unavailable 'disk-full'
   */
  write(conversation: ConversationId, body: Body): MessageId {
    const { feed, seq } = this.writeEntry(conversation, (now) => {
      const { feeds, timeline } = this.open.touch(conversation)
      const content = { lamport: timeline.nextLamport(), at: now, body }
      const plaintext = this.erasures.encode(feeds, timeline, content)
      return { plaintext, expiresAt: this.erasures.expiryOf(feeds, body, now) }
    })
    return messageId(feed.id, seq)
  }

  /**
   * Writes `plaintext` to the hidden conversation of all devices of the circle; durable on return, on its way to whoever
   * is connected, and handed to this device's own control handler as well.
   * @throws CallerFault 'not-allowed' | 'entry-too-long'; Unavailable 'disk-full'
   */
  writeControl(plaintext: Uint8Array): void {
    this.writeEntry(this.membership.control, () => ({ plaintext, expiresAt: undefined }))
  }

  /** Whether an entry of the hidden conversation was sealed to `device`. */
  controlSealedTo(feed: FeedId, seq: number, device: DeviceId): boolean {
    return this.conversation(this.membership.control).sealedSince.includes(feed, seq, device)
  }

  /** Marks as read up to and including `upTo`, or everything, and tells the authors. */
  markRead(conversation: ConversationId, upTo?: MessageId): void {
    this.transact(() => {
      this.ownState.unmark(conversation)
      const { timeline, readMarks } = this.conversation(conversation)
      const { readUpTo } = timeline.markRead(upTo)
      const feeds = [...readUpTo].filter(([feed, seq]) => readMarks.advance(feed, seq)).map(([feed]) => feed)
      if (feeds.length === 0) return
      this.ownState.read(conversation)
      this.announceRead(conversation, feeds)
    })
  }

  /** Removes a message from this device only. */
  hide(conversation: ConversationId, id: MessageId): void {
    this.transact(() => {
      this.arrivals.follow(conversation, this.timeline(conversation).hide(id))
    })
  }

  /** Removes what is due in a conversation. @returns when the next is due, if any */
  expire(conversation: ConversationId): number | undefined {
    const timeline = this.timeline(conversation)
    const now = this.clock.now()
    while ((timeline.nextExpiry() ?? Infinity) <= now) {
      this.transact(() => {
        this.arrivals.follow(conversation, timeline.expire(now))
      })
    }
    return timeline.nextExpiry()
  }

  /** Erases a conversation from this device, and the keys that sealed it. To be called in a transaction, after stop(). */
  eraseConversation(id: ConversationId): void {
    const { feeds, timeline } = this.conversation(id)
    timeline.erase()
    feeds.erase()
    for (const part of ['delivered', 'held', 'read', 'acknowledgements', 'share-messages', 'share-control']) {
      this.options.store.erase(`conversation/${id}/${part}`)
    }
    this.history.forget(id)
    this.keeping.eraseConversation(id)
    this.acknowledgements.forget()
    this.open.forget(id)
  }

  timeline(conversation: ConversationId): Timeline {
    return this.conversation(conversation).timeline
  }

  /** This device's own feed in a conversation, if it has written there. */
  ownFeed(conversation: ConversationId): Feed | undefined {
    return this.conversation(conversation).feeds.storedOwnFeed()
  }

  /** Which of this device's conversations a feed belongs to. */
  conversationOfFeed(feed: FeedId): ConversationId | undefined {
    const holds = (one: ConversationId): boolean =>
      this.feeds(one).get(feed) !== undefined || this.timeline(one).knows(feed)
    return this.conversations().find(holds)
  }

  /** How far a message of one's own has got. */
  delivery(conversation: ConversationId, message: MessagePlace): Delivery {
    return ownDelivery(this.conversation(conversation), this, message)
  }

  /** The same, device by device. */
  deliveryDetail(conversation: ConversationId, message: MessagePlace): DeliveryDetail {
    return deliveryDetail(this.conversation(conversation), this, message)
  }

  /** Members whom it was sealed to, its author left out: who came later, or is out, is none of them. */
  sealedTo(conversation: ConversationId, message: MessagePlace): readonly MemberId[] {
    const { recipients } = sealedRecipients(this.conversation(conversation), this, message)
    return recipients.map(({ member }) => member).filter((member) => member !== message.member)
  }

  /** How many entries wait for another device: see waitingFor(). */
  waitingFor(device: DeviceId): number {
    return waitingFor(this.membership, (id) => this.conversation(id), device)
  }

  /** Which messages of a conversation name which files. */
  files(conversation: ConversationId): FileNames {
    return this.timeline(conversation).files
  }

  /** Of those: which name it as a file or folder itself. */
  contents(conversation: ConversationId): FileNames {
    return this.timeline(conversation).contents
  }

  /** Conversations that this device may read, without the hidden one. */
  conversations(): readonly ConversationId[] {
    return this.membership.conversations()
  }

  /** Whether both this device and `device` may read a conversation. */
  shares(device: DeviceId, conversation: ConversationId): boolean {
    return this.side.shares(device, conversation)
  }

  /** Whether `device` is told of links between others (spec §10.8). */
  hearsLinks(device: DeviceId): boolean {
    return this.side.hearsLinks(device)
  }

  feeds(conversation: ConversationId): FeedSet {
    return this.side.feeds(conversation)
  }

  /** Up to where this device's person has read a feed. */
  readUpTo(conversation: ConversationId, feed: FeedId): number {
    return this.side.readUpTo(conversation, feed)
  }

  connect(link: PeerLink): SyncConnection {
    this.ownState.tryResume()
    return this.sync.connect(link)
  }

  tellTyping(conversation: ConversationId): void {
    this.sync.typing(conversation)
  }

  /** Closes every link and forgets every key that is in memory. */
  stop(): void {
    this.sync.stop()
    this.ownState.stop()
    this.open.close()
  }

  /** Joins the open transaction, if there is one. */
  transact<T>(work: () => T, durability?: Durability): T {
    return this.transactions.run(work, durability)
  }

  // ---- inside

  /** @param make the plaintext, of what is written now (milliseconds since 1970) */
  private writeEntry(conversation: ConversationId, make: (now: number) => Written): Appended {
    if (!this.membership.mayWrite(this.self, conversation)) {
      throw new CallerFault('not-allowed', {
        details: { of: 'write' },
        message: 'This device may not write to that conversation.',
      })
    }
    return this.transact(() => {
      const now = this.clock.now()
      const appended = this.entries.append(conversation, make(now), now)
      this.transactions.announce(() => {
        this.sync.appended(appended.feed, appended.blocks)
      })
      return appended
    })
  }

  private announceRead(conversation: ConversationId, feeds: readonly FeedId[]): void {
    this.transactions.announce(() => {
      this.sync.announce(conversation, feeds)
    })
  }

  private tellFault(device: DeviceId | undefined, fault: Fault): void {
    this.transactions.tellSoon({ type: 'fault', device, fault })
  }

  private isControl(conversation: ConversationId): boolean {
    return conversation === this.membership.control
  }

  private conversation(id: ConversationId): OpenConversation {
    return this.open.get(id)
  }

  /** The transaction failed: the store has the truth, so what is in memory is read from it again. */
  private forgetAfter(error: unknown): void {
    this.acknowledgements.forget()
    this.entries.forget()
    this.keeping.forget()
    this.open.discard()
    // A wrong request is refused before membership is touched, and reading that again takes its time.
    if (error instanceof CallerFault) return
    this.membershipStale = true
    try {
      this.readMembership()
    } catch {
      // The store was closed in the middle, or fails for good: what failed first says more. The next transaction tries again.
    }
  }

  private readMembership(): void {
    if (!this.membershipStale) return
    this.membership.forget()
    this.membershipStale = false
  }
}

/** A participant as sync sees it (spec §10): who may know of what, what comes from others, and how far they have what is here. */
import type { Suite } from '../crypto/suite.ts'
import type { Fault } from '../fault.ts'
import type { Feed } from '../feed/feed.ts'
import type { FeedSet } from '../feed/feedSet.ts'
import type { ConversationId, DeviceId, FeedId, MemberId } from '../id.ts'
import type { Clock } from '../ports/clock.ts'
import type { SigningKey } from '../ports/primitives.ts'
import type { Durability } from '../ports/store.ts'
import type { HistoryHost, Incoming, KeepingHost, SyncHost } from '../sync/host.ts'
import type { Standing } from '../sync/session.ts'
import type { Entries } from './entries.ts'
import type { Membership } from './membership.ts'
import type { OpenConversation } from './openConversation.ts'
import type { ParticipantOptions } from './options.ts'
import type { OwnState } from './ownState.ts'
import type { StoredAcknowledgements } from './storedAcknowledgements.ts'
import type { Transactions } from './transactions.ts'

export interface SyncSideParts {
  readonly entries: Entries
  readonly transactions: Transactions
  readonly ownState: OwnState
  readonly acknowledgements: StoredAcknowledgements
  readonly history: HistoryHost
  readonly keeping: KeepingHost
  readonly conversation: (id: ConversationId) => OpenConversation
}

export class SyncSide implements SyncHost {
  readonly suite: Suite
  readonly clock: Clock
  readonly self: DeviceId
  readonly signingKey: SigningKey
  readonly acknowledgements: StoredAcknowledgements
  readonly history: HistoryHost
  readonly keeping: KeepingHost
  private readonly member: MemberId
  private readonly membership: Membership
  private readonly parts: SyncSideParts

  constructor(options: ParticipantOptions, parts: SyncSideParts) {
    this.suite = options.suite
    this.clock = options.clock
    this.self = options.self
    this.signingKey = options.signingKey
    this.member = options.member
    this.membership = options.membership
    this.acknowledgements = parts.acknowledgements
    this.history = parts.history
    this.keeping = parts.keeping
    this.parts = parts
  }

  // ---- who is who

  get log(): SyncHost['log'] {
    return this.membership.log
  }

  get names(): SyncHost['names'] {
    return this.membership.names
  }

  get cards(): SyncHost['cards'] {
    return this.membership.cards
  }

  isActive(device: DeviceId): boolean {
    return this.membership.isActive(device)
  }

  hearsLinks(device: DeviceId): boolean {
    return this.membership.hearsLinks?.(device) ?? false
  }

  memberOf(device: DeviceId): MemberId | undefined {
    return this.membership.memberOf(device)
  }

  publicKey(device: DeviceId): Uint8Array | undefined {
    return this.membership.publicKey(device)
  }

  shared(device: DeviceId): readonly ConversationId[] {
    return this.membership.shared(device)
  }

  shares(device: DeviceId, conversation: ConversationId): boolean {
    return this.membership.mayRead(device, conversation) && this.membership.mayRead(this.self, conversation)
  }

  readers(conversation: ConversationId): readonly DeviceId[] {
    return this.membership.readers(conversation)
  }

  membershipChanged(): void {
    this.parts.transactions.tellSoon({ type: 'roster' })
    this.parts.ownState.resume()
  }

  // ---- entries

  feeds(conversation: ConversationId): FeedSet {
    return this.parts.conversation(conversation).feeds
  }

  accepts(device: DeviceId, conversation: ConversationId): boolean {
    if (this.publicKey(device) === undefined || !this.membership.wasWriter(device, conversation)) return false
    return this.parts.entries.hasRoom(device, conversation)
  }

  receive(incoming: Incoming): Feed | undefined {
    return this.accepts(incoming.device, incoming.conversation)
      ? this.parts.entries.take(incoming)
      : undefined
  }

  // ---- how far it is

  follows(device: DeviceId): boolean {
    return this.membership.memberOf(device) === this.member
  }

  delivered(conversation: ConversationId, feed: FeedId, device: DeviceId, seq: number, read: number): void {
    const { feeds, delivered } = this.parts.conversation(conversation)
    const have = feeds.get(feed)?.head.seq ?? 0
    const control = conversation === this.membership.control
    const upTo = { seq: Math.min(seq, have), read: Math.min(read, have) }
    const before = delivered.advance(feed, device, upTo, control ? undefined : this.clock.now())
    if (before === undefined || control) return
    const from = Math.min(seq > before.seq ? before.seq : have, read > before.read ? before.read : have)
    // A reader may say any number: of what is not there nobody is told.
    const to = Math.min(have, Math.max(seq, read))
    this.parts.transactions.tell({ type: 'delivered', conversation, feed, device, from, to })
  }

  deliveredTo(conversation: ConversationId, feed: FeedId, device: DeviceId): Standing {
    return this.parts.conversation(conversation).delivered.of(feed, device)
  }

  readUpTo(conversation: ConversationId, feed: FeedId): number {
    return this.parts.conversation(conversation).readMarks.of(feed)
  }

  // ---- what is told

  typing(conversation: ConversationId, device: DeviceId): void {
    this.parts.transactions.tell({ type: 'typing', conversation, device })
  }

  fault(device: DeviceId | undefined, fault: Fault): void {
    this.parts.transactions.tellSoon({ type: 'fault', device, fault })
  }

  transact<T>(work: () => T, durability?: Durability): T {
    return this.parts.transactions.run(work, durability)
  }
}

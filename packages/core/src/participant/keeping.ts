/** What a participant leaves at keepers, fetches from them, and keeps for others if it is one (spec §16). */
import type { EnvelopeTarget } from '../feed/epoch.ts'
import type { Feed } from '../feed/feed.ts'
import type { ConversationId, DeviceId } from '../id.ts'
import { KeptDrops } from '../keeping/keptDrops.ts'
import { KeptTime } from '../keeping/keptTime.ts'
import { KnownDrops } from '../keeping/knownDrops.ts'
import { OwnDrops } from '../keeping/ownDrops.ts'
import { KEEPER_TERMS, type KeeperTerms } from '../keeping/terms.ts'
import type { SealingKey } from '../crypto/suite.ts'
import type { Random } from '../ports/random.ts'
import type { FilesAtKeepers, KeepingHost } from '../sync/host.ts'
import type { ParticipantEvent } from './event.ts'
import type { OpenConversation } from './openConversation.ts'
import type { ParticipantOptions } from './options.ts'

export interface KeepingCalls {
  readonly conversation: (id: ConversationId) => OpenConversation
  /** Whom entries are sealed to, this device included. The same list while that is so. */
  readonly targets: (id: ConversationId) => readonly EnvelopeTarget[]
  readonly tell: (event: ParticipantEvent) => void
}

export class Keeping implements KeepingHost {
  readonly random: Random
  readonly terms: KeeperTerms
  readonly files?: FilesAtKeepers
  readonly kept: KeptDrops
  readonly own: OwnDrops
  readonly known: KnownDrops
  private readonly options: ParticipantOptions
  private readonly calls: KeepingCalls
  private readonly time: KeptTime
  private readonly others = new WeakMap<readonly EnvelopeTarget[], readonly EnvelopeTarget[]>()

  constructor(options: ParticipantOptions, calls: KeepingCalls) {
    const { store, membership, clock } = options
    const { control } = membership
    this.options = options
    this.calls = calls
    this.random = options.random
    this.terms = options.keeperTerms ?? KEEPER_TERMS
    if (options.files !== undefined) this.files = options.files
    this.own = new OwnDrops(options)
    this.known = new KnownDrops(store, control)
    this.time = new KeptTime({ store, control, clock })
    this.kept = new KeptDrops({
      suite: options.suite,
      store,
      control,
      terms: this.terms,
      freeBytes: options.freeBytes ?? (() => Infinity),
      time: this.time,
      memberOf: (device) => membership.memberOf(device),
      blobsChanged: () => {
        options.files?.toHold()
      },
    })
  }

  isKeeper(device: DeviceId): boolean {
    return this.options.membership.isKeeper?.(device) === true
  }

  isWelcome(author: DeviceId): boolean {
    return this.options.membership.isWelcome?.(author) === true
  }

  ownFeed(conversation: ConversationId): Feed | undefined {
    if (!this.options.membership.conversations().includes(conversation)) return undefined
    const feed = this.calls.conversation(conversation).feeds.storedOwnFeed()
    return feed === undefined || feed.head.seq === 0 ? undefined : feed
  }

  ownFeeds(): readonly Feed[] {
    const { membership, self } = this.options
    return membership
      .conversations()
      .flatMap((id) => [...this.calls.conversation(id).feeds.all()])
      .filter(({ device, head, forked }) => device === self && head.seq > 0 && !forked)
  }

  targets(conversation: ConversationId): readonly EnvelopeTarget[] {
    const all = this.calls.targets(conversation)
    const others = this.others.get(all) ?? all.filter(({ device }) => device !== this.options.self)
    this.others.set(all, others)
    return others
  }

  owedFrom(feed: Feed, devices: readonly DeviceId[]): number | undefined {
    const { delivered, sealedSince } = this.calls.conversation(feed.conversation)
    let owed: number | undefined
    for (const device of devices) {
      const from = delivered.of(feed.id, device).seq + 1
      const first = sealedSince.first(feed.id, { from, to: feed.head.seq }, device)
      if (first !== undefined) owed = Math.min(owed ?? first, first)
    }
    return owed
  }

  noteHeld({ id, conversation, head }: Feed, keeper: DeviceId, seq: number, isAll: boolean): boolean {
    const { held } = this.calls.conversation(conversation)
    const control = conversation === this.options.membership.control
    const before = held.of(id, keeper).seq
    if (seq > before)
      held.advance(id, keeper, { seq, read: 0 }, control ? undefined : this.options.clock.now())
    else if (!isAll || !held.retract(id, keeper, seq)) return false
    if (control) return seq < before
    const [from, to] = [Math.min(before, seq), Math.min(head.seq, Math.max(before, seq))]
    this.calls.tell({ type: 'delivered', conversation, feed: id, device: keeper, from, to })
    return seq < before
  }

  noteMissing(conversation: ConversationId): void {
    if (conversation !== this.options.membership.control) this.calls.tell({ type: 'missing', conversation })
  }

  sealingKey(generation: number): SealingKey | undefined {
    return this.options.membership.sealingKey(generation)
  }

  /** A conversation is erased from this device. */
  eraseConversation(conversation: ConversationId): void {
    this.own.erase(conversation)
    if (conversation === this.options.membership.control) {
      this.kept.eraseAll()
      this.known.eraseAll()
    } else this.known.eraseConversation(conversation)
  }

  /** The store has the truth. */
  forget(): void {
    this.time.forget()
    this.kept.forget()
    this.own.forget()
    this.known.forget()
    this.files?.forget()
  }
}

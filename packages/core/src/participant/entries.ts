/** Entries on their way into the store, this device's own and those of others, within each member's share of the disk. */
import { PeerFault, type Fault } from '../fault.ts'
import { appendEntry, type Appended } from '../feed/append.ts'
import { envelopesComplete, openEpoch, type EnvelopeTarget } from '../feed/epoch.ts'
import type { Feed } from '../feed/feed.ts'
import { receiveBlock, type Opened, type Receipt } from '../feed/receive.ts'
import type { ConversationId, DeviceId, MemberId } from '../id.ts'
import type { Incoming } from '../sync/host.ts'
import type { Erasures } from './erasures.ts'
import type { OpenConversation } from './openConversation.ts'
import type { ParticipantOptions } from './options.ts'
import { CONTROL_SHARE, MEMBER_SHARE, storedBytes, StorageShares } from './storageShares.ts'

/** What goes into an entry, and when it disappears (milliseconds since 1970), if it does. */
export interface Written {
  readonly plaintext: Uint8Array
  readonly expiresAt: number | undefined
}

export interface EntriesCalls {
  readonly conversation: (id: ConversationId) => OpenConversation
  readonly opened: (
    conversation: ConversationId,
    feed: Feed,
    opened: readonly Opened[],
    receivedAt: number,
  ) => void
  readonly unreadable: (conversation: ConversationId, device: DeviceId, count: number) => void
  readonly fault: (device: DeviceId, fault: Fault) => void
}

/** All of it inside the caller's transaction. */
export class Entries {
  private readonly options: ParticipantOptions
  private readonly erasures: Erasures
  private readonly calls: EntriesCalls
  private readonly shares: { readonly messages: StorageShares; readonly control: StorageShares }
  /** Members of whom it was told that they have used up their share. */
  private readonly toldFull = new Set<MemberId>()

  constructor(options: ParticipantOptions, erasures: Erasures, calls: EntriesCalls) {
    this.options = options
    this.erasures = erasures
    this.calls = calls
    const { store, membership, clock, memberShare = MEMBER_SHARE } = options
    const now = (): number => clock.now()
    this.shares = {
      messages: new StorageShares(store, membership.control, 'messages', memberShare, now),
      control: new StorageShares(store, membership.control, 'control', CONTROL_SHARE, now),
    }
  }

  /** Adds an entry to this device's own feed. @throws CallerFault 'entry-too-long' */
  append(conversation: ConversationId, { plaintext, expiresAt }: Written, now: number): Appended {
    const { feeds, timeline } = this.calls.conversation(conversation)
    const { suite, random, signingKey } = this.options
    const targets = this.targets(conversation)
    const own = feeds.own()
    const lastStarts = (devices: readonly DeviceId[]) => feeds.epochs(own.id).lastStarts(devices)
    const envelopes = (epoch: number) => feeds.epochs(own.id).envelopes(epoch)
    const appended = appendEntry(
      { suite, random, signingKey, now, targets, lastStarts, envelopes },
      own,
      plaintext,
      expiresAt,
    )
    const { feed, blocks, epoch, seq } = appended
    if (epoch !== undefined) this.options.onEpoch?.(conversation, epoch.start.epoch)
    feeds.save(feed)
    feeds.store(
      feed.id,
      blocks,
      epoch === undefined ? [] : [{ epoch: epoch.start.epoch, seq: epoch.seq, envelopes: epoch.envelopes }],
    )
    this.erasures.schedule(timeline, feed.id, blocks)
    this.calls.opened(conversation, feed, [{ seq, plaintext }], now)
    return appended
  }

  /** Verifies, stores and opens a block; see SyncHost.receive(). @throws PeerFault */
  take(incoming: Incoming): Feed | undefined {
    const { conversation, device } = incoming
    const authorKey = this.options.membership.publicKey(device)
    if (authorKey === undefined) return undefined
    const { feeds } = this.calls.conversation(conversation)
    const feed = feeds.of(device, incoming.incarnation)
    const receipt = this.verify(incoming, feed, authorKey)
    if (receipt === undefined) return undefined
    // Someone has more of this device's feed than the device: its store was set back. It starts another one.
    if (feeds.isOwn(feed)) feeds.startOwn()
    this.storeReceipt(incoming, receipt)
    return receipt.feed
  }

  /** Whether what the member of `device` writes is taken now (spec §10.6). */
  hasRoom(device: DeviceId, conversation: ConversationId): boolean {
    const { membership, member: me } = this.options
    const member = membership.memberOf(device)
    return member === undefined || member === me || this.sharesOf(conversation).hasRoom(member)
  }

  /** To be called before the transaction ends. */
  flush(): void {
    this.shares.messages.flush()
    this.shares.control.flush()
  }

  /** The store has the truth. */
  forget(): void {
    this.shares.messages.forget()
    this.shares.control.forget()
  }

  /**
   * Whom entries of a conversation are sealed to: this device too, which after a restore reads from the others what it wrote
   * since the backup.
   */
  targets(conversation: ConversationId): readonly EnvelopeTarget[] {
    const open = this.calls.conversation(conversation)
    const readers = this.options.membership.readers(conversation)
    const cards = this.options.membership.cards.versions()
    if (open.sealing?.readers !== readers || open.sealing.cards !== cards) {
      const targets = readers.flatMap((device) => this.options.membership.sealingTarget(device) ?? [])
      open.sealing = { readers, cards, targets }
    }
    return open.sealing.targets
  }

  // ---- inside

  private verify(incoming: Incoming, feed: Feed, authorKey: Uint8Array): Receipt | undefined {
    const { suite, self } = this.options
    const { feeds } = this.calls.conversation(incoming.conversation)
    try {
      return receiveBlock(
        {
          suite,
          authorKey,
          erasure: this.erasures.contextFor(feed, incoming.source, this.options.clock.now()),
          openEpoch: (start) => {
            const envelopes = incoming.envelopes(start.epoch)
            if (!envelopesComplete(suite, start, envelopes)) {
              throw new PeerFault('envelopes-wrong', { message: 'The far device changed or held back keys.' })
            }
            const keyOf = (generation: number) => this.options.membership.sealingKey(generation)
            return openEpoch(suite, feed.id, start, envelopes, self, keyOf)
          },
        },
        feed,
        incoming.block,
      )
    } catch (fault) {
      if (!(fault instanceof PeerFault) || fault.code !== 'feed-forked') throw fault
      feeds.save({ ...feed, forked: true })
      this.calls.fault(incoming.device, fault)
      return undefined
    }
  }

  private storeReceipt(incoming: Incoming, receipt: Receipt): void {
    const { conversation, device } = incoming
    const { feeds, timeline } = this.calls.conversation(conversation)
    feeds.save(receipt.feed)
    const epochs = receipt.epochs.map(({ start, seq }) => ({
      epoch: start.epoch,
      seq,
      envelopes: incoming.envelopes(start.epoch),
    }))
    feeds.store(receipt.feed.id, [receipt.block], epochs)
    this.countStored(incoming, receipt)
    // Nothing of the hidden conversation disappears, whatever its entries say.
    if (conversation !== this.options.membership.control)
      this.erasures.schedule(timeline, receipt.feed.id, [receipt.block])
    this.calls.opened(conversation, receipt.feed, receipt.opened, this.options.clock.now())
    if (receipt.unreadable > 0) this.calls.unreadable(conversation, device, receipt.unreadable)
  }

  private sharesOf(conversation: ConversationId): StorageShares {
    const isControl = conversation === this.options.membership.control
    return isControl ? this.shares.control : this.shares.messages
  }

  private countStored(incoming: Incoming, { block, epochs }: Receipt): void {
    const { conversation, device } = incoming
    const member = this.options.membership.memberOf(device)
    if (member === undefined || member === this.options.member) return
    const shares = this.sharesOf(conversation)
    const sealed = epochs.flatMap(({ start }) => incoming.envelopes(start.epoch))
    shares.take(member, storedBytes(block, sealed))
    if (shares.hasRoom(member) || this.toldFull.has(member)) return
    this.toldFull.add(member)
    this.calls.fault(
      device,
      new PeerFault('member-share-used-up', { message: SHARE_USED_UP, remedy: SHARE_REMEDY }),
    )
  }
}

const SHARE_USED_UP =
  'A member has written more than is taken from one at once; more is taken as time passes.'
const SHARE_REMEDY = 'Ask them, or remove them; or give members a greater share of this device\u2019s disk.'

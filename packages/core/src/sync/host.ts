/** What sync needs of the circle it serves: membership to decide who may know what, storage to read and write. */
import type { CardResult } from '../circle/card.ts'
import type { SealingKey, Suite } from '../crypto/suite.ts'
import type { Fault } from '../fault.ts'
import type { Block } from '../feed/block.ts'
import type { Envelope, EnvelopeTarget } from '../feed/epoch.ts'
import type { Feed } from '../feed/feed.ts'
import type { FeedSet } from '../feed/feedSet.ts'
import type { BlobId, ConversationId, DeviceId, FeedId, MemberId, ShortDeviceId } from '../id.ts'
import type { AtKeeperStanding, BlobToKeep } from '../keeping/keptBlobs.ts'
import type { KeptDrops } from '../keeping/keptDrops.ts'
import type { KnownDrops } from '../keeping/knownDrops.ts'
import type { OwnDrops } from '../keeping/ownDrops.ts'
import type { KeeperTerms } from '../keeping/terms.ts'
import type { Clock } from '../ports/clock.ts'
import type { SigningKey } from '../ports/primitives.ts'
import type { Random } from '../ports/random.ts'
import type { Durability } from '../ports/store.ts'
import type { CardNotice, SyncedCardVersion } from './cardFrames.ts'
import type { Acknowledgement } from './frame.ts'
import type { HistoryPage } from './historyFrame.ts'
import type { Standing } from './session.ts'

export interface SyncHost {
  readonly suite: Suite
  readonly clock: Clock
  readonly self: DeviceId
  readonly signingKey: SigningKey
  readonly log: SyncedLog
  readonly cards: SyncedCards
  /** Without it nothing is handed over nor asked for. */
  readonly history?: HistoryHost
  readonly keeping: KeepingHost
  /** Without it the circle's names key is neither asked for nor given. */
  readonly names?: NamesHost | undefined
  /** Whether `device` belongs to the circle now. */
  isActive(device: DeviceId): boolean
  /** Whether `device` is told of links between others: the circle's policy and its role say so (spec §10.8). */
  hearsLinks(device: DeviceId): boolean
  /** Whose device it is or was, as far as is known here. */
  memberOf(device: DeviceId): MemberId | undefined
  /** Public signing key (SPKI DER) of a device that is or was in the circle. */
  publicKey(device: DeviceId): Uint8Array | undefined
  /** Conversations that this device and `device` may both know of. */
  shared(device: DeviceId): readonly ConversationId[]
  /** Whether both this device and `device` may read `conversation`. */
  shares(device: DeviceId, conversation: ConversationId): boolean
  /** Whether entries of `device` are taken in `conversation` now: it may write there, and has not filled its share of the disk. */
  accepts(device: DeviceId, conversation: ConversationId): boolean
  /** Devices that may read it now, this one included. */
  readers(conversation: ConversationId): readonly DeviceId[]
  feeds(conversation: ConversationId): FeedSet
  /**
   * Verifies and stores a block, and applies what it opens; gives the feed as it now is, or undefined when the block
   * adds nothing or entries before it are missing. @throws PeerFault
   */
  receive(incoming: Incoming): Feed | undefined
  /** Whether it is kept how far others have the feeds of `device`: those of this device's own member. */
  follows(device: DeviceId): boolean
  /** `device` has a feed of this device's member up to `seq`, and its person read it up to `read`. */
  delivered(conversation: ConversationId, feed: FeedId, device: DeviceId, seq: number, read: number): void
  /** How far `device` has this device's own feed, as far as is known. */
  deliveredTo(conversation: ConversationId, feed: FeedId, device: DeviceId): Standing
  /** Up to where this device's person has read a feed. */
  readUpTo(conversation: ConversationId, feed: FeedId): number
  /** Acknowledgements kept for absent authors. */
  readonly acknowledgements: AcknowledgementStore
  transact<T>(work: () => T, durability?: Durability): T
  membershipChanged(): void
  typing(conversation: ConversationId, device: DeviceId): void
  /** The far device broke the protocol and was dropped, or something failed here. */
  fault(device: DeviceId | undefined, fault: Fault): void
}

export interface Incoming {
  /** The device that hands the block on. */
  readonly source: DeviceId
  readonly conversation: ConversationId
  readonly device: DeviceId
  readonly incarnation: Uint8Array
  readonly block: Block
  /** Envelopes that came for an epoch of this feed. */
  envelopes(epoch: number): readonly Envelope[]
}

export interface SyncedLog {
  /** Hashes of the entries that nothing follows. */
  heads(): Uint8Array[]
  /** Exponentially spaced ancestors of the heads. */
  locator(): Uint8Array[]
  has(hash: Uint8Array): boolean
  /** Number of entries. */
  size(): number
  /** Entries in the order in which they were added here, from the `index`-th on. */
  from(index: number): Uint8Array[]
  /** Entries not reachable from `known`, of about `limitBytes`, and parents first, but for at most 64 at the end when not all fit. */
  missingFor(known: readonly Uint8Array[], limitBytes: number): Uint8Array[]
  /** What ended a device that is out, for its last frame; without, it is told nothing. */
  endingsOf?(device: DeviceId): Uint8Array[]
  /** @throws PeerFault when the entry is malformed or not signed by its author */
  add(entry: Uint8Array): 'added' | 'known' | 'pending'
}

export interface SyncedCards {
  /** Equal on two devices exactly when they hold the same cards. */
  digest(): Uint8Array
  versions(): readonly SyncedCardVersion[]
  /** The encoded card, if it is newer than `generation`, or another one of that generation. */
  newerThan(device: DeviceId, generation: number, tag: Uint8Array): Uint8Array | undefined
  /** Whether a card may count more than the one here; 'unknown': it is of no active device, as far as is known here. */
  judge(notice: CardNotice): 'news' | 'known' | 'unknown'
  /** The card here of an active device. */
  find(device: ShortDeviceId): { readonly bytes: Uint8Array; readonly notice: CardNotice } | undefined
  /** @returns what became of it, and its name @throws PeerFault when it is malformed or not signed by its device */
  put(card: Uint8Array): { readonly result: CardResult; readonly notice: CardNotice }
}

/** The circle's names key, which keepers don't get (spec §5.13). */
export interface NamesHost {
  /** Whether this device lacks it, and is in the circle and no keeper. */
  isWanted(): boolean
  /** The key, if it is here and `device` may have it: it is in the circle, and no keeper, as the log says now. */
  keyFor(device: DeviceId): Uint8Array | undefined
  /** Keeps it, and reads the log anew. @throws PeerFault 'names-key-wrong' */
  learn(key: Uint8Array): void
}

/** What a participant knows of its own history, and hands over of it. */
export interface HistoryHost {
  /** Where to go on in `conversation` with what `device` may hand over; undefined when there is nothing to ask it for. */
  wanted(
    device: DeviceId,
    conversation: ConversationId,
  ): { readonly before: Uint8Array | undefined } | undefined
  /** What `device` asked for; undefined when it may not have it. */
  page(
    device: DeviceId,
    conversation: ConversationId,
    before: Uint8Array | undefined,
  ): HistoryPage | undefined
  /**
   * Stores what came, and how far it reaches. @returns where to go on; undefined at the end
   * @throws PeerFault 'malformed' | 'history-wrong'
   */
  take(
    device: DeviceId,
    conversation: ConversationId,
    before: Uint8Array | undefined,
    page: HistoryPage,
  ): Uint8Array | undefined
}

export interface AcknowledgementStore {
  all(conversation: ConversationId): Acknowledgement[]
  /** Whether it says more than the one kept. */
  isNews(conversation: ConversationId, acknowledgement: Omit<Acknowledgement, 'signature'>): boolean
  /** @returns whether it is kept: there is room for so many of one device and no more */
  put(conversation: ConversationId, acknowledgement: Acknowledgement): boolean
  /** Forgets it, unless another has replaced it. */
  drop(conversation: ConversationId, acknowledgement: Acknowledgement): void
}

/** What whoever has the files has to do with keepers (spec §16.6). */
export interface FilesAtKeepers {
  /** Blobs of files that this device sent to a conversation since `since` (milliseconds since 1970), and of which one of `readers` has not all, as far as is known here. Those that are to be held first come first. */
  owed(conversation: ConversationId, readers: readonly DeviceId[], since: number): readonly BlobToKeep[]
  /** How a blob of `owed` stands at `keeper`; said again whether it changed or not. @param blob as keepers call it */
  stands(conversation: ConversationId, keeper: DeviceId, blob: BlobId, standing: AtKeeperStanding): void
  /** `keeper` is to hold these of a conversation, and so no others. */
  leftOnly(conversation: ConversationId, keeper: DeviceId, blobs: readonly BlobToKeep[]): void
  /** `keeper` told what it has for this device. */
  offered(keeper: DeviceId): void
  /** What this device is to hold for others changed. */
  toHold(): void
  /** Blobs of the member of `author` that are wholly here, which that device is not known to know; the newest last. */
  complete(author: DeviceId): readonly { readonly conversation: ConversationId; readonly blob: BlobId }[]
  /** `device` has all of a blob that this device sent, as it signed. */
  completeAt(device: DeviceId, conversation: ConversationId, blob: BlobId): void
  /** A transaction in which something of that was said has failed: the store has the truth. */
  forget(): void
}

/** What keeping for others, and by others, needs (spec §16). */
export interface KeepingHost {
  readonly random: Random
  readonly terms: KeeperTerms
  readonly kept: KeptDrops
  readonly own: OwnDrops
  readonly known: KnownDrops
  /** Whether `device` is an active keeper's. */
  isKeeper(device: DeviceId): boolean
  /** Whether what a device left is to be held on: it is in the circle, or left of its own accord. */
  isWelcome(author: DeviceId): boolean
  /** This device's own feed in a conversation whose readers keepers may hold things for. */
  ownFeed(conversation: ConversationId): Feed | undefined
  /** All of them, and those of before a restore. */
  ownFeeds(): readonly Feed[]
  /** Whom entries of a conversation are sealed to, this device left out. The same list while that is so. */
  targets(conversation: ConversationId): readonly EnvelopeTarget[]
  /** The first entry of an own feed that was sealed to one of `devices`, and that it is not known to have; undefined: none. */
  owedFrom(feed: Feed, devices: readonly DeviceId[]): number | undefined
  /**
   * `keeper` says that it holds an own feed up to `seq`, which it can't read. @param isAll and no further: what was held there before
   * may be gone
   * @returns whether that is less than before
   */
  noteHeld(feed: Feed, keeper: DeviceId, seq: number, isAll: boolean): boolean
  /** Of a conversation more is known to be missing here than before: see Keepers.missingIn(). */
  noteMissing(conversation: ConversationId): void
  /** Files by keepers; without it they go by none. */
  readonly files?: FilesAtKeepers
  /** This device's own sealing key of a generation, while it is kept. */
  sealingKey(generation: number): SealingKey | undefined
}

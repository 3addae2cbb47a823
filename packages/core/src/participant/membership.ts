/** What a circle's membership log and device cards say, as conversations and sync ask it. */
import type { SealingKey } from '../crypto/suite.ts'
import type { EnvelopeTarget } from '../feed/epoch.ts'
import type { ConversationId, DeviceId, MemberId } from '../id.ts'
import type { Recipient } from '../message/delivery.ts'
import type { HistoryGiver } from './historyPolicy.ts'
import type { NamesHost, SyncedCards, SyncedLog } from '../sync/host.ts'

export interface Membership {
  readonly log: SyncedLog
  readonly cards: SyncedCards
  /** Without it, no names key is asked for or given. */
  readonly names?: NamesHost
  /** The hidden conversation of all devices of the circle. */
  readonly control: ConversationId
  /** The conversation of this member's own devices. */
  readonly own?: ConversationId
  isActive(device: DeviceId): boolean
  publicKey(device: DeviceId): Uint8Array | undefined
  memberOf(device: DeviceId): MemberId | undefined
  /** Devices that may read `conversation` now. */
  readers(conversation: ConversationId): readonly DeviceId[]
  mayRead(device: DeviceId, conversation: ConversationId): boolean
  mayWrite(device: DeviceId, conversation: ConversationId): boolean
  /** Whether entries of `device` are taken: it may write, or might when it left of its own accord. */
  wasWriter(device: DeviceId, conversation: ConversationId): boolean
  /** Conversations of this device, without the hidden one. */
  conversations(): readonly ConversationId[]
  /** Conversations that this device and `device` may both know of, with the hidden one. */
  shared(device: DeviceId): readonly ConversationId[]
  /** Members that are to get a message in `conversation`, and their devices. */
  recipients(conversation: ConversationId): readonly Recipient[]
  ownOtherDevices(): readonly DeviceId[]
  /** The current sealing key of a device, if its card is known. */
  sealingTarget(device: DeviceId): EnvelopeTarget | undefined
  /** This device's own sealing key of a generation, while it is kept. */
  sealingKey(generation: number): SealingKey | undefined
  /** What `device` is to this one, if it may hand its history over to this one; undefined: it may not. */
  historyFrom?(device: DeviceId): HistoryGiver | undefined
  /** What this device is to `device`, if it may hand its history over to that one. */
  historyFor?(device: DeviceId): HistoryGiver | undefined
  /** Whether `device` is told of links between others; without, nobody is. */
  hearsLinks?(device: DeviceId): boolean
  /** Whether `device` is active and its member a keeper; without, there are none. */
  isKeeper?(device: DeviceId): boolean
  /** Whether keepers hold on what `device` left: it is active, or its member left of its own accord. */
  isWelcome?(device: DeviceId): boolean
  /** A transaction in which log or cards may have changed has failed: the store has the truth. */
  forget(): void
}

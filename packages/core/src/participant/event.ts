/** What a circle tells the device that takes part in it; always about something durable. */
import type { Fault } from '../fault.ts'
import type { ConversationId, DeviceId, FeedId } from '../id.ts'
import type { Change } from '../message/change.ts'

export type ParticipantEvent =
  | { readonly type: 'changes'; readonly conversation: ConversationId; readonly changes: readonly Change[] }
  /** `device` now has own entries after `from` up to `to`, or has read them. */
  | {
      readonly type: 'delivered'
      readonly conversation: ConversationId
      readonly feed: FeedId
      readonly device: DeviceId
      readonly from: number
      readonly to: number
    }
  | { readonly type: 'roster' }
  /** Another device of this member told what was read there, a draft, or how it is to be shown. */
  | { readonly type: 'own-state'; readonly conversation: ConversationId }
  /** So many messages of a conversation were handed over from before this device came. */
  | { readonly type: 'history'; readonly conversation: ConversationId; readonly count: number }
  /** Of others' entries in a conversation some are known to be missing here: see Keepers.missingIn(). */
  | { readonly type: 'missing'; readonly conversation: ConversationId }
  /** What this member calls its devices. */
  | { readonly type: 'own-devices' }
  | { readonly type: 'typing'; readonly conversation: ConversationId; readonly device: DeviceId }
  /** Entries came that this device has no key for. */
  | {
      readonly type: 'unreadable'
      readonly conversation: ConversationId
      readonly device: DeviceId
      readonly count: number
    }
  /** A device broke the protocol, or (without one) something failed here. */
  | { readonly type: 'fault'; readonly device: DeviceId | undefined; readonly fault: Fault }

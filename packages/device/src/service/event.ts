/** What a device tells of by itself. */
import type {
  BlobId,
  CircleId,
  ConversationId,
  DeviceId,
  EntryHash,
  MemberId,
  MessageId,
  FaultDetails,
} from '@triode/core'
import type { Conversation } from './conversation.ts'
import type { FileView } from './file.ts'
import type { Peer } from './member.ts'
import type { Message, MessageState, Tally } from './message.ts'
import type { MembershipChange } from './roles.ts'
import type { ChannelStatus } from './vault.ts'

export type DeviceEvent =
  | { readonly type: 'message'; readonly message: Message }
  /** Edited, deleted, expired, or its reactions changed. */
  | { readonly type: 'message-changed'; readonly message: Message }
  | {
      readonly type: 'delivery'
      readonly id: MessageId
      readonly conversation: ConversationId
      readonly state: MessageState
      readonly delivered: Tally
      readonly read: Tally
    }
  | {
      readonly type: 'typing'
      readonly conversation: ConversationId
      readonly member: MemberId
      readonly name?: string
      /** Take it as over at this time unless it is repeated. */
      readonly until: number
    }
  /** New, or its name, readers, expiry, draft or unread count changed. */
  | { readonly type: 'conversation'; readonly conversation: Conversation }
  /** Someone joined, left, was renamed or verified; `left` when oneself left the circle. */
  | { readonly type: 'roster'; readonly circle: CircleId; readonly left?: boolean }
  /** What concerns somebody's standing in the circle; `by`, where it is known, did it. */
  | {
      readonly type: 'membership'
      readonly circle: CircleId
      readonly change: MembershipChange
      readonly me: boolean
      readonly member?: MemberId
      readonly name?: string
      readonly role?: string
      readonly device?: DeviceId
      readonly by?: MemberId
      readonly byName?: string
      readonly act?: EntryHash
      /** Of oneself being removed: what was here is erased, as the circle asks. */
      readonly erased?: boolean
    }
  /** Its state changed or it went on; of one that goes on, at most four times a second. */
  | { readonly type: 'file'; readonly file: FileView }
  /** Nothing names it any more, and what was here is erased. */
  | { readonly type: 'file-gone'; readonly id: BlobId; readonly conversation: ConversationId }
  /** What is here is hashed anew, since somebody asked: which file it is at, and how many bytes of all are done; at most four times a second. */
  | { readonly type: 'file-check'; readonly name: string; readonly done: number; readonly of: number }
  | { readonly type: 'peer-up'; readonly peer: Peer }
  | { readonly type: 'peer-down'; readonly peer: Peer; readonly reason?: string }
  | { readonly type: 'lock' }
  | { readonly type: 'unlock' }
  | { readonly type: 'channel'; readonly channel: ChannelStatus }
  /** Something went wrong that nobody asked about; a peer that broke the protocol is named. */
  | {
      readonly type: 'fault'
      readonly code: string
      readonly message: string
      readonly remedy?: string
      readonly details?: FaultDetails
      readonly circle?: CircleId
      readonly member?: MemberId
      readonly device?: DeviceId
      readonly channel?: string
      readonly remote?: string
    }

export type DeviceEventType = DeviceEvent['type']

/** Messages, as they are sent and shown. */
import type { CircleId, ConversationId, DeviceId, MemberId, MessageId, FaultDetails } from '@triode/core'
import type { FileSummary } from './fileSummary.ts'
import type { MemberRef, Where } from './reference.ts'

/** Own messages go from queued to read; a message of someone else's is 'received'. */
export const MESSAGE_STATE = {
  /** Durable here, and nowhere else yet. */
  queued: 'queued',
  /** On a keeper or on a device of another member that is not its reader. */
  held: 'held',
  /** On a device of every recipient. */
  delivered: 'delivered',
  /** Every recipient has read it. */
  read: 'read',
  received: 'received',
} as const
export type MessageState = (typeof MESSAGE_STATE)[keyof typeof MESSAGE_STATE]

export interface SendInput {
  readonly where: Where
  /** 1 character to 12,000 bytes of UTF-8 (spec §11.1). */
  readonly text: string
  readonly replyTo?: string
  /** At most 64 members of the conversation. */
  readonly mentions?: readonly MemberRef[]
}

export interface Sent {
  readonly id: MessageId
  readonly conversation: ConversationId
  readonly at: number
  readonly state: MessageState
  /** To be heeded before more is sent. */
  readonly warning?: SendWarning
}

export interface SendWarning {
  readonly code: string
  readonly message: string
  readonly remedy: string
  /** What its words leave open. */
  readonly details?: FaultDetails
}

export interface Message {
  readonly id: MessageId
  readonly conversation: ConversationId
  readonly circle: CircleId
  readonly kind: 'text' | 'system'
  readonly from: MemberId
  readonly fromName?: string
  readonly device: DeviceId
  /** By the sender's clock. */
  readonly at: number
  /** That clock is wrong: the time lies long before there was this protocol, or well after the message came. */
  readonly atSuspect?: true
  /** By our clock: when it became durable here. */
  readonly receivedAt: number
  /** Empty when deleted, and of files without a word. */
  readonly text: string
  /** Empty when deleted. */
  readonly files: FileSummary[]
  readonly state: MessageState
  /** Recipients (members, without the sender). For messages of others: 0 of 0. */
  readonly delivered: Tally
  readonly read: Tally
  readonly replyTo?: MessageId
  /** When it was last edited. */
  readonly editedAt?: number
  readonly deleted: boolean
  readonly reactions: Reaction[]
  readonly mentions: MemberId[]
  /** When it disappears. */
  readonly expiresAt?: number
  /** It is this device's word that the author wrote it (spec §10.7): it came before this device did. */
  readonly handedOverBy?: DeviceId
  /** Written, edited or handed over by a device that was not verified, of a member of whom another one was (spec §6.7). */
  readonly unverified?: true
}

export interface Tally {
  readonly count: number
  readonly of: number
}

export interface Reaction {
  readonly emoji: string
  readonly members: MemberId[]
}

/** Messages of a page, at most. */
export const MAX_PAGE_MESSAGES = 500

/** At most one of the places; without any, the newest page. */
export interface MessagesInput {
  readonly where: Where
  /** The page that ends before this message. */
  readonly before?: string
  /** The page that begins after it. */
  readonly after?: string
  /** The page with it in its middle. */
  readonly around?: string
  /** The page that begins with the first message at or after this time. */
  readonly at?: number
  /** 1 to 500. */
  readonly limit: number
}

export interface MessagePage {
  readonly conversation: ConversationId
  readonly messages: Message[]
  /** There are older ones. */
  readonly more: boolean
  /** There are newer ones. */
  readonly moreAfter: boolean
}

export interface ReactInput {
  readonly id: string
  /** One emoji: 1 to 32 UTF-16 units (spec §11.1). */
  readonly emoji: string
  readonly remove?: boolean
}

export interface SearchInput {
  readonly text: string
  readonly where?: Where
  /** 1 to 500. */
  readonly limit: number
}

export interface SearchResult {
  readonly messages: Message[]
  readonly more: boolean
}

/** Conversations, and what stands in one without being sent. */
import type { CircleId, ConversationId, MemberId } from '@triode/core'
import type { Message } from './message.ts'
import type { CircleRef, MemberRef, Where } from './reference.ts'

export const CONVERSATION_KIND = { circle: 'circle', room: 'room', direct: 'direct', self: 'self' } as const
export type ConversationKind = (typeof CONVERSATION_KIND)[keyof typeof CONVERSATION_KIND]

export interface Resolved {
  readonly conversation: ConversationId
  readonly circle: CircleId
  readonly kind: ConversationKind
  /** Of the circle, the room or the other member; a short id where there is no nickname. */
  readonly name: string
  /** The other one, of a direct conversation. */
  readonly member?: MemberId
}

export interface Conversation extends Resolved {
  readonly unread: number
  readonly lastMessage?: Message
  readonly expiresAfterMs?: number
  readonly draft?: Draft
  readonly unsentEdit?: UnsentEdit
  /**
   * Members of whose messages some are missing here: keepers have later ones, and those no more, as after a restore from an old backup.
   * They come from whoever has them. Absent: none, as far as is known.
   */
  readonly missingFrom?: readonly MemberId[]
  /** How one wants to see it (spec §11.9); one's other devices know, and nobody else. */
  readonly pinned: boolean
  /** Until when nothing of it is to be told aloud; absent: it is not muted. */
  readonly mutedUntil?: MutedUntil
  /** Put away, and nothing came since; of a muted one, whatever came. */
  readonly archived: boolean
  /** To be come back to, whatever `unread` says. */
  readonly markedUnread: boolean
  /** Who can read it, oneself included. */
  readonly members: MemberId[]
}

/** Milliseconds since 1970, or for good. */
export type MutedUntil = number | 'always'

/** What is left out stays. */
export interface PreferencesInput {
  readonly where: Where
  readonly pinned?: boolean
  /** null: no longer muted. */
  readonly mutedUntil?: MutedUntil | null
  readonly archived?: boolean
  readonly markedUnread?: boolean
}

export interface Draft {
  readonly text: string
  readonly replyTo?: string
}

/** How an own message was to be changed. */
export interface UnsentEdit {
  /** Of the message. */
  readonly id: string
  readonly text: string
}

export interface CreateRoomInput {
  readonly circle: CircleRef
  readonly name: string
  /** Besides oneself; names are looked up in that circle. */
  readonly members: readonly MemberRef[]
}

/** What a device offers of conversations and messages. */
import type { MessageId } from '@triode/core'
import type { Conversation, CreateRoomInput, Draft, PreferencesInput, Resolved } from './conversation.ts'
import type { DeliveryReport } from './delivery.ts'
import type {
  Message,
  MessagePage,
  MessagesInput,
  ReactInput,
  SearchInput,
  SearchResult,
  SendInput,
  Sent,
} from './message.ts'
import type { CircleRef, Where } from './reference.ts'

export interface MessageService {
  /**
   * What `where` means. In this order: the id of a conversation, circle, member or device; the exact name of a circle,
   * room or member; the same without regard to case; `CIRCLE/NAME` likewise inside one circle. A member is its direct
   * conversation, which need not exist yet; oneself, or the name `self`, is the self conversation (`CIRCLE/self`).
   * @throws CallerFault 'not-found' | 'ambiguous' (message lists the candidates)
   */
  resolve(where: Where): Promise<Resolved>
  conversations(circle?: CircleRef): Promise<Conversation[]>
  /** @throws CallerFault 'name-invalid' */
  createRoom(input: CreateRoomInput): Promise<Conversation>
  /**
   * @throws CallerFault 'text-too-long' | 'text-empty' | 'text-malformed' | 'too-many-mentions' | 'not-found' (also replyTo, and
   *   mentions of who does not read the conversation)
   */
  send(input: SendInput): Promise<Sent>
  /** A page from old to new. @throws CallerFault 'limit-out-of-range' | 'not-found' | 'bad-input' (several places) */
  messages(input: MessagesInput): Promise<MessagePage>
  message(id: MessageId | string): Promise<Message>
  /** Of an own message. @throws CallerFault 'not-found' | 'not-allowed' */
  delivery(id: MessageId | string): Promise<DeliveryReport>
  /** Adds or takes back one's own reaction; repeating it changes nothing. @throws CallerFault 'emoji-invalid' */
  react(input: ReactInput): Promise<void>
  /** Own messages only. @throws CallerFault 'not-allowed', and as send() of a text */
  edit(id: MessageId | string, text: string): Promise<void>
  /** Own messages: erased everywhere. Others': only here. */
  deleteMessage(id: MessageId | string): Promise<void>
  /** Marks as read up to and including `upTo`, or all. */
  read(where: Where, upTo?: MessageId | string): Promise<void>
  /** Tells connected readers that one is typing; not stored. Good for some seconds, so repeat while it goes on. */
  typing(where: Where): Promise<void>
  /**
   * Sets, for everyone in the conversation, after how long new messages disappear; null is never.
   * @throws CallerFault 'timer-out-of-range' unless a second to five years
   */
  setExpiry(where: Where, afterMs: number | null): Promise<void>
  /** How one wants to see a conversation: told to one's other devices, and to nobody else. */
  setPreferences(input: PreferencesInput): Promise<Conversation>
  /** Full-text search, best matches first. @throws CallerFault 'limit-out-of-range' */
  search(input: SearchInput): Promise<SearchResult>
  draft(where: Where): Promise<Draft | undefined>
  /**
   * undefined removes the draft. While somebody writes (`typing`) it is taken for a second more after a lock was asked for.
   * @throws CallerFault 'text-too-long' (65,536 bytes)
   */
  setDraft(where: Where, draft: Draft | undefined): Promise<void>
  /**
   * Keeps how an own message was to be changed, in the place of what was kept of another one of its conversation; undefined removes
   * that. It goes once the message is edited, deleted or gone. Taken as a draft is after a lock was asked for, where one was in the 5 s before.
   * @throws CallerFault 'text-too-long' (65,536 bytes) | 'not-allowed' | 'not-found'
   */
  setUnsentEdit(id: MessageId | string, text: string | undefined): Promise<void>
}

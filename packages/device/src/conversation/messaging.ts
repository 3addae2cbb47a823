/** Conversations and messages, as faces ask for them. */
import {
  CallerFault,
  parseMessageId,
  type Clock,
  type MessageId,
  type PageRequest,
  type TimelineMessage,
} from '@triode/core'
import { changedWarning, composed, noMessage } from './composing.ts'
import { deliveryReport } from './deliveryReport.ts'
import { resolveCircle, resolveConversation, resolved, type FoundConversation } from '../resolve.ts'
import { conversationOfFeed, listedConversations, requireActive } from '../circle/standing.ts'
import * as service from '../service.ts'
import type { Unlocked } from '../unlocked.ts'
import { conversationView, messageView } from '../views.ts'

interface FoundMessage extends FoundConversation {
  readonly message: TimelineMessage
}

export class Messaging {
  private readonly unlocked: Unlocked
  private readonly clock: Clock
  private readonly emit: (event: service.DeviceEvent) => void

  constructor(unlocked: Unlocked, clock: Clock, emit: (event: service.DeviceEvent) => void) {
    this.unlocked = unlocked
    this.clock = clock
    this.emit = emit
  }

  resolve(where: service.Where): service.Resolved {
    return resolved(this.find(where))
  }

  conversations(circle?: service.CircleRef): service.Conversation[] {
    const { circles } = this.unlocked
    const chosen = circle === undefined ? circles : [resolveCircle(circles, circle)]
    return chosen.flatMap((one) =>
      listedConversations(one).map((conversation) => conversationView({ circle: one, conversation })),
    )
  }

  send({ where, ...input }: service.SendInput): service.Sent {
    const found = this.findActive(where)
    const { circle, conversation } = found
    const id = circle.participant.write(conversation.id, composed(found, input))
    const message = circle.participant.timeline(conversation.id).get(id)
    const warning = changedWarning(circle, conversation)
    return {
      id,
      conversation: conversation.id,
      at: message?.at ?? this.clock.now(),
      state: 'queued',
      ...(warning !== undefined && { warning }),
    }
  }

  page({ where, ...request }: service.MessagesInput): service.MessagePage {
    checkLimit(request.limit)
    const { circle, conversation } = this.find(where)
    const { messages, ...further } = circle.participant.timeline(conversation.id).page(request as PageRequest)
    return {
      conversation: conversation.id,
      messages: messages.map((message) => messageView(circle, conversation.id, message)),
      ...further,
    }
  }

  message(id: string): service.Message {
    const { circle, conversation, message } = this.findMessage(id)
    return messageView(circle, conversation.id, message)
  }

  delivery(id: string): service.DeliveryReport {
    const found = this.findMessage(id)
    const isUp = (device: string): boolean => this.unlocked.network.isUp(found.circle.id, device as never)
    const { circle, conversation, message } = found
    return deliveryReport(
      found,
      message,
      isUp,
      this.unlocked.files.views.ofMessage(circle, conversation.id, message.id),
    )
  }

  react({ id, emoji, remove }: service.ReactInput): void {
    const { circle, conversation, message } = this.findMessage(id)
    requireActive(circle)
    if (message.kind !== 'text') throw notAMessage()
    if (message.deleted) throw noMessage()
    const mine = message.reactions.some((one) => one.emoji === emoji && one.members.includes(circle.member))
    if (mine === (remove !== true)) return
    circle.participant.write(conversation.id, {
      kind: 'reaction',
      target: message.id,
      emoji,
      on: remove !== true,
    })
  }

  edit(id: string, text: string): void {
    const { circle, conversation, message } = this.findOwn(id)
    requireActive(circle)
    circle.participant.write(conversation.id, {
      kind: 'edit',
      target: message.id,
      text,
      mentions: [...message.mentions],
    })
    this.setUnsentEdit(id, undefined)
  }

  setUnsentEdit(id: string, text: string | undefined): void {
    const { message, ...found } = this.findOwn(id)
    const timeline = found.circle.participant.timeline(found.conversation.id)
    if (text === undefined && timeline.unsentEdit()?.message !== message.id) return
    timeline.setUnsentEdit(message.id, text)
    this.changed(found)
  }

  delete(id: string): void {
    const { circle, conversation, message } = this.findMessage(id)
    if (message.member !== circle.member) circle.participant.hide(conversation.id, message.id)
    else if (message.kind !== 'text') throw notAMessage()
    else if (!message.deleted) {
      requireActive(circle)
      circle.participant.write(conversation.id, { kind: 'delete', target: message.id })
    }
  }

  read(where: service.Where, upTo?: string): void {
    const found = this.findActive(where)
    found.circle.participant.markRead(found.conversation.id, upTo as MessageId | undefined)
    this.changed(found)
  }

  typing(where: service.Where): void {
    const { circle, conversation } = this.findActive(where)
    circle.participant.tellTyping(conversation.id)
  }

  setExpiry(where: service.Where, afterMs: number | null): void {
    const { circle, conversation } = this.findActive(where)
    circle.participant.write(conversation.id, { kind: 'timer', afterMs })
  }

  setPreferences({ where, ...changes }: service.PreferencesInput): service.Conversation {
    const found = this.find(where)
    found.circle.participant.ownState.changePreferences(found.conversation.id, changes)
    this.changed(found)
    return conversationView(found)
  }

  search({ text, where, limit }: service.SearchInput): service.SearchResult {
    checkLimit(limit)
    const scope = where === undefined ? undefined : this.find(where).conversation.id
    const ids = this.unlocked.search.find(text, { limit: limit + 1, ...(scope !== undefined && { scope }) })
    const messages = ids.slice(0, limit).flatMap((id) => {
      const found = this.lookUp(id)
      return found === undefined ? [] : [messageView(found.circle, found.conversation.id, found.message)]
    })
    return { messages, more: ids.length > limit }
  }

  draft(where: service.Where): service.Draft | undefined {
    const { circle, conversation } = this.find(where)
    return circle.participant.timeline(conversation.id).draft()
  }

  setDraft(where: service.Where, draft: service.Draft | undefined): void {
    const found = this.find(where)
    const { circle, conversation } = found
    circle.participant.ownState.setDraft(
      conversation.id,
      draft && {
        text: draft.text,
        ...(draft.replyTo !== undefined && { replyTo: draft.replyTo as MessageId }),
      },
    )
    this.changed(found)
  }

  private changed(found: FoundConversation): void {
    this.emit({ type: 'conversation', conversation: conversationView(found) })
  }

  private find(where: service.Where): FoundConversation {
    return resolveConversation(this.unlocked.circles, where)
  }

  /** To act in it. @throws CallerFault as `find`, or the state of a device that is out */
  private findActive(where: service.Where): FoundConversation {
    const found = this.find(where)
    requireActive(found.circle)
    return found
  }

  private findMessage(id: string): FoundMessage {
    const found = this.lookUp(id)
    if (found === undefined) throw noMessage()
    return found
  }

  /** To change it. */
  private findOwn(id: string): FoundMessage {
    const found = this.findMessage(id)
    const { circle, message } = found
    if (message.kind !== 'text') throw notAMessage()
    if (message.member !== circle.member) throw notYours()
    if (message.deleted) throw noMessage()
    return found
  }

  /** A message by its id alone: the feed in it tells the conversation. */
  private lookUp(id: string): FoundMessage | undefined {
    const { feed } = parseMessageId(id)
    for (const circle of this.unlocked.circles) {
      const conversation = conversationOfFeed(circle, feed)
      const message = conversation && circle.participant.timeline(conversation.id).get(id as MessageId)
      if (message !== undefined && conversation !== undefined) return { circle, conversation, message }
    }
    return undefined
  }
}

/** Peers would take it for a breach of spec §11.4 and name us. */
function notAMessage(): CallerFault {
  return new CallerFault('not-allowed', {
    details: { of: 'line' },
    message: 'This line tells of a change of the conversation: nobody can react to it, edit or delete it.',
    remedy: 'Choose a message that somebody wrote.',
  })
}

function notYours(): CallerFault {
  return new CallerFault('not-allowed', {
    details: { of: 'not-yours' },
    message: 'Only its author can change a message.',
    remedy: 'Ask its author, or answer it.',
  })
}

/** @throws CallerFault 'limit-out-of-range' */
function checkLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= service.MAX_PAGE_MESSAGES) return
  throw new CallerFault('limit-out-of-range', {
    details: { most: service.MAX_PAGE_MESSAGES },
    message: `A page has 1 to ${service.MAX_PAGE_MESSAGES} messages.`,
    remedy: 'Ask for fewer, and for the page before it next.',
  })
}

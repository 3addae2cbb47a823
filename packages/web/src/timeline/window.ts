/**
 * The part of a conversation that the page holds: one run of messages, old to new, without gaps. It grows at either end and
 * gives up as much at the other, so that a conversation of any length costs the same. Pure: each change makes a new one.
 */
import type { Message } from '@triode/api'

export interface Page {
  readonly messages: readonly Message[]
  /** There are older ones. */
  readonly more: boolean
  /** There are newer ones. */
  readonly moreAfter: boolean
}

export interface MessageWindow {
  readonly messages: readonly Message[]
  readonly hasOlder: boolean
  readonly hasNewer: boolean
}

/** How far others have a message, as the event `delivery` says it. */
export type Delivery = Pick<Message, 'id' | 'state' | 'delivered' | 'read'>

export const EMPTY_WINDOW: MessageWindow = { messages: [], hasOlder: false, hasNewer: false }

export function fromPage({ messages, more, moreAfter }: Page): MessageWindow {
  return { messages, hasOlder: more, hasNewer: moreAfter }
}

/** @param page ends where the window begins @param max messages held; the newest go */
export function withOlder(window: MessageWindow, page: Page, max: number): MessageWindow {
  const all = [...missing(window, page.messages), ...window.messages]
  return {
    messages: all.slice(0, max),
    hasOlder: page.more,
    hasNewer: window.hasNewer || all.length > max,
  }
}

/** @param page begins where the window ends @param max messages held; the oldest go */
export function withNewer(window: MessageWindow, page: Page, max: number): MessageWindow {
  const all = [...window.messages, ...missing(window, page.messages)]
  return {
    messages: all.slice(-max),
    hasOlder: window.hasOlder || all.length > max,
    hasNewer: page.moreAfter,
  }
}

/** Messages that just came, at the end until `withTail` says where they stand. Nothing where the end is not held. */
export function withArrived(window: MessageWindow, came: readonly Message[], max: number): MessageWindow {
  if (window.hasNewer) return window
  return withNewer(window, { messages: came, more: true, moreAfter: false }, max)
}

/** The message as it is now; nothing where it is not held. */
export function withChanged(window: MessageWindow, changed: Message): MessageWindow {
  return replaced(window, changed.id, () => changed)
}

export function withDelivery(window: MessageWindow, { id, state, delivered, read }: Delivery): MessageWindow {
  return replaced(window, id, (message) => ({ ...message, state, delivered, read }))
}

export function without(window: MessageWindow, isGone: (message: Message) => boolean): MessageWindow {
  const messages = window.messages.filter((message) => !isGone(message))
  return messages.length === window.messages.length ? window : { ...window, messages }
}

/**
 * The newest page in place of the end of the window: what came late stands where it belongs. Where the two share nothing, more
 * came than a page holds: what lies between is told as newer.
 */
export function withTail(window: MessageWindow, page: Page): MessageWindow {
  const there = new Set(page.messages.map(({ id }) => id))
  const first = window.messages.findIndex(({ id }) => there.has(id))
  if (window.messages.length === 0) return fromPage(page)
  if (first === -1) return { ...window, hasNewer: true }
  return {
    messages: [...window.messages.slice(0, first), ...page.messages],
    hasOlder: window.hasOlder || (first === 0 && page.more),
    hasNewer: false,
  }
}

/** A message that came late, behind the one that it follows; nothing where that one is not held. */
export function withLate(window: MessageWindow, late: Message, previous: string | undefined): MessageWindow {
  const at = window.messages.findIndex(({ id }) => id === previous)
  if (at === -1 || missing(window, [late]).length === 0) return window
  return { ...window, messages: window.messages.toSpliced(at + 1, 0, late) }
}

function missing(window: MessageWindow, candidates: readonly Message[]): Message[] {
  const held = new Set(window.messages.map(({ id }) => id))
  return candidates.filter(({ id }) => !held.has(id) && held.add(id))
}

function replaced(window: MessageWindow, id: string, change: (message: Message) => Message): MessageWindow {
  // What changes is mostly near the end.
  const at = window.messages.findLastIndex((message) => message.id === id)
  const message = window.messages[at]
  return message === undefined ? window : { ...window, messages: window.messages.with(at, change(message)) }
}

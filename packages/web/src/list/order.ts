/** Which conversations the list shows, and in which order. */
import type { Conversation } from '@triode/api'
import { mayCall } from './preferences.ts'
import { scoreOf } from '../palette/score.ts'

export interface Shown {
  /** Only of this circle. */
  readonly circle: string | undefined
  /** Those put away, or the others; while one looks for something, both. */
  readonly archived: boolean
  /** What was typed to find one. */
  readonly filter: string
  /** The name of a conversation as the reader sees it. */
  readonly nameOf: (conversation: Conversation) => string
}

/** The pinned ones first, then newest first; while one looks for something, what fits best first. */
export function inListOrder(conversations: readonly Conversation[], shown: Shown): readonly Conversation[] {
  const ofCircle = conversations.filter(({ circle }) => shown.circle === undefined || circle === shown.circle)
  const filter = shown.filter.trim()
  if (filter === '')
    return ofCircle
      .filter(({ archived }) => archived === shown.archived)
      .sort((one, other) => Number(other.pinned) - Number(one.pinned) || newestFirst(one, other))
  return ofCircle
    .flatMap((conversation) => {
      const score = scoreOf(filter, shown.nameOf(conversation))
      return score === undefined ? [] : [{ conversation, score }]
    })
    .sort((one, other) => other.score - one.score || newestFirst(one.conversation, other.conversation))
    .map(({ conversation }) => conversation)
}

/** The one so many places further, and not past the ends; the first where none is chosen. */
export function neighbour(
  order: readonly Conversation[],
  chosen: string | undefined,
  step: 1 | -1,
): Conversation | undefined {
  const at = order.findIndex(({ conversation }) => conversation === chosen)
  if (at === -1) return step === 1 ? order[0] : order.at(-1)
  return order[at + step]
}

/** Messages not read that may call for attention, by circle; one that was marked unread counts as one. */
export function unreadByCircle(conversations: readonly Conversation[]): ReadonlyMap<string, number> {
  const unread = new Map<string, number>()
  for (const conversation of conversations) {
    const count = callsOf(conversation)
    if (count > 0) unread.set(conversation.circle, (unread.get(conversation.circle) ?? 0) + count)
  }
  return unread
}

export function unreadOfAll(conversations: readonly Conversation[]): number {
  return conversations.reduce((sum, conversation) => sum + callsOf(conversation), 0)
}

function callsOf(conversation: Conversation): number {
  if (!mayCall(conversation)) return 0
  return Math.max(conversation.unread, conversation.markedUnread ? 1 : 0)
}

/** Where nothing was said yet: everyone together first, then rooms, members, and oneself. */
const KINDS: readonly Conversation['kind'][] = ['circle', 'room', 'direct', 'self']

/** No clock of somebody else keeps a conversation on top: nothing was said after it came here. */
export function saidAt({ lastMessage }: Conversation): number {
  return lastMessage === undefined ? 0 : Math.min(lastMessage.at, lastMessage.receivedAt)
}

function newestFirst(one: Conversation, other: Conversation): number {
  const byTime = saidAt(other) - saidAt(one)
  if (byTime !== 0) return byTime
  const byKind = KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind)
  return byKind !== 0 ? byKind : one.name.localeCompare(other.name)
}

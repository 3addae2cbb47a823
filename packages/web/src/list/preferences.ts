/** How one wants to see a conversation: the same on all devices of one's own. */
import type { Conversation } from '@triode/api'

export function isMuted({ mutedUntil }: Conversation, now = Date.now()): boolean {
  return mutedUntil === 'always' || (mutedUntil !== undefined && mutedUntil > now)
}

/** Whether it may call for attention: in counts, in the title, by notifications. */
export function mayCall(conversation: Conversation, now = Date.now()): boolean {
  return !conversation.archived && !isMuted(conversation, now)
}

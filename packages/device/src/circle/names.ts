/** How members and conversations are called where they have no name of their own. */
import type { CircleConversation, CircleState, Member } from '@triode/core'
import type { CircleRuntime } from './circleRuntime.ts'

/** Letters of an id that stand for a name: 40 bits, enough to tell members of a circle apart at a glance. */
const SHORT_ID_LETTERS = 8

export function shortId(id: string): string {
  return id.slice(0, SHORT_ID_LETTERS)
}

/** Where the name does not open, a short id: for a keeper, which has no names key, and whoever was not given it yet (spec §5.13). */
export function circleName({ id, name }: Pick<CircleState, 'id' | 'name'>): string {
  return name ?? shortId(id)
}

export function memberName(member: Member): string {
  return member.nickname ?? shortId(member.id)
}

export function conversationName(circle: CircleRuntime, conversation: CircleConversation): string {
  switch (conversation.kind) {
    case 'circle':
      return circleName(circle.state)
    case 'room':
      return circle.participant.timeline(conversation.id).roomName() ?? shortId(conversation.id)
    case 'self':
      return 'self'
    case 'direct': {
      const peer = conversation.peer === undefined ? undefined : circle.state.members.get(conversation.peer)
      return peer === undefined ? shortId(conversation.id) : memberName(peer)
    }
  }
}

/** Conversations whose history may lie on this device, also when it may not write there any more. */
import { conversationOf, type CircleConversation, type CircleState, type MemberId } from '@triode/core'

/** All of the circle that `member` can or once could read. */
export function heldConversations({
  state,
  member,
}: {
  readonly state: CircleState
  readonly member: MemberId
}): CircleConversation[] {
  const { conversations } = state
  const others = [...state.members.keys()].filter((other) => other !== member)
  const ids = [
    conversations.circle,
    conversations.self(member),
    ...state.rooms.keys(),
    ...others.map((other) => conversations.direct(member, other)),
  ]
  return ids.flatMap((id) => conversationOf(state, id, member) ?? [])
}

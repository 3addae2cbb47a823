/**
 * The conversations of a circle, as one member sees them, and who may read each (spec §2.5, §5.8). The control conversation
 * has readers like the others, and is listed nowhere: no person reads it.
 */
import type { ConversationId, DeviceId, MemberId } from '../id.ts'
import { mayDo } from './role.ts'
import type { CircleState, Member } from './state.ts'

/** Kinds of conversations. */
export type CircleConversationKind = 'circle' | 'room' | 'direct' | 'self'

export interface CircleConversation {
  readonly id: ConversationId
  readonly kind: CircleConversationKind
  /** Active members that may read it, sorted. */
  readonly members: readonly MemberId[]
  /** The other one, of a direct conversation, active or not. */
  readonly peer: MemberId | undefined
}

/** Active members that may read `conversation`, sorted; empty when `me` may not know of it. */
export function membersOf(
  state: CircleState,
  conversation: ConversationId,
  me: MemberId,
): readonly MemberId[] {
  if (conversation === state.conversations.control) return activeMembers(state)
  return conversationOf(state, conversation, me)?.members ?? []
}

/** Active devices that may read `conversation`, those of `me` included, sorted; empty when `me` may not know of it. */
export function readersOf(state: CircleState, conversation: ConversationId, me: MemberId): DeviceId[] {
  return membersOf(state, conversation, me)
    .flatMap((id) => state.members.get(id)?.devices ?? [])
    .filter((device) => state.devices.get(device)?.active === true)
    .sort()
}

/**
 * What `id` is to `me`: one of its conversations, also one with a member that is gone or in a room that `me` left, whose
 * history may still lie here; or undefined.
 */
export function conversationOf(
  state: CircleState,
  id: ConversationId,
  me: MemberId,
): CircleConversation | undefined {
  const { conversations } = state
  const self = state.members.get(me)
  if (self === undefined) return undefined
  if (id === conversations.circle) {
    return mayDo(self.role, 'readCircle') ? describe(id, 'circle', circleReaders(state)) : undefined
  }
  const room = state.rooms.get(id)
  if (room !== undefined) {
    const known = room.members.includes(me) || room.formerMembers.includes(me)
    return known ? describe(id, 'room', room.members) : undefined
  }
  if (id === conversations.self(me)) return describe(id, 'self', self.state === 'active' ? [me] : [])
  const peer = peerOf(state, id, self)
  return peer && describe(id, 'direct', directMembers(self, peer), peer.id)
}

const listedOf = perState(() => new Map<MemberId, readonly CircleConversation[]>())

/** The conversations that `me` may write in now: the circle, rooms, itself, and each other active member. */
export function conversationsOf(state: CircleState, me: MemberId): readonly CircleConversation[] {
  const listed = listedOf(state)
  const known = listed.get(me) ?? listConversations(state, me)
  listed.set(me, known)
  return known
}

function listConversations(state: CircleState, me: MemberId): CircleConversation[] {
  const self = state.members.get(me)
  if (self?.state !== 'active') return []
  const { conversations } = state
  const found = [describe(conversations.self(me), 'self', [me])]
  if (mayDo(self.role, 'readCircle')) {
    found.unshift(describe(conversations.circle, 'circle', circleReaders(state)))
    for (const peer of state.members.values()) {
      if (peer === self || peer.state !== 'active' || !mayDo(peer.role, 'readCircle')) continue
      found.push(describe(conversations.direct(me, peer.id), 'direct', directMembers(self, peer), peer.id))
    }
  }
  for (const room of state.rooms.values()) {
    if (room.members.includes(me)) found.push(describe(room.id, 'room', room.members))
  }
  return found
}

function describe(
  id: ConversationId,
  kind: CircleConversationKind,
  members: readonly MemberId[],
  peer?: MemberId,
): CircleConversation {
  return { id, kind, members, peer }
}

/** Those of the hidden control conversation: whatever their role, guests and keepers too. */
const activeMembers = perState((state): readonly MemberId[] =>
  [...state.members.values()]
    .filter((member) => member.state === 'active')
    .map((member) => member.id)
    .sort(),
)

const circleReaders = perState((state): readonly MemberId[] =>
  [...state.members.values()]
    .filter(mayRead)
    .map((member) => member.id)
    .sort(),
)

/** Made once of a state, which doesn't change: sync asks for each frame. */
function perState<T>(make: (state: CircleState) => T): (state: CircleState) => T {
  const made = new WeakMap<CircleState, { readonly value: T }>()
  return (state) => {
    const known = made.get(state) ?? { value: make(state) }
    made.set(state, known)
    return known.value
  }
}

function mayRead(member: Member): boolean {
  return member.state === 'active' && mayDo(member.role, 'readCircle')
}

function directMembers(self: Member, peer: Member): MemberId[] {
  return [self, peer]
    .filter(mayRead)
    .map((member) => member.id)
    .sort()
}

const peersOf = perState(() => new Map<MemberId, ReadonlyMap<ConversationId, MemberId>>())

/** The other one in the direct conversation `id` of `self`: looked up among all that could be. */
function peerOf(state: CircleState, id: ConversationId, self: Member): Member | undefined {
  const known = peersOf(state)
  const peers = known.get(self.id) ?? directsOf(state, self)
  known.set(self.id, peers)
  const peer = peers.get(id)
  return peer && state.members.get(peer)
}

function directsOf(state: CircleState, self: Member): ReadonlyMap<ConversationId, MemberId> {
  const others = [...state.members.keys()].filter((member) => member !== self.id)
  return new Map(others.map((member) => [state.conversations.direct(self.id, member), member]))
}

/** Who sits in a room, of the entries that have an effect (spec §5.6). */
import type { ConversationId, MemberId } from '../id.ts'
import { seat, type Facts } from './facts.ts'
import { isBefore, type Node } from './graph.ts'
import { smallestHash } from './register.ts'
import { mayDo } from './role.ts'
import type { Member, Room } from './state.ts'

/** @returns undefined when nothing with an effect has created it */
export function foldRoom(
  facts: Facts,
  members: ReadonlyMap<MemberId, Member>,
  hasEffect: (node: Node) => boolean,
  id: ConversationId,
): Room | undefined {
  const creations = facts.rooms.get(id).filter(hasEffect)
  if (creations.length === 0) return undefined
  const creation = smallestHash(creations)
  const creator = facts.memberOf(creation)
  if (creator === undefined) return undefined
  const once = facts.seatsOf(id).filter((member) => facts.roomGrants.get(seat(id, member)).some(hasEffect))
  const sitting = once.filter((member) => {
    const known = members.get(member)
    return known?.state === 'active' && mayDo(known.role, 'joinRoom') && sits(facts, hasEffect, id, member)
  })
  const former = once.filter((member) => !sitting.includes(member)).sort()
  return {
    id,
    creator,
    createdAt: creation.entry.at,
    members: sitting.sort(),
    formerMembers: former,
    leftMembers: former.filter((member) => hasLeft(facts, members, hasEffect, seat(id, member), member)),
  }
}

/** Left the room or the circle, and was taken out of neither by another. */
function hasLeft(
  facts: Facts,
  members: ReadonlyMap<MemberId, Member>,
  hasEffect: (node: Node) => boolean,
  place: string,
  member: MemberId,
): boolean {
  const state = members.get(member)?.state
  const grants = facts.roomGrants.get(place).filter(hasEffect)
  const withdrawals = facts.roomWithdrawals
    .get(place)
    .filter((node) => hasEffect(node) && !grants.some((grant) => isBefore(node, grant)))
  const byItself = withdrawals.every((node) => facts.memberOf(node) === member)
  return byItself && (state === 'left' || (state === 'active' && withdrawals.length > 0))
}

/** Put in by an entry that knew of every withdrawal: concurrently put in and taken out is out. */
function sits(
  facts: Facts,
  hasEffect: (node: Node) => boolean,
  id: ConversationId,
  member: MemberId,
): boolean {
  const key = seat(id, member)
  const withdrawals = facts.roomWithdrawals.get(key).filter(hasEffect)
  return facts.roomGrants
    .get(key)
    .some((grant) => hasEffect(grant) && withdrawals.every((withdrawal) => isBefore(withdrawal, grant)))
}

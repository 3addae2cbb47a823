/**
 * The rules that an entry must keep to have an effect (spec §5.5). A rule looks at the entries in the judged one's past and
 * at those concurrent with it; whether they have an effect themselves may not be known yet, hence three answers.
 *
 * One idea carries them all: a right is *granted* by an entry in the past and lost by a *withdrawal* that does not have
 * the judged entry in its own past. So what somebody signs after, or beside, its own removal has no effect, whatever
 * parents it names; and what was done before, as the remover knew, stands.
 */
import { compareBytes } from '../bytes.ts'
import type { MemberId } from '../id.ts'
import { actIsKnown, actIsOpen, enoughAgree, mayApprove } from './agreement.ts'
import { every, noneHas, not, type Answer, type Court } from './court.ts'
import { deviceIsNotLast, deviceIsOwn, devicesAreFew, mayRevokeDevice, wasDevice } from './deviceRules.ts'
import { hashBytesOf, isBefore, type Node } from './graph.ts'
import { invitedRole, roleAllows, towardsRoleOf } from './heldRole.ts'
import { mayBePolicy } from './policy.ts'
import { mayDo, ROLE, ROLES, type Action, type Role } from './role.ts'
import {
  against,
  beside,
  deviceStands,
  isNotSuspended,
  memberStands,
  pastKnown,
  sitsIn,
  stands,
  wasMember,
  wasSuspended,
} from './standing.ts'

type Rule = (court: Court, node: Node) => Answer

/** In the order in which they are reported; each named in spec §5.5. */
export const RULES = {
  authorSequence,
  circleStands,
  signerIsMember,
  signerDeviceStands,
  signerIsNotSuspended,
  roleMayDoThis,
  seatsAreOpen,
  targetIsMember,
  targetIsAnother,
  targetIsSuspended,
  transferIsUndisputed,
  invitationIsNew,
  invitationIsLive,
  invitationSpentOnce,
  deviceIsNew,
  deviceIsOwn,
  devicesAreFew,
  deviceIsNotLast,
  roomIsKnown,
  authorMayChangeRoom,
  policyIsAllowed,
  actIsKnown,
  actIsOpen,
  enoughAgree,
} as const satisfies Record<string, Rule>

/** `outranked`: lost to a concurrent entry of someone more senior (spec §5.6). */
export type RuleName = keyof typeof RULES | 'outranked'

export const RULE_NAMES = Object.keys(RULES) as (keyof typeof RULES)[]

/** Each entry follows its author's previous one: none is skipped, and none repeated in the knowledge of the first. */
function authorSequence({ facts }: Court, node: Node): Answer {
  return node.entry.sequence === facts.lastSequenceBefore(node) + 1
}

/** Nobody dissolved the circle in anything but the entry's future; who agrees to that, takes it back, or does the same beside it, may. */
function circleStands(court: Court, node: Node): Answer {
  const { payload } = node.entry
  const { dissolutions } = court.facts
  const { counts, all } = against(node)
  switch (payload.type) {
    case 'approve':
    case 'withdraw':
      return noneHas(court, dissolutions, { counts: (end) => counts(end) && payload.act !== end.entry.hash })
    case 'dissolve':
      return noneHas(court, dissolutions, pastKnown(node))
    default:
      return noneHas(court, dissolutions, { counts, ...(all && { all }) })
  }
}

/** The author's member was admitted, and neither removed nor gone in anything but the entry's future. */
function signerIsMember(court: Court, node: Node): Answer {
  return byMember(court, node, (member) => memberStands(court, node, member))
}

function signerDeviceStands(court: Court, node: Node): Answer {
  return deviceStands(court, node, node.entry.author)
}

function signerIsNotSuspended(court: Court, node: Node): Answer {
  return byMember(court, node, (member) => isNotSuspended(court, node, member))
}

/** The matrix of role.ts allows it, for the author's role before and for every role given to it concurrently. */
function roleMayDoThis(court: Court, node: Node): Answer {
  return byMember(court, node, (by) => roleOfMayDoThis(court, node, by))
}

/** Every role may take back its own, as it may leave: asked all the same, so that what ranks an entry in a conflict is decided. */
function roleOfMayDoThis(court: Court, node: Node, by: MemberId): Answer {
  const { payload } = node.entry
  const asks = (action: Action, towards?: Role): Answer => roleAllows(court, node, by, action, towards)
  const asksTowards = (member: MemberId, action: Action): Answer =>
    towardsRoleOf(court, pastKnown(node), member, (role) => asks(action, role))
  switch (payload.type) {
    case 'invite':
      return asks('invite', payload.role)
    case 'admit':
      return asks('invite', invitedRole(court, node))
    case 'revoke-invite': {
      const own = isOwnOf(court, node, court.facts.invites.get(payload.invitation), by)
      return asks(own ? 'leave' : 'revokeOthersInvitation')
    }
    case 'remove':
    case 'suspend':
    case 'restore':
    case 'transfer':
      return asksTowards(payload.member, payload.type)
    case 'role':
      return every(asks('giveRole', payload.role), asksTowards(payload.member, 'takeRole'))
    case 'room':
    case 'sealed-room':
      return asks('createRoom')
    case 'leave':
    case 'nickname':
    case 'rename':
    case 'dissolve':
      return asks(payload.type)
    case 'policy':
      return asks('setPolicy')
    case 'approve':
      return mayApprove(court, node, by)
    case 'invite-device':
    case 'device':
      return asks('addDevice')
    case 'revoke-device':
      return mayRevokeDevice(court, node, payload.device, by)
    // It is the author's own act: see actIsKnown().
    case 'withdraw':
    case 'create':
    case 'room-members':
    case 'sealed-room-members':
      return true
  }
}

/** The seats of a room opened: no member, device, role, invitation or policy hangs on that, and who has no names key needs no rooms. */
function seatsAreOpen(_court: Court, node: Node): Answer {
  const { type } = node.entry.payload
  return type !== 'sealed-room' && type !== 'sealed-room-members'
}

/** Whoever is removed, given a role or put in a room is a member then, and may be in rooms if it is one. */
function targetIsMember(court: Court, node: Node): Answer {
  const { payload } = node.entry
  const known = pastKnown(node)
  switch (payload.type) {
    case 'remove':
    case 'role':
    case 'suspend':
    case 'restore':
    case 'transfer':
      return wasMember(court, known, payload.member)
    case 'revoke-device':
      return wasDevice(court, node, payload.device)
    case 'room':
      return every(...payload.members.map((member) => mayEnterRoom(court, node, member)))
    case 'room-members':
      return every(...payload.add.map((member) => mayEnterRoom(court, node, member)))
    default:
      return true
  }
}

/** Nobody suspends itself, or hands the circle over to itself. */
function targetIsAnother({ facts }: Court, node: Node): Answer {
  const { payload } = node.entry
  const another = payload.type === 'suspend' || payload.type === 'restore' || payload.type === 'transfer'
  return !another || facts.memberOf(node) !== payload.member
}

/** Whoever is restored was suspended then. */
function targetIsSuspended(court: Court, node: Node): Answer {
  const { payload } = node.entry
  return payload.type !== 'restore' || wasSuspended(court, pastKnown(node), payload.member)
}

/**
 * Whom it makes owner is not suspended, and nobody beside it puts that one out, suspends it or gives it another role: the
 * circle keeps the owner it has.
 */
function transferIsUndisputed(court: Court, node: Node): Answer {
  const { payload } = node.entry
  if (payload.type !== 'transfer') return true
  const { member } = payload
  const { removals, leavings, suspensions } = court.facts
  const roles = ROLES.filter((role) => role !== ROLE.owner).map((role) => court.facts.givenTo(member, role))
  const disputes = [removals.get(member), leavings.get(member), suspensions.get(member), ...roles]
  return every(
    not(wasSuspended(court, pastKnown(node), member)),
    ...disputes.map((list) => noneHas(court, list, beside(node))),
  )
}

/** A device makes an invitation once. */
function invitationIsNew({ facts }: Court, node: Node): Answer {
  const { type } = node.entry.payload
  if (type !== 'invite' && type !== 'invite-device') return true
  return !facts.invites.get(node.subject as never).some((other) => isBefore(other, node))
}

/** Made by the very device that admits, before; not revoked, unless knowing of this; not expired by that device's clock. */
function invitationIsLive(court: Court, node: Node): Answer {
  const { payload, at, author } = node.entry
  if (payload.type === 'revoke-invite') {
    return court.facts.invites.get(payload.invitation).some((invite) => isBefore(invite, node))
  }
  if (payload.type !== 'admit' && payload.type !== 'device') return true
  const kind = payload.type === 'admit' ? 'invite' : 'invite-device'
  const grants = court.facts.invites
    .get(payload.invitation)
    .filter(
      ({ entry }) => entry.author === author && entry.payload.type === kind && at <= entry.payload.expires,
    )
  return stands(court, node, { grants, withdrawals: [court.facts.revocations.get(payload.invitation)] })
}

/** One invitation admits one device: the first, and of concurrent ones that with the smaller hash. */
function invitationSpentOnce(court: Court, node: Node): Answer {
  const { payload } = node.entry
  const admits = payload.type === 'admit' || payload.type === 'device'
  return !admits || isFirstOf(court, node, court.facts.spendings.get(payload.invitation))
}

/** One device is admitted once: again by the order, then by the smaller hash. */
function deviceIsNew(court: Court, node: Node): Answer {
  const { type } = node.entry.payload
  const admits = type === 'admit' || type === 'device'
  return !admits || isFirstOf(court, node, court.facts.admissions.get(node.subject as never))
}

function roomIsKnown(court: Court, node: Node): Answer {
  const { payload } = node.entry
  if (payload.type === 'room') {
    return !court.facts.rooms.get(node.subject as never).some((other) => isBefore(other, node))
  }
  if (payload.type !== 'room-members') return true
  return stands(court, node, { grants: court.facts.rooms.get(payload.room), withdrawals: [] })
}

/** Anyone leaves a room; only who is in it changes others' seats, and only its creator or by the matrix. */
function authorMayChangeRoom(court: Court, node: Node): Answer {
  const { payload } = node.entry
  if (payload.type !== 'room-members') return true
  return byMember(court, node, (by) => {
    if (payload.add.length === 0 && payload.remove.every((member) => member === by)) {
      return roleAllows(court, node, by, 'leave')
    }
    const creator = isOwnOf(court, node, court.facts.rooms.get(payload.room), by)
    return every(
      sitsIn(court, node, payload.room, by),
      roleAllows(court, node, by, creator ? 'createRoom' : 'changeOthersRoom'),
    )
  })
}

/** A known policy has one of its values. */
function policyIsAllowed(_court: Court, node: Node): Answer {
  const { payload } = node.entry
  return payload.type !== 'policy' || mayBePolicy(payload.key, payload.value)
}

// ---------------------------------------------------------------- what these rules share

/** `ask`, of the member for which the author speaks; broken when there is none. */
function byMember({ facts }: Court, node: Node, ask: (member: MemberId) => Answer): Answer {
  const member = facts.memberOf(node)
  return member !== undefined && ask(member)
}

/** One of `makings` in the past of `node` is of `by`: one beside it, by a device of two members, must not change the answer. */
function isOwnOf({ facts }: Court, node: Node, makings: readonly Node[], by: MemberId): boolean {
  return makings.some((making) => isBefore(making, node) && facts.memberOf(making) === by)
}

function mayEnterRoom(court: Court, node: Node, member: MemberId): Answer {
  const known = pastKnown(node)
  return every(
    wasMember(court, known, member),
    towardsRoleOf(court, known, member, (role) => mayDo(role, 'joinRoom')),
  )
}

/** None of `others` came before `node` with effect, and of those concurrent with it none has a smaller hash. */
function isFirstOf(court: Court, node: Node, others: readonly Node[]): Answer {
  const hash = hashBytesOf(node)
  return noneHas(court, others, {
    counts: (other) => {
      if (other === node || isBefore(node, other)) return false
      return isBefore(other, node) || compareBytes(hashBytesOf(other), hash) < 0
    },
  })
}

/**
 * The rules that an entry must keep to have an effect (spec §5.5). A rule looks at the entries in the judged one's past and
 * at those concurrent with it; whether they have an effect themselves may not be known yet, hence three answers.
 *
 * One idea carries them all: a right is *granted* by an entry in the past and lost by a *withdrawal* that does not have
 * the judged entry in its own past. So what somebody signs after, or beside, its own removal has no effect, whatever
 * parents it names; and what was done before, as the remover knew, stands.
 */
import { compareBytes } from '../bytes.ts'
import type { ConversationId, MemberId } from '../id.ts'
import { memberOfDevice, seat, type Facts } from './facts.ts'
import { hashBytesOf, isBefore, type Node } from './graph.ts'
import { leastOf, mayDo, ROLE, type Action, type Role } from './role.ts'

/** Whether an entry has an effect; undefined: not known yet. */
export type EffectOf = (node: Node) => boolean | undefined

export interface Court {
  readonly facts: Facts
  readonly effectOf: EffectOf
  /** The first entry of the log. */
  readonly first: Node
}

/** Holds, is broken, or depends on whether these entries have an effect. */
export type Answer = true | false | readonly Node[]
type Rule = (court: Court, node: Node) => Answer

/** In the order in which they are reported; each named in spec §5.5. */
export const RULES = {
  authorSequence,
  signerIsMember,
  roleMayDoThis,
  targetIsMember,
  invitationIsNew,
  invitationIsLive,
  invitationSpentOnce,
  deviceIsNew,
  roomIsKnown,
  authorMayChangeRoom,
} as const satisfies Record<string, Rule>

/** `outranked`: lost to a concurrent entry of someone more senior (spec §5.6). */
export type RuleName = keyof typeof RULES | 'outranked'

export const RULE_NAMES = Object.keys(RULES) as (keyof typeof RULES)[]

/** Each entry follows its author's previous one: none is skipped, and none repeated in the knowledge of the first. */
function authorSequence({ facts }: Court, node: Node): Answer {
  return node.entry.sequence === facts.lastSequenceBefore(node) + 1
}

/** The author was admitted, and neither removed nor gone in anything but the entry's future. */
function signerIsMember(court: Court, node: Node): Answer {
  const { author } = node.entry
  return stands(court, node, {
    grants: court.facts.admissions.get(author),
    withdrawals: court.facts.withdrawals.get(memberOfDevice(author)),
  })
}

/** The matrix of role.ts allows it, for the author's role before and for every role given to it concurrently. */
function roleMayDoThis(court: Court, node: Node): Answer {
  const { author, payload } = node.entry
  const by = memberOfDevice(author)
  const asks = (action: Action, towards?: Role): Answer => roleAllows(court, node, by, action, towards)
  switch (payload.type) {
    case 'invite':
      return asks('invite', payload.role)
    case 'admit':
      return asks('invite', invitedRole(court, node))
    case 'revoke-invite': {
      const own = court.facts.invites.get(payload.invitation).some((invite) => invite.entry.author === author)
      return own || asks('revokeOthersInvitation')
    }
    case 'leave':
      return asks('leave')
    case 'remove':
      return towardsRoleOf(court, node, payload.member, (role) => asks('remove', role))
    case 'role':
      return every(
        asks('giveRole', payload.role),
        towardsRoleOf(court, node, payload.member, (role) => asks('takeRole', role)),
      )
    case 'room':
      return asks('createRoom')
    case 'nickname':
      return asks('nickname')
    case 'rename':
      return asks('rename')
    case 'create':
    case 'room-members':
      return true
  }
}

/** Whoever is removed, given a role or put in a room is a member then, and may be in rooms if it is one. */
function targetIsMember(court: Court, node: Node): Answer {
  const { payload } = node.entry
  switch (payload.type) {
    case 'remove':
    case 'role':
      return wasMember(court, node, payload.member)
    case 'room':
      return every(...payload.members.map((member) => mayEnterRoom(court, node, member)))
    case 'room-members':
      return every(...payload.add.map((member) => mayEnterRoom(court, node, member)))
    default:
      return true
  }
}

/** A device makes an invitation once. */
function invitationIsNew({ facts }: Court, node: Node): Answer {
  if (node.entry.payload.type !== 'invite') return true
  return !facts.invites.get(node.subject as never).some((other) => isBefore(other, node))
}

/** Made by the very device that admits, before; not revoked, unless knowing of this; not expired by that device's clock. */
function invitationIsLive(court: Court, node: Node): Answer {
  const { payload, at, author } = node.entry
  if (payload.type === 'revoke-invite') {
    return court.facts.invites.get(payload.invitation).some((invite) => isBefore(invite, node))
  }
  if (payload.type !== 'admit') return true
  const grants = court.facts.invites
    .get(payload.invitation)
    .filter(
      ({ entry }) =>
        entry.author === author && entry.payload.type === 'invite' && at <= entry.payload.expires,
    )
  return stands(court, node, { grants, withdrawals: court.facts.revocations.get(payload.invitation) })
}

/** One invitation admits one device: the first, and of concurrent ones that with the smaller hash. */
function invitationSpentOnce(court: Court, node: Node): Answer {
  const { payload } = node.entry
  return payload.type !== 'admit' || isFirstOf(court, node, court.facts.spendings.get(payload.invitation))
}

/** One device is admitted once: again by the order, then by the smaller hash. */
function deviceIsNew(court: Court, node: Node): Answer {
  const { payload } = node.entry
  return payload.type !== 'admit' || isFirstOf(court, node, court.facts.admissions.get(node.subject as never))
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
  const { payload, author } = node.entry
  if (payload.type !== 'room-members') return true
  const by = memberOfDevice(author)
  if (payload.add.length === 0 && payload.remove.every((member) => member === by)) return true
  const creator = court.facts.rooms.get(payload.room).some((room) => room.entry.author === author)
  return every(
    sitsIn(court, node, payload.room, by),
    roleAllows(court, node, by, creator ? 'createRoom' : 'changeOthersRoom'),
  )
}

// ---------------------------------------------------------------- what rules are made of

/** All hold. */
export function every(...answers: readonly Answer[]): Answer {
  if (answers.includes(false)) return false
  const open = answers.flatMap((answer) => (answer === true || answer === false ? [] : answer))
  return open.length === 0 ? true : open
}

function some(...answers: readonly Answer[]): Answer {
  if (answers.includes(true)) return true
  const open = answers.flatMap((answer) => (answer === true || answer === false ? [] : answer))
  return open.length === 0 ? false : open
}

function has(court: Court, node: Node): Answer {
  return court.effectOf(node) ?? [node]
}

function hasNot(court: Court, node: Node): Answer {
  const effect = court.effectOf(node)
  return effect === undefined ? [node] : !effect
}

interface Standing {
  readonly grants: readonly Node[]
  readonly withdrawals: readonly Node[]
}

/**
 * Some grant in the past of `node` has an effect, and no withdrawal takes it back: a withdrawal counts unless it has
 * `node` in its own past, or the grant has the withdrawal in its past.
 */
function stands(court: Court, node: Node, { grants, withdrawals }: Standing): Answer {
  const counting = withdrawals.filter((other) => other !== node && !isBefore(node, other))
  const held = grants
    .filter((grant) => isBefore(grant, node))
    .map((grant) => {
      const against = counting.filter((other) => !isBefore(other, grant))
      return every(has(court, grant), ...against.map((other) => hasNot(court, other)))
    })
  return some(...held)
}

/** As stands(), with only what `node` knew of: for whom an entry is about, not who wrote it. */
function stoodBefore(court: Court, node: Node, { grants, withdrawals }: Standing): Answer {
  return stands(court, node, { grants, withdrawals: withdrawals.filter((other) => isBefore(other, node)) })
}

function wasMember(court: Court, node: Node, member: MemberId): Answer {
  return stoodBefore(court, node, {
    grants: court.facts.admissions.get(member as never),
    withdrawals: court.facts.withdrawals.get(member),
  })
}

function mayEnterRoom(court: Court, node: Node, member: MemberId): Answer {
  return every(
    wasMember(court, node, member),
    towardsRoleOf(court, node, member, (role) => mayDo(role, 'joinRoom')),
  )
}

function sitsIn(court: Court, node: Node, room: ConversationId, member: MemberId): Answer {
  const key = seat(room, member)
  return stands(court, node, {
    grants: court.facts.roomGrants.get(key),
    withdrawals: court.facts.roomWithdrawals.get(key),
  })
}

/** None of `others` came before `node` with effect, and of those concurrent with it none has a smaller hash. */
function isFirstOf(court: Court, node: Node, others: readonly Node[]): Answer {
  const rivals = others.filter((other) => {
    if (other === node || isBefore(node, other)) return false
    return isBefore(other, node) || compareBytes(hashBytesOf(other), hashBytesOf(node)) < 0
  })
  return every(...rivals.map((other) => hasNot(court, other)))
}

/** The role that the invitation of an admission gives; keeper, the least, when there is no such invitation. */
export function invitedRole({ facts }: Pick<Court, 'facts'>, admission: Node): Role {
  const { payload, author } = admission.entry
  if (payload.type !== 'admit') return ROLE.owner
  const roles = facts.invites
    .get(payload.invitation)
    .filter((invite) => invite.entry.author === author && isBefore(invite, admission))
    .flatMap(({ entry }) => (entry.payload.type === 'invite' ? [entry.payload.role] : []))
  return roles.length === 0 ? ROLE.keeper : leastOf(roles)
}

/** Nodes that are in no other's past, of `nodes`. */
export function latest(nodes: readonly Node[]): Node[] {
  return nodes.filter((node) => !nodes.some((other) => isBefore(node, other)))
}

/** The role that an entry gives to a member: by admission, or changed. */
export function givenRole(court: Pick<Court, 'facts'>, node: Node): Role {
  return node.entry.payload.type === 'role' ? node.entry.payload.role : invitedRole(court, node)
}

interface RoleBefore {
  readonly role: Role
  /** Changes of it in the past of which it is not known whether they have an effect. */
  readonly open: readonly Node[]
}

/** The role of `member` as `node` knew it; of concurrent changes, the least. */
function roleBefore(court: Court, node: Node, member: MemberId): RoleBefore {
  const grants = [...court.facts.admissions.get(member as never), ...court.facts.roles.get(member)]
  const known = grants.filter((grant) => isBefore(grant, node))
  const open = known.filter((grant) => court.effectOf(grant) === undefined)
  const given = latest(known.filter((grant) => court.effectOf(grant) === true))
  return {
    role: given.length === 0 ? ROLE.keeper : leastOf(given.map((grant) => givenRole(court, grant))),
    open,
  }
}

function towardsRoleOf(court: Court, node: Node, member: MemberId, ask: (role: Role) => Answer): Answer {
  const { role, open } = roleBefore(court, node, member)
  return open.length > 0 ? open : ask(role)
}

/** `member` had a role that allows it, and no role given to it concurrently denies it. */
function roleAllows(court: Court, node: Node, member: MemberId, action: Action, towards?: Role): Answer {
  const denying = court.facts.roles
    .get(member)
    .filter((change) => change !== node && !isBefore(change, node) && !isBefore(node, change))
    .filter((change) => !mayDo(givenRole(court, change), action, towards))
  return every(
    towardsRoleOf(court, node, member, (role) => mayDo(role, action, towards)),
    ...denying.map((change) => hasNot(court, change)),
  )
}

/** What ranks `node` in a conflict: see spec §5.6. */
export function claimedRole(court: Court, node: Node): Role {
  const optimistic: Court = { ...court, effectOf: (other) => court.effectOf(other) ?? true }
  return roleBefore(optimistic, node, memberOfDevice(node.entry.author)).role
}

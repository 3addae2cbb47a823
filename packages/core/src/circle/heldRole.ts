/** Which role a member had where an entry stands, and whether it allows what the entry does (spec §5.5). */
import type { MemberId } from '../id.ts'
import { every, noneHas, type Answer, type Court } from './court.ts'
import { areConcurrent, isBefore, type Node } from './graph.ts'
import { leastOf, mayDo, ROLE, type Action, type Role } from './role.ts'
import { pastKnown, type Known } from './standing.ts'

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

/** The role that an entry gives to `member`: by admission, transfer, or changed. */
export function givenRole(court: Pick<Court, 'facts'>, node: Node, member: MemberId): Role {
  const { payload } = node.entry
  if (payload.type === 'role') return payload.role
  if (payload.type === 'transfer') return payload.member === member ? ROLE.owner : ROLE.admin
  return invitedRole(court, node)
}

/** Nodes that are in no other's past, of `nodes`. */
export function latest(nodes: readonly Node[]): Node[] {
  return nodes.filter((node) => !nodes.some((other) => isBefore(node, other)))
}

interface HeldRole {
  readonly role: Role
  /** Changes of it that are known and of which it is not known whether they have an effect. */
  readonly open: readonly Node[]
}

/** The role of `member` as far as known; of concurrent changes, the least. */
export function roleHeld(court: Court, known: Known, member: MemberId): HeldRole {
  const grants = [...court.facts.foundings.get(member), ...court.facts.roles.get(member)].filter(known)
  const open = grants.filter((grant) => court.effectOf(grant) === undefined)
  const given = latest(grants.filter((grant) => court.effectOf(grant) === true))
  return {
    role: given.length === 0 ? ROLE.keeper : leastOf(given.map((grant) => givenRole(court, grant, member))),
    open,
  }
}

/** `ask`, of the role of `member` as far as known. */
export function towardsRoleOf(
  court: Court,
  known: Known,
  member: MemberId,
  ask: (role: Role) => Answer,
): Answer {
  const { role, open } = roleHeld(court, known, member)
  return open.length > 0 ? open : ask(role)
}

/** `member` had a role that allows it, and no role given to it concurrently denies it. */
export function roleAllows(
  court: Court,
  node: Node,
  member: MemberId,
  action: Action,
  towards?: Role,
): Answer {
  return roleLets(court, node, member, (role) => mayDo(role, action, towards))
}

/** As roleAllows(), for what takes more than one cell of the matrix. */
export function roleLets(court: Court, node: Node, member: MemberId, lets: (role: Role) => boolean): Answer {
  const denying = court.facts.roles
    .get(member)
    .filter((change) => areConcurrent(change, node))
    .filter((change) => !lets(givenRole(court, change, member)))
  return every(towardsRoleOf(court, pastKnown(node), member, lets), noneHas(court, denying))
}

/** What ranks `node` of `member` in a conflict: see spec §5.6. */
export function claimedRole(court: Court, node: Node, member: MemberId): Role {
  const optimistic: Court = { ...court, effectOf: (other) => court.effectOf(other) ?? true }
  return roleHeld(optimistic, pastKnown(node), member).role
}

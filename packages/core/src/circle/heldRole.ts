/** Which role a member had where an entry stands, and whether it allows what the entry does (spec §5.5). */
import type { MemberId } from '../id.ts'
import { countedIn, every, noneHas, openIn, type Answer, type Court } from './court.ts'
import { isBefore, type Node } from './graph.ts'
import { leastOf, mayDo, ROLE, ROLES, type Action, type Role } from './role.ts'
import { beside, pastKnown, type Known } from './standing.ts'

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
  const kept: Node[] = []
  // What is before one of them is before one that none follows, which has a later place: looked at before it.
  for (const node of [...nodes].sort((a, b) => b.index - a.index)) {
    if (!kept.some((other) => isBefore(node, other))) kept.push(node)
  }
  const last = new Set(kept)
  return nodes.filter((node) => last.has(node))
}

/** The role of `member` as far as known; of concurrent changes, the least. */
function roleHeld(court: Court, known: Known, member: MemberId): Role {
  const { foundings, roles } = court.facts
  const grants = [foundings, roles].flatMap((shelf) => countedIn(court, shelf.get(member), known))
  const given = latest(grants.filter((grant) => court.effectOf(grant) === true))
  return given.length === 0 ? ROLE.keeper : leastOf(given.map((grant) => givenRole(court, grant, member)))
}

/** `ask`, of the role of `member` as far as known; what is open while it is not known of all changes whether they have an effect. */
export function towardsRoleOf(
  court: Court,
  known: Known,
  member: MemberId,
  ask: (role: Role) => Answer,
): Answer {
  const { foundings, roles } = court.facts
  const open = [foundings, roles].map((shelf) => openIn(court, shelf.get(member), known))
  const waits = open.filter(({ length }) => length > 0)
  return waits.length > 0 ? waits : ask(roleHeld(court, known, member))
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
  const denying = ROLES.filter((role) => !lets(role)).map((role) =>
    noneHas(court, court.facts.givenTo(member, role), beside(node)),
  )
  return every(towardsRoleOf(court, pastKnown(node), member, lets), ...denying)
}

/** What ranks `node` of `member` in a conflict: see spec §5.6. */
export function claimedRole(court: Court, node: Node, member: MemberId): Role {
  const optimistic: Court = { ...court, effectOf: (other) => court.effectOf(other) ?? true }
  return roleHeld(optimistic, pastKnown(node), member)
}

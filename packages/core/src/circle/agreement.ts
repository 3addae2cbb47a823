/**
 * Acts to which several owners and admins must agree (spec §5.12): as many as the policy `approvals` asks for where the act
 * stands, or beside it, but no more than could. The author is one of them. An act that enough agree to counts from its own
 * place in the graph on. Until then its author may withdraw it, and some day it expires: neither undoes what has an effect.
 */
import type { MemberId } from '../id.ts'
import {
  effectiveIn,
  every,
  has,
  noneHas,
  not,
  openIn,
  openOf,
  some,
  type Answer,
  type Court,
} from './court.ts'
import type { Effective, Open } from './contest.ts'
import type { Entry } from './entry.ts'
import { isAct } from './facts.ts'
import { isBefore, type Node } from './graph.ts'
import { roleAllows, towardsRoleOf } from './heldRole.ts'
import { POLICIES } from './policy.ts'
import { ACTION, isRuling, type Role } from './role.ts'
import { ACT_LIFETIME_MS } from './spec.ts'
import { against, pastKnown, wasMember, type Known } from './standing.ts'

/** What an act asks of the others; whether its author may do it is a matter of the matrix in role.ts. */
interface Deed {
  readonly target: MemberId | undefined
  /** Whether it is one of those that others must agree to, towards the target's role. */
  readonly isGrave: (towards: Role | undefined) => boolean
}

function deedOf({ entry: { payload } }: Node): Deed | undefined {
  if (!isAct(payload)) return undefined
  const deed = (target?: MemberId): Deed => ({ target, isGrave: () => true })
  switch (payload.type) {
    case 'remove':
    case 'transfer':
      return deed(payload.member)
    case 'dissolve':
    case 'policy':
    case 'invite':
      return deed()
    case 'role':
      return {
        target: payload.member,
        isGrave: (towards) => isRuling(payload.role) || (towards !== undefined && isRuling(towards)),
      }
    default:
      return undefined
  }
}

/** The act that is approved is in the past, another's, and not about the approving member; that which is withdrawn one's own. */
export function actIsKnown(court: Court, node: Node): Answer {
  const { type } = node.entry.payload
  if (type !== 'approve' && type !== 'withdraw') return true
  const act = actOf(court, node)
  if (act === undefined) return false
  const by = court.facts.memberOf(node)
  const isOwn = by === court.facts.memberOf(act)
  return type === 'withdraw' ? isOwn : !isOwn && by !== deedOf(act)?.target
}

/**
 * The act that is approved has not expired, by the clock of who approves, and nobody withdrew it as far as that one knew. A
 * withdrawal beside an approval takes nothing back: else an author could undo later what enough had agreed to, by signing on
 * top of old entries.
 */
export function actIsOpen(court: Court, approval: Node): Answer {
  const { payload, at } = approval.entry
  const act = actOf(court, approval)
  if (payload.type !== 'approve' || act === undefined) return true
  if (at > expiryOf(act.entry)) return false
  return noneHas(court, court.facts.actWithdrawals.get(payload.act), pastKnown(approval))
}

/** When an act can't be approved any more, in ms since 1970. */
export function expiryOf({ at }: Pick<Entry, 'at'>): number {
  return Math.min(at + ACT_LIFETIME_MS, Number.MAX_SAFE_INTEGER)
}

/** The act that an approval or a withdrawal names, if it is in its past: one that comes in later must not change the answer. */
function actOf({ facts }: Court, node: Node): Node | undefined {
  const { payload } = node.entry
  const names = payload.type === 'approve' || payload.type === 'withdraw'
  const act = names ? facts.acts.get(payload.act) : undefined
  return act !== undefined && isBefore(act, node) ? act : undefined
}

/** Whoever approves was owner or admin where the act stands, and still is where the approval stands. */
export function mayApprove(court: Court, approval: Node, by: MemberId): Answer {
  const act = actOf(court, approval)
  if (act === undefined || deedOf(act) === undefined) return false
  return every(isElector(court, pastKnown(act), act, by), roleAllows(court, approval, by, ACTION.approve))
}

/** Enough members agree; whoever removes itself, or steps down, needs nobody's consent. */
export function enoughAgree(court: Court, node: Node): Answer {
  const deed = deedOf(node)
  if (deed === undefined || deed.target === court.facts.memberOf(node)) return true
  if (court.facts.policies.get('approvals').length === 0) return true
  const grave = towards(court, node, deed, deed.isGrave)
  if (grave !== true) return not(grave)
  const approving = [...approvalsOf(court, node).values()]
  const agreeing = approving.filter((answer) => answer === true).length + 1
  const possible = approving.filter((answer) => answer !== false).length + 1
  const asked = askedFor(court, node)
  if (agreeing >= asked.most) return true
  // Which electors count follows from the settings: while one of these is open, nothing is known of them.
  if (asked.open.length > 0) return [...asked.open, ...openOf(approving)]
  const electors = electorsFor(court, node, asked.policies)
  const could = electors.filter((answer) => answer !== false).length
  const can = electors.filter((answer) => answer === true).length
  if (agreeing >= clamp(asked.most, could)) return true
  if (possible < clamp(asked.most, can)) return false
  return [...openOf(electors), ...openOf(approving)]
}

/** Who agrees to a pending act, the author first, and how many must: where everything is decided. */
export function tallyOf(
  court: Court,
  act: Node,
): {
  readonly approvals: readonly MemberId[]
  readonly needed: number
  readonly target: MemberId | undefined
} {
  const by = court.facts.memberOf(act)
  const asked = askedFor(court, act)
  const electors = electorsFor(court, act, asked.policies)
  const agreeing = [...approvalsOf(court, act)].flatMap(([member, answer]) =>
    answer === true ? [member] : [],
  )
  return {
    approvals: [...(by === undefined ? [] : [by]), ...agreeing.sort()],
    needed: clamp(asked.most, electors.filter((answer) => answer === true).length),
    target: deedOf(act)?.target,
  }
}

function clamp(asked: number, could: number): number {
  return Math.max(1, Math.min(asked, could))
}

/** Whether each member that approves `act` does so with an effect. */
function approvalsOf(court: Court, act: Node): Map<MemberId, Answer> {
  const approvals = new Map<MemberId, Answer>()
  for (const approval of court.facts.approvals.get(act.entry.hash)) {
    const by = court.facts.memberOf(approval)
    if (by === undefined) continue
    approvals.set(by, some(approvals.get(by) ?? false, has(court, approval)))
  }
  return approvals
}

interface Asked {
  /** How many must agree; at most, while something is open. */
  readonly most: number
  /** The settings from which this follows. */
  readonly policies: readonly Effective[]
  readonly open: Open
}

/**
 * What the settings in the act's past ask for, or those beside it, whichever is more: who signs on top of old entries gains
 * nothing. The setting of `approvals` itself looks at its past only; of two beside each other the stricter one counts anyway.
 */
function askedFor(court: Court, act: Node): Asked {
  const past = pastKnown(act)
  const beside = act.entry.payload.type === 'policy' ? past : against(act)
  const lists = POLICIES.approvals.values.map((value) => court.facts.approvalsAsked.get(value))
  const open = lists.map((list) => openIn(court, list, beside)).filter(({ length }) => length > 0)
  if (open.length > 0) {
    const asking = lists.filter((list) => noneHas(court, list, beside) !== true)
    return { most: Math.max(1, ...asking.map(valueOf)), policies: [], open }
  }
  const [known, others] = [past, beside].map((counting) =>
    lists.map((list) => effectiveIn(court, list, counting)).filter(({ nodes }) => nodes.length > 0),
  )
  const policies = [known ?? [], others ?? []]
  return { most: Math.max(1, ...policies.map(lastAsked)), policies: policies.flat(), open: [] }
}

/** What the first of a list asks for, as they all do. */
function valueOf([policy]: readonly Node[]): number {
  return policy?.entry.payload.type === 'policy' ? Number(policy.entry.payload.value) : 1
}

/** The most that is asked for by a setting that no other one of these follows. */
function lastAsked(policies: readonly Effective[]): number {
  const lasting = policies.filter(({ nodes }) =>
    nodes.some((node) => !policies.some((other) => other.precedes(node))),
  )
  return Math.max(1, ...lasting.map(({ nodes }) => valueOf(nodes)))
}

/**
 * Of those who were ever made owner or admin, whether each still was, whatever the act: as of its past, and as of the settings that ask
 * for approvals, so that signing on top of old entries makes nobody the only one. The suspended count: otherwise one could
 * suspend all others, and be the only one too.
 */
function electorsFor(court: Court, act: Node, policies: readonly Effective[]): Answer[] {
  const known: Known = {
    counts: (node) => isBefore(node, act) || policies.some((policy) => policy.covers(node)),
  }
  return [...court.facts.rulers].map((member) => isElector(court, known, act, member))
}

function isElector(court: Court, known: Known, act: Node, member: MemberId): Answer {
  const deed = deedOf(act)
  if (deed === undefined || member === deed.target) return false
  return every(wasMember(court, known, member), towardsRoleOf(court, known, member, isRuling))
}

/** `ask`, of the role that the act's target has where the act stands, if there is a target. */
function towards(court: Court, act: Node, { target }: Deed, ask: (role?: Role) => Answer): Answer {
  return target === undefined ? ask() : towardsRoleOf(court, pastKnown(act), target, ask)
}

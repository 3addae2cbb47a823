/**
 * What rules are made of (spec §5.5): a right is *granted* by an entry in the past and lost by a *withdrawal* that does not
 * have the judged entry in its own past.
 */
import type { ConversationId, DeviceId, MemberId } from '../id.ts'
import { every, has, hasNot, noneHas, not, some, type Answer, type Court } from './court.ts'
import { memberAdmitted, seat } from './facts.ts'
import { isBefore, type Node } from './graph.ts'

interface Rights {
  readonly grants: readonly Node[]
  readonly withdrawals: readonly Node[]
}

/** What a judgement takes for known: the past of an entry, or more. */
export type Known = (node: Node) => boolean

export function pastKnown(node: Node): Known {
  return (other) => isBefore(other, node)
}

/** The withdrawals that may count against `node`: all but itself and those that knew of it. */
export function against(node: Node, withdrawals: readonly Node[]): Node[] {
  return withdrawals.filter((other) => other !== node && !isBefore(node, other))
}

/** Some grant in the past of `node` has an effect, and no withdrawal outside of the grant's past takes it back. */
export function stands(court: Court, node: Node, { grants, withdrawals }: Rights): Answer {
  return held(court, pastKnown(node), { grants, withdrawals: against(node, withdrawals) })
}

/** As stands(), with only what is known: for whom an entry is about, not who wrote it. */
function stood(court: Court, known: Known, { grants, withdrawals }: Rights): Answer {
  return held(court, known, { grants, withdrawals: withdrawals.filter(known) })
}

function held(court: Court, known: Known, { grants, withdrawals }: Rights): Answer {
  const answers = grants.filter(known).map((grant) => {
    const taking = withdrawals.filter((other) => court.effectOf(other) !== false && !isBefore(other, grant))
    return every(has(court, grant), noneHas(court, taking))
  })
  return some(...answers)
}

function membership({ facts }: Court, member: MemberId): Rights {
  return { grants: facts.foundings.get(member), withdrawals: facts.withdrawals.get(member) }
}

/**
 * The author's member was admitted, and neither removed nor gone in anything but the entry's future. Of two leavings beside
 * each other, by two devices or by one that was restored from a backup, neither takes the other back.
 */
export function memberStands(court: Court, node: Node, member: MemberId): Answer {
  const { grants, withdrawals } = membership(court, member)
  const beside = (other: Node): boolean => isLeaving(node) && isLeaving(other) && !isBefore(other, node)
  return stands(court, node, { grants, withdrawals: withdrawals.filter((other) => !beside(other)) })
}

function isLeaving({ entry }: Node): boolean {
  return entry.payload.type === 'leave'
}

export function wasMember(court: Court, known: Known, member: MemberId): Answer {
  return stood(court, known, membership(court, member))
}

/** The author's device was admitted into its member, and not revoked in anything but the entry's future. */
export function deviceStands(court: Court, node: Node, device: DeviceId): Answer {
  return stands(court, node, {
    grants: court.facts.admissions.get(device),
    withdrawals: court.facts.deviceRevocations.get(device),
  })
}

/** Admitted into `member`, and not revoked, as far as known; the member itself may be gone. */
export function wasDeviceOf(court: Court, known: Known, device: DeviceId, member: MemberId): Answer {
  return stood(court, known, {
    grants: court.facts.admissions.get(device).filter((admission) => memberAdmitted(admission) === member),
    withdrawals: court.facts.deviceRevocations.get(device),
  })
}

/** Every suspension that may count against `node` has no effect, or was undone before `node` by one who knew of it. */
export function isNotSuspended(court: Court, node: Node, member: MemberId): Answer {
  return undone(court, pastKnown(node), against(node, court.facts.suspensions.get(member)), member)
}

export function wasSuspended(court: Court, known: Known, member: MemberId): Answer {
  return not(undone(court, known, court.facts.suspensions.get(member).filter(known), member))
}

function undone(court: Court, known: Known, suspensions: readonly Node[], member: MemberId): Answer {
  if (suspensions.length === 0) return true
  const restorations = court.facts.restorations.get(member).filter(known)
  const answers = suspensions.map((suspension) => {
    const undoing = restorations.filter((other) => isBefore(suspension, other))
    return some(hasNot(court, suspension), ...undoing.map((other) => has(court, other)))
  })
  return every(...answers)
}

export function sitsIn(court: Court, node: Node, room: ConversationId, member: MemberId): Answer {
  const key = seat(room, member)
  return stands(court, node, {
    grants: court.facts.roomGrants.get(key),
    withdrawals: court.facts.roomWithdrawals.get(key),
  })
}

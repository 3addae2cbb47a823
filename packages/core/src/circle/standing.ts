/**
 * What rules are made of (spec §5.5): a right is *granted* by an entry in the past and lost by a *withdrawal* that does not
 * have the judged entry in its own past.
 */
import type { ConversationId, DeviceId, MemberId } from '../id.ts'
import {
  countedIn,
  every,
  has,
  hasNot,
  noneHas,
  not,
  some,
  type Answer,
  type Counting,
  type Court,
} from './court.ts'
import { memberAdmitted, seat } from './facts.ts'
import { areConcurrent, isBefore, type Node } from './graph.ts'

interface Rights {
  readonly grants: readonly Node[]
  /** In lists that stay as they are while a log is judged. */
  readonly withdrawals: readonly (readonly Node[])[]
}

/** A list of withdrawals, and which of them count. */
type Taking = readonly [list: readonly Node[], counting: Counting]

/** What a judgement takes for known: the past of an entry, or more. */
export type Known = Counting

export function pastKnown(node: Node): Known {
  return {
    counts: (other) => isBefore(other, node),
    all: (of) => of.isBefore(node),
    none: (of) => of.isNotBefore(node),
  }
}

/** What may count against `node`: all but itself and those that knew of it. */
export function against(node: Node): Counting {
  return {
    counts: (other) => other !== node && !isBefore(node, other),
    all: (of) => !of.covers(node),
    none: (of) => of.isAfter(node),
  }
}

/** Neither in the past nor in the future of `node`. */
export function beside(node: Node): Counting {
  return {
    counts: (other) => areConcurrent(other, node),
    all: (of) => of.isNotBefore(node) && !of.covers(node),
    none: (of) => of.isBefore(node) || of.isAfter(node),
  }
}

/** Some grant in the past of `node` has an effect, and no withdrawal outside of the grant's past takes it back. */
export function stands(court: Court, node: Node, { grants, withdrawals }: Rights): Answer {
  const takings = withdrawals.map((list): Taking => [list, against(node)])
  return held(court, grants.filter(pastKnown(node).counts), takings)
}

/** As stands(), with only what is known: for whom an entry is about, not who wrote it. */
function stood(court: Court, known: Known, { grants, withdrawals }: Rights): Answer {
  const takings = withdrawals.map((list): Taking => [list, known])
  return held(court, grants.filter(known.counts), takings)
}

function held(court: Court, grants: readonly Node[], takings: readonly Taking[]): Answer {
  const answers = grants.map((grant) => {
    const taken = takings.map(([list, { counts, all, none }]) =>
      noneHas(court, list, {
        counts: (other) => counts(other) && !isBefore(other, grant),
        all: (of) => of.isNotBefore(grant) && all?.(of) === true,
        ...(none && { none }),
      }),
    )
    return every(has(court, grant), ...taken)
  })
  return some(...answers)
}

function membership({ facts }: Court, member: MemberId): Rights {
  return {
    grants: facts.foundings.get(member),
    withdrawals: [facts.removals.get(member), facts.leavings.get(member)],
  }
}

/**
 * The author's member was admitted, and neither removed nor gone in anything but the entry's future. Of two leavings beside
 * each other, by two devices or by one that was restored from a backup, neither takes the other back.
 */
export function memberStands(court: Court, node: Node, member: MemberId): Answer {
  const { grants, withdrawals } = membership(court, member)
  if (node.entry.payload.type !== 'leave') return stands(court, node, { grants, withdrawals })
  const known = pastKnown(node)
  return held(court, grants.filter(known.counts), [
    [court.facts.removals.get(member), against(node)],
    [court.facts.leavings.get(member), known],
  ])
}

export function wasMember(court: Court, known: Known, member: MemberId): Answer {
  return stood(court, known, membership(court, member))
}

/** The author's device was admitted into its member, and not revoked in anything but the entry's future. */
export function deviceStands(court: Court, node: Node, device: DeviceId): Answer {
  return stands(court, node, {
    grants: court.facts.admissions.get(device),
    withdrawals: [court.facts.deviceRevocations.get(device)],
  })
}

/** Admitted into `member`, and not revoked, as far as known; the member itself may be gone. */
export function wasDeviceOf(court: Court, known: Known, device: DeviceId, member: MemberId): Answer {
  return stood(court, known, {
    grants: court.facts.admissions.get(device).filter((admission) => memberAdmitted(admission) === member),
    withdrawals: [court.facts.deviceRevocations.get(device)],
  })
}

/** Every suspension that may count against `node` has no effect, or was undone before `node` by one who knew of it. */
export function isNotSuspended(court: Court, node: Node, member: MemberId): Answer {
  return undone(court, pastKnown(node), member, against(node))
}

export function wasSuspended(court: Court, known: Known, member: MemberId): Answer {
  return not(undone(court, known, member, known))
}

function undone(court: Court, known: Known, member: MemberId, counting: Counting): Answer {
  const suspensions = court.facts.suspensions.get(member)
  if (suspensions.length === 0) return true
  const restorations = countedIn(court, court.facts.restorations.get(member), known)
  if (restorations.length === 0) return noneHas(court, suspensions, counting)
  const last = restorations.reduce((most, { index }) => Math.max(most, index), 0)
  const undoing = (suspension: Node): Node[] => restorations.filter((other) => isBefore(suspension, other))
  const lasting = noneHas(court, suspensions, {
    counts: (one) => counting.counts(one) && undoing(one).length === 0,
    all: (of) => of.firstIndex > last && counting.all?.(of) === true,
    ...(counting.none && { none: counting.none }),
  })
  const answers = countedIn(court, suspensions, counting).flatMap((suspension) => {
    const others = undoing(suspension)
    return others.length === 0
      ? []
      : [some(hasNot(court, suspension), ...others.map((other) => has(court, other)))]
  })
  return every(lasting, ...answers)
}

export function sitsIn(court: Court, node: Node, room: ConversationId, member: MemberId): Answer {
  const key = seat(room, member)
  return stands(court, node, {
    grants: court.facts.roomGrants.get(key),
    withdrawals: [court.facts.roomWithdrawals.get(key)],
  })
}

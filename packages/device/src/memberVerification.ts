/** What a person has compared of a member's keys (spec §6.7), as often as each message asks for it. */
import { VERIFICATION, type CircleState, type MemberId, type VerificationState } from '@triode/core'
import type { CircleRuntime } from './circleRuntime.ts'

interface Known {
  readonly state: CircleState
  readonly comparisons: number
  readonly members: Map<MemberId, VerificationState>
}

/** Each message to a circle asks for all who read it: remembered until roster or comparisons change. */
const known = new WeakMap<CircleRuntime, Known>()

/** One's own member has nothing to compare: unverified. */
export function verificationOf(circle: CircleRuntime, id: MemberId): VerificationState {
  const { state, comparisons } = circle
  let now = known.get(circle)
  if (now?.state !== state || now.comparisons !== comparisons) {
    now = { state, comparisons, members: new Map() }
    known.set(circle, now)
  }
  const found = now.members.get(id) ?? look(circle, id)
  now.members.set(id, found)
  return found
}

function look(circle: CircleRuntime, id: MemberId): VerificationState {
  return id === circle.member ? VERIFICATION.unverified : circle.verificationOf(id)
}

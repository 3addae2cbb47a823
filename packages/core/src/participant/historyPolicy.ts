/** Who hands its history over to whom, as the circle's policy `history` says (spec §10.7). */
import { policyOf } from '../circle/policy.ts'
import type { CircleState, Device } from '../circle/state.ts'
import type { DeviceId } from '../id.ts'

/** What the one that hands over is to the other: a device of the same member, or of the member who invited it. */
export type HistoryGiver = 'own' | 'inviter'

/** undefined: it hands nothing over. */
export function historyGiver(state: CircleState, from: DeviceId, to: DeviceId): HistoryGiver | undefined {
  const policy = policyOf(state.policies, 'history')
  const [giver, taker] = [state.devices.get(from), state.devices.get(to)]
  if (policy === 'none' || giver?.active !== true || taker?.active !== true) return undefined
  if (giver.member === taker.member) return cameBefore(giver, taker) ? 'own' : undefined
  const member = state.members.get(taker.member)
  // Further devices of a new member get what its first one has.
  const invited = member?.admittedBy === giver.member && member.devices[0] === to
  return policy === 'all' && invited ? 'inviter' : undefined
}

function cameBefore(one: Device, other: Device): boolean {
  if (one.admittedAt !== other.admittedAt) return one.admittedAt < other.admittedAt
  return (one.id as string) === one.member || ((other.id as string) !== other.member && one.id < other.id)
}

/** The rules about a member's further devices (spec §5.5): who adds them, how many, and who revokes which. */
import { compareBytes } from '../bytes.ts'
import type { DeviceId, MemberId } from '../id.ts'
import { atLeast, every, not, some, type Answer, type Court } from './court.ts'
import { memberAdmitted } from './facts.ts'
import { hashBytesOf, isBefore, type Node } from './graph.ts'
import { roleAllows, towardsRoleOf } from './heldRole.ts'
import { MAX_DEVICES_PER_MEMBER } from './spec.ts'
import { pastKnown, wasDeviceOf, wasMember } from './standing.ts'

/** A further device is admitted into the member of whoever admits it. */
export function deviceIsOwn({ facts }: Court, node: Node): Answer {
  const { payload } = node.entry
  return payload.type !== 'device' || facts.memberOf(node) === payload.member
}

/** The member has room for one more, among the devices that it did not revoke before; of those beside this one, the first count. */
export function devicesAreFew(court: Court, node: Node): Answer {
  const { payload } = node.entry
  if (payload.type !== 'device') return true
  const known = pastKnown(node).counts
  const { foundings, furtherDevices, deviceRevocations } = court.facts
  const earlier = [...foundings.get(payload.member), ...furtherDevices.get(payload.member)].filter(
    (other) => court.effectOf(other) !== false && isEarlier(other, node),
  )
  const counted = earlier.map((other) => {
    const revoked = deviceRevocations.get(other.subject as DeviceId).filter(known)
    const kept = revoked.map((revocation) => not(court.effectOf(revocation) ?? [revocation]))
    return every(court.effectOf(other) ?? [other], ...kept)
  })
  return not(atLeast(MAX_DEVICES_PER_MEMBER, counted))
}

/** An order in which every entry comes after its past: unlike "before", it leaves no two devices beside each other. */
function isEarlier(one: Node, other: Node): boolean {
  if (one === other) return false
  return (one.depth - other.depth || compareBytes(hashBytesOf(one), hashBytesOf(other))) < 0
}

/** The device that is revoked was one of a member then. */
export function wasDevice(court: Court, node: Node, device: DeviceId): Answer {
  return ofItsMember(court, node, device, (member) => wasMember(court, pastKnown(node), member))
}

/** A member revokes its own devices, and whoever may remove the member those of others. */
export function mayRevokeDevice(court: Court, node: Node, device: DeviceId, by: MemberId): Answer {
  if (membersOfDevice(court, node, device).length === 0) return true
  return ofItsMember(court, node, device, (member) =>
    member === by
      ? roleAllows(court, node, by, 'revokeOwnDevice')
      : towardsRoleOf(court, pastKnown(node), member, (role) => roleAllows(court, node, by, 'remove', role)),
  )
}

/** The member keeps another device: to revoke the last one is to remove the member, or to leave. */
export function deviceIsNotLast(court: Court, node: Node): Answer {
  const { payload } = node.entry
  if (payload.type !== 'revoke-device') return true
  const { foundings, furtherDevices } = court.facts
  return ofItsMember(court, node, payload.device, (member) => {
    const admissions = [...foundings.get(member), ...furtherDevices.get(member)]
    const others = new Set(admissions.map((admission) => admission.subject as DeviceId))
    others.delete(payload.device)
    return some(...[...others].map((other) => wasDeviceOf(court, pastKnown(node), other, member)))
  })
}

/** `ask`, of the member whose device it was as of the past of `node`; broken when there is none. */
function ofItsMember(court: Court, node: Node, device: DeviceId, ask: (member: MemberId) => Answer): Answer {
  const members = membersOfDevice(court, node, device)
  return some(
    ...members.map((member) => every(wasDeviceOf(court, pastKnown(node), device, member), ask(member))),
  )
}

function membersOfDevice({ facts }: Court, node: Node, device: DeviceId): MemberId[] {
  const admissions = facts.admissions.get(device).filter((admission) => isBefore(admission, node))
  return [...new Set(admissions.map(memberAdmitted))]
}

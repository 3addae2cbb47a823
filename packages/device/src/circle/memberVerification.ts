/** What a person has compared of a member's keys (spec §6.7), as often as each message asks for it. */
import {
  VERIFICATION,
  type CircleState,
  type DeviceId,
  type MemberId,
  type TimelineMessage,
  type VerificationState,
} from '@triode/core'
import type { CircleRuntime } from './circleRuntime.ts'

interface Known {
  readonly state: CircleState
  readonly comparisons: number
  readonly members: Map<MemberId, VerificationState>
  readonly devices: Map<DeviceId, boolean>
}

/** Each message to a circle asks for all who read it: remembered until roster or comparisons change. */
const known = new WeakMap<CircleRuntime, Known>()

function knownOf(circle: CircleRuntime): Known {
  const { state, comparisons } = circle
  let now = known.get(circle)
  if (now?.state !== state || now.comparisons !== comparisons) {
    now = { state, comparisons, members: new Map(), devices: new Map() }
    known.set(circle, now)
  }
  return now
}

/** One's own member has nothing to compare: unverified. */
export function verificationOf(circle: CircleRuntime, id: MemberId): VerificationState {
  const now = knownOf(circle)
  const found = now.members.get(id) ?? look(circle, id)
  now.members.set(id, found)
  return found
}

function look(circle: CircleRuntime, id: MemberId): VerificationState {
  return id === circle.member ? VERIFICATION.unverified : circle.verificationOf(id)
}

/**
 * What a message shows was written, edited or handed over by a device that nobody compared, of a member of whom another device
 * was: whoever verified the person must not take it for that person's word (spec §6.7).
 */
export function isUnverified(circle: CircleRuntime, message: TimelineMessage): boolean {
  const { device, editedBy, handedOverBy } = message
  return [device, editedBy, handedOverBy].some((one) => one !== undefined && isUncompared(circle, one))
}

/** Also of a device that was revoked since, and of one whose member is out: what it wrote stays what it was. */
function isUncompared(circle: CircleRuntime, device: DeviceId): boolean {
  const { devices } = knownOf(circle)
  const found = devices.get(device) ?? (!circle.isVerified(device) && hasCompared(circle, device))
  devices.set(device, found)
  return found
}

function hasCompared(circle: CircleRuntime, device: DeviceId): boolean {
  const { state } = circle
  const member = state.devices.get(device)?.member
  const devices = member === undefined ? [] : (state.members.get(member)?.devices ?? [])
  return devices.some((one) => circle.isVerified(one))
}

/** What two devices compare when one scans the other's screen (spec §6.7). */
import type { KeysToCompare, Member } from '@triode/core'
import type { CircleRuntime } from './circleRuntime.ts'

/** One's own key in a circle, and those of a member's devices that were not revoked. */
export function keysWith(circle: CircleRuntime, member: Member): KeysToCompare {
  const theirs = member.devices.flatMap((id) => {
    const device = circle.state.devices.get(id)
    return device === undefined || device.revoked !== undefined ? [] : [device]
  })
  return { suite: circle.suite, circle: circle.id, ownKey: circle.publicKey, theirs }
}

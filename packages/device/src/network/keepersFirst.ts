/** Keepers before the others: what is left with none of them waits until people meet (spec §16.1). */
import { ROLE, type CircleState, type DeviceId } from '@triode/core'

/** `devices`, those of keepers first, and else in their order. */
export function keepersFirst(state: CircleState, devices: readonly DeviceId[]): DeviceId[] {
  const keepers = devices.filter((device) => isKeepers(state, device))
  if (keepers.length === 0) return [...devices]
  const first = new Set(keepers)
  return [...keepers, ...devices.filter((device) => !first.has(device))]
}

/** Whether `device` is of a member who is a keeper. */
export function isKeepers(state: CircleState, device: DeviceId): boolean {
  const member = state.devices.get(device)?.member
  return member !== undefined && state.members.get(member)?.role === ROLE.keeper
}

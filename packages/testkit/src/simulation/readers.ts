/** Who is a keeper, and who may read something. */
import { ROLE, type CircleState, type DeviceId, type MemberId } from '@triode/core'
import type { SimulatedDevice } from './simulatedDevice.ts'

/** Members that may read something, or might at some time, in the view of anybody. */
export class Readers {
  private readonly known = new Set<MemberId>()
  private readonly states = new WeakSet<CircleState>()

  /** Looks at what `devices` think now. */
  look(devices: readonly SimulatedDevice[]): void {
    for (const { state } of devices) {
      if (this.states.has(state)) continue
      this.states.add(state)
      for (const { id, role } of state.members.values()) if (role !== ROLE.keeper) this.known.add(id)
    }
  }

  has(member: MemberId): boolean {
    return this.known.has(member)
  }
}

/** Devices of keepers, as `state` has it, but for those of `author`: it may write to itself. */
export function keepersIn({ devices, members }: CircleState, author: MemberId): DeviceId[] {
  return [...devices.values()]
    .filter(({ active, member }) => active && member !== author && members.get(member)?.role === ROLE.keeper)
    .map(({ id }) => id)
}

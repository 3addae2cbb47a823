/** Who has the circle's names key (spec §5.13). */
import { ROLE } from '@triode/core'
import { RULE } from './rule.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'

interface Scene {
  violated(rule: string, what: string): void
}

/** At rest. @param active honest devices that belong to the circle */
export function checkNamesKeys(world: Scene, active: readonly SimulatedDevice[]): void {
  for (const device of active) {
    const { log } = device.now
    const role = device.state.members.get(device.member)?.role
    if (role !== ROLE.keeper && log.names === undefined)
      world.violated(RULE.namesKnown, `${device.name} is no keeper, and was not given the names key`)
    if (log.names !== undefined && wasOnlyKeeper(device))
      world.violated(RULE.keeperLearnsNoName, `${device.name} was never but a keeper, and has the names key`)
  }
}

/** By all that its log says, with effect or not. */
function wasOnlyKeeper({ now: { log }, state, member }: SimulatedDevice): boolean {
  const joinedAs = [...state.invitations.values()].filter(({ admitted }) => admitted === member)
  if (joinedAs.length === 0 || joinedAs.some(({ role }) => role !== ROLE.keeper)) return false
  return !log.entries().some(({ payload }) => {
    const given =
      payload.type === 'role' ? payload.role : payload.type === 'transfer' ? ROLE.owner : undefined
    return given !== undefined && given !== ROLE.keeper && 'member' in payload && payload.member === member
  })
}

/** What must be true of the circle's secret at rest: all that are in have one, and nobody else has that. */
import { endedDigest, equalBytes, isRuling, type CircleState } from '@triode/core'
import { activeDevices } from './activeDevices.ts'
import { RULE } from './rule.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'
import type { Finding, World } from './world.ts'

/** Whether nothing is left to do: to be waited for. */
export function secretsAtRest(world: World): boolean {
  const active = activeDevices(world)
  return findings(world, active).length === 0
}

export function checkSecrets(world: World, active: readonly SimulatedDevice[]): void {
  for (const { rule, what } of findings(world, active)) world.violated(rule, what)
}

function findings(world: World, active: readonly SimulatedDevice[]): Finding[] {
  const [first] = active.filter((device) => !device.restored)
  if (first === undefined || !isChangedByHonest(world, active, first.state)) return []
  const { current } = first.now.secrets
  // Whoever was set back may lack the key to it, and is handed it an hour later.
  const others = active.filter((device) => !device.restored && device !== first)
  const different = others.filter((device) => !equalBytes(device.now.secrets.current.secret, current.secret))
  const outside = world.devices.filter(
    (device) => device.running && first.state.devices.get(device.self)?.active === false,
  )
  const knowing = outside.filter((device) =>
    device.now.secrets.all().some(({ secret }) => equalBytes(secret, current.secret)),
  )
  const uncovered = equalBytes(current.covers, endedDigest(world.suite, first.state)) ? [] : [first]
  return [
    ...different.map(({ name }) => ({
      rule: RULE.sameSecret,
      what: `${name} and ${first.name} would call with different secrets`,
    })),
    ...uncovered.map(({ name }) => ({
      rule: RULE.sameSecret,
      what: `${name} has a secret of before somebody was out`,
    })),
    ...knowing.map(({ name }) => ({
      rule: RULE.secretFromOutsiders,
      what: `${name} is out and knows the secret`,
    })),
  ]
}

/** Owners and admins make the secrets: one at least who keeps the rules, and none who tells each another one. */
function isChangedByHonest(
  world: World,
  active: readonly SimulatedDevice[],
  { members, dissolved }: CircleState,
): boolean {
  const rules = ({ member }: SimulatedDevice): boolean => {
    const role = members.get(member)?.role
    return role !== undefined && isRuling(role)
  }
  const hostile = world.members.some((device) => device.hostile && rules(device))
  return dissolved === undefined && !hostile && active.some((device) => !device.restored && rules(device))
}

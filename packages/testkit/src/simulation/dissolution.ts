/** A circle that is dissolved is so for everyone. */
import type { EntryHash } from '@triode/core'
import { RULE } from './rule.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'
import type { World } from './world.ts'

/** Nobody who keeps the rules goes on in a circle without having been told of an end that another knows; what comes of that the log says. */
export function checkDissolution(world: World): void {
  const running = world.honest.filter((device) => device.running)
  const ends = running.filter(({ state }) => state.dissolved !== undefined).flatMap(endsIn)
  for (const device of running) {
    const isIn = device.state.devices.get(device.self)?.active === true
    if (isIn && ends.some((hash) => device.now.log.bytesOf(hash) === undefined))
      world.violated(RULE.dissolutionTold, `${device.name} was not told that the circle is dissolved`)
  }
}

function endsIn({ now: { log } }: SimulatedDevice): EntryHash[] {
  return log
    .entries()
    .filter(({ payload, hash }) => payload.type === 'dissolve' && log.verdict(hash) === true)
    .map(({ hash }) => hash)
}

/** Who is in the circle of a simulation. */
import type { SimulatedDevice } from './simulatedDevice.ts'
import type { World } from './world.ts'

/** Honest devices that belong to the circle, as most of those see it that think that they do; none that knows of its end. */
export function activeDevices(world: World): SimulatedDevice[] {
  const running = world.honest.filter((device) => device.running)
  const devices = mostCommonView(running)?.state.devices
  return running.filter(
    ({ self, state }) => devices?.get(self)?.active === true && state.dissolved === undefined,
  )
}

/** A device with the log that most have. Whoever is out may not have been told yet, and may sign what nobody takes. */
function mostCommonView(running: readonly SimulatedDevice[]): SimulatedDevice | undefined {
  const views = new Map<string, SimulatedDevice[]>()
  for (const device of running) {
    if (device.state.devices.get(device.self)?.active !== true) continue
    const digest = device.now.log.digest().toHex()
    views.set(digest, [...(views.get(digest) ?? []), device])
  }
  return [...views.values()].sort((one, other) => other.length - one.length)[0]?.[0]
}

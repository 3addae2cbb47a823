/** One kind of thing that happens in a simulation. */
import type { SimulatedDevice } from './simulatedDevice.ts'
import type { World } from './world.ts'

export interface Action {
  readonly weight: number
  run(world: World): void
}

/** With a running device of the world, when there is one. */
export function withRunning(work: (world: World, device: SimulatedDevice) => void): (world: World) => void {
  return (world) => {
    const { running } = world
    if (running.length > 0) work(world, world.random.pick(running))
  }
}

/** One kind of thing that happens in a simulation. */
import { CallerFault, PeerFault, Unavailable } from '@triode/core'
import { Killed } from './observedStore.ts'
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

/** A refusal by the circle's rules, a full disk, the end of the process: all in a day's work. */
export function tolerating(work: () => void): void {
  try {
    work()
  } catch (cause) {
    const expected = [CallerFault, PeerFault, Unavailable, Killed].some((kind) => cause instanceof kind)
    if (!expected) throw cause
  }
}

/**
 * How long a device that was put out goes on being written to: from when somebody's log first says that it is out until each
 * other writer's does.
 */
import type { CircleState, DeviceId } from '@triode/core'
import type { SimulatedDevice } from './simulatedDevice.ts'

/** What is looked at. */
interface Scene {
  readonly clock: { elapsed(): number }
  readonly running: readonly SimulatedDevice[]
  readonly honest: readonly SimulatedDevice[]
}

/** One removal, as one writer came to know of it. */
export interface Exposure {
  /** Virtual milliseconds until the writer knew. */
  readonly ms: number
  /** What it sealed to the device meanwhile. */
  readonly messages: number
}

interface Removal {
  readonly at: number
  readonly sealedBy: Map<SimulatedDevice, number>
  readonly unaware: Set<SimulatedDevice>
}

export class Removals {
  readonly exposures: Exposure[] = []
  private readonly open = new Map<DeviceId, Removal>()
  private readonly states = new WeakMap<SimulatedDevice, CircleState>()
  /** Devices that are out in somebody's view. */
  private readonly out = new Set<DeviceId>()

  /** Notes who has learnt what since the last call. */
  look(world: Scene): void {
    const at = world.clock.elapsed()
    for (const device of world.running) {
      if (device.hostile || this.states.get(device) === device.state) continue
      this.states.set(device, device.state)
      // Nobody goes on writing to those with whom the circle ended.
      if (device.state.dissolved !== undefined) continue
      for (const { id, active } of device.state.devices.values()) {
        if (active) continue
        if (!this.out.has(id)) this.begin(world, id, at)
        this.learnt(device, id, at)
      }
    }
  }

  /** `author` has sealed an entry to `sealedTo`. */
  noteSealed(author: SimulatedDevice, sealedTo: Iterable<DeviceId>): void {
    if (this.open.size === 0) return
    for (const id of sealedTo) {
      const removal = this.open.get(id)
      if (removal?.unaware.has(author) === true)
        removal.sealedBy.set(author, (removal.sealedBy.get(author) ?? 0) + 1)
    }
  }

  private begin(world: Scene, id: DeviceId, at: number): void {
    this.out.add(id)
    const writers = world.honest.filter(({ self }) => self !== id)
    this.open.set(id, { at, sealedBy: new Map(), unaware: new Set(writers) })
  }

  private learnt(device: SimulatedDevice, id: DeviceId, at: number): void {
    const removal = this.open.get(id)
    if (removal?.unaware.delete(device) !== true) return
    this.exposures.push({ ms: at - removal.at, messages: removal.sealedBy.get(device) ?? 0 })
  }
}

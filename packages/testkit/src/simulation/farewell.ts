/** Whoever is out and meets somebody who knows is told by what it was put out, as a tunnel does it (spec §10.3). */
import { decodeFrame, farewellFor, type DeviceId, type Suite } from '@triode/core'
import type { VirtualClock } from '../virtualClock.ts'
import { tolerating } from './tolerating.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'

/** What is needed of the world. */
interface Scene {
  readonly suite: Suite
  readonly clock: VirtualClock
  find(id: DeviceId): SimulatedDevice | undefined
}

/** Of one call. */
const FAREWELL_BYTES = 4_194_304
/** Until it has come. */
const TELLING_MS = 100

/** What either of two that meet has to say to the other, if that one is out and does not know it. */
export function tellOut(world: Scene, one: SimulatedDevice, other: SimulatedDevice): void {
  for (const [teller, caller] of [
    [one, other],
    [other, one],
  ] as const) {
    if (teller.hostile || isIn(teller, caller) || !isIn(caller, caller)) continue
    hand(world, caller, farewellFor(teller.now.log, caller.self, caller.now.log.locator(), FAREWELL_BYTES))
  }
}

/** The last frame of a link that `teller` ends, since it has just learnt that the far device is out. */
export function tellLast(world: Scene, teller: SimulatedDevice, to: DeviceId, last: Uint8Array): void {
  const frame = decodeFrame(last, world.suite.hashBytes)
  const caller = world.find(to)
  if (caller !== undefined && !teller.hostile && frame.type === 'log-entries')
    hand(world, caller, frame.entries)
}

/** Or so `device` thinks, also of one that it has not heard of. */
function isIn({ state }: SimulatedDevice, { self }: SimulatedDevice): boolean {
  return state.devices.get(self)?.active !== false
}

function hand(world: Scene, caller: SimulatedDevice, entries: readonly Uint8Array[]): void {
  world.clock.after(TELLING_MS, () => {
    for (const entry of entries)
      tolerating(() => {
        if (caller.running) caller.take(entry)
      })
  })
}

/** What a person has read on one device is read on their others (spec §11.9). */
import { RULE } from './rule.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'

/** What is looked at. */
interface Scene {
  readonly network: { linked(one: SimulatedDevice, other: SimulatedDevice): boolean }
  violated(rule: string, what: string): void
}

/** At rest. Who was set back has lost what it knew of that. @param active honest devices that belong to the circle */
export function checkOwnReads(world: Scene, active: readonly SimulatedDevice[]): void {
  const whole = active.filter(({ restored }) => !restored)
  for (const [at, one] of whole.entries())
    for (const other of whole.slice(at + 1))
      if (one.member === other.member && world.network.linked(one, other)) compare(world, one, other)
}

function compare(world: Scene, one: SimulatedDevice, other: SimulatedDevice): void {
  const listed = new Set(other.participant.conversations())
  for (const conversation of one.participant.conversations()) {
    if (!listed.has(conversation)) continue
    const feeds = [one, other].flatMap(({ participant }) => [...participant.feeds(conversation).all()])
    for (const { id } of feeds) {
      const [here, there] = [one, other].map(({ participant }) => participant.readUpTo(conversation, id))
      if (here !== there)
        world.violated(
          RULE.readAlike,
          `${one.name} has read a feed up to ${here}, ${other.name} up to ${there}`,
        )
    }
  }
}

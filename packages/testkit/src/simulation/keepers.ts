/** A keeper reads nothing: it shows nothing of others. That no key of its opens what they write is looked at in secrecy.ts. */
import { ROLE } from '@triode/core'
import { RULE } from './rule.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'
import type { World } from './world.ts'

/** Checks what `device` shows, if it is a keeper's: nothing but its own; what it had before it was one stays. */
export function checkKeeper(world: World, device: SimulatedDevice): void {
  const { member, participant, state } = device
  if (state.members.get(member)?.role !== ROLE.keeper) return
  const own = state.conversations.self(member)
  for (const conversation of participant.conversations()) {
    if (conversation !== own)
      world.violated(RULE.keeperReadsNothing, `${device.name} is a keeper, and lists ${conversation}`)
  }
  if (world.readers.has(member)) return
  for (const conversation of new Set(world.records.messages.map((message) => message.conversation))) {
    if (device.shown(conversation).some((message) => message.member !== member))
      world.violated(RULE.keeperReadsNothing, `${device.name} is a keeper, and shows what others wrote`)
  }
}

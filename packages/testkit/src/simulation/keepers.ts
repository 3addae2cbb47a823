/** A keeper reads nothing: it shows nothing of others. That no key of its opens what they write is looked at in outsiders.ts. */
import { ROLE, type TimelineMessage } from '@triode/core'
import { RULE } from './rule.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'
import type { World } from './world.ts'

/** Checks what `device` shows, if it is a keeper's: nothing but its own; what it had before it was one stays. */
export function checkKeeper(world: World, device: SimulatedDevice): void {
  checkKeeperLists(world, device)
  if (!isKeeper(device) || world.readers.has(device.member)) return
  for (const conversation of new Set(world.records.messages.map((message) => message.conversation)))
    for (const message of device.shown(conversation)) checkKeeperShows(world, device, message)
}

/** A keeper lists no conversation but that with itself. */
export function checkKeeperLists(world: World, device: SimulatedDevice): void {
  if (!isKeeper(device)) return
  const own = device.state.conversations.self(device.member)
  for (const conversation of device.participant.conversations()) {
    if (conversation !== own)
      world.violated(RULE.keeperReadsNothing, `${device.name} is a keeper, and lists ${conversation}`)
  }
}

/** @param message that `device` shows */
export function checkKeeperShows(world: World, device: SimulatedDevice, message: TimelineMessage): void {
  const { member, name } = device
  if (isKeeper(device) && !world.readers.has(member) && message.member !== member)
    world.violated(RULE.keeperReadsNothing, `${name} is a keeper, and shows what others wrote`)
}

function isKeeper({ member, state }: SimulatedDevice): boolean {
  return state.members.get(member)?.role === ROLE.keeper
}

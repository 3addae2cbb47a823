/**
 * Circles to start from: made once a process, and copied for each schedule. A template follows from its size alone, so
 * that a schedule is the same whatever ran before it; what a schedule draws at random follows from its own seed.
 */
import { ROLE, type Role } from '@triode/core'
import { settle } from './settle.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'
import type { Template } from './sleeping.ts'
import { World } from './world.ts'

/** Every so many-th of the devices is a further one of the member before, an admin, or a keeper. */
const [FURTHER_EVERY, ADMIN_EVERY, KEEPER_EVERY] = [5, 7, 10]
/** Links of each to those who came later. */
const BRANCHES = 4
const templates = new Map<number, Template>()

/** A circle of so many devices that has come to rest. */
export function templateOf(devices: number): Template {
  const known = templates.get(devices) ?? makeTemplate(devices)
  templates.set(devices, known)
  return known
}

function makeTemplate(devices: number): Template {
  const world = new World(`template ${devices}`, 0)
  gather(world, devices)
  settle(world)
  const sleeping = world.members.map((device) => device.sleep())
  return { devices: sleeping, ledger: world.ledger, elapsedMs: world.clock.elapsed() }
}

/**
 * The founder admits everyone; some bring a second device along. They meet afterwards only: while they are linked, each who comes
 * is told to all who are there, and that grows with the square of their number.
 */
function gather(world: World, devices: number): void {
  const founder = world.found()
  let last: SimulatedDevice | undefined
  while (world.members.length < devices) {
    const place = world.members.length
    const further = last !== undefined && place % FURTHER_EVERY === FURTHER_EVERY - 1
    const joined = further && last !== undefined ? world.addDevice(last) : world.join(founder, roleAt(place))
    last = joined ?? last
    world.clock.advance(50)
  }
  for (const [place, device] of world.members.entries())
    world.network.link(device, world.members[Math.floor((place - 1) / BRANCHES)] ?? founder)
}

function roleAt(place: number): Role {
  if (place % KEEPER_EVERY === 6) return ROLE.keeper
  return place % ADMIN_EVERY === 3 ? ROLE.admin : ROLE.member
}

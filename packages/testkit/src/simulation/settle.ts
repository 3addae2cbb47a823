/** How a simulation ends: everything works again, everyone talks until nothing changes, and what they then show. */
import type { ConversationId } from '@triode/core'
import { activeDevices } from './activeDevices.ts'
import { checkDevice, RULE } from './checks.ts'
import { secretsAtRest } from './circleSecret.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'
import type { World } from './world.ts'

/** Links that each device makes in the end, beside those of the rings: everyone is reached within a few hops. */
const STRAY_LINKS = 1
/** A round of coming to rest: longer than any request waits for an answer. */
const ROUND_MS = 60_000
/** Share of the devices that begin with what is on their disks alone. */
const RESTARTED = 0.25
/** Other members that each device meets in the end. */
const MET_MEMBERS = 2
/** Who is missing an acknowledgement asks for it minutes later. */
const MIN_ROUNDS = 4
/** The way of an acknowledgement through a large circle is longer. */
const DEVICES_A_ROUND = 10
const MAX_ROUNDS = 40
const DAY_MS = 86_400_000
/** Longer than any device waits for another to make a new secret. */
const SECRET_ROUNDS = 15

/** Everything works again: every disk, every device, no partition. */
export function heal(world: World): void {
  world.network.heal()
  for (const device of world.members) {
    device.fillDisk(undefined)
    // What was planned to kill a process dies with it.
    if (device.dying || world.random.chance(RESTARTED)) device.crash()
    if (device.running) continue
    device.start()
    checkDevice(world, device)
  }
}

/** Lets everyone talk until nothing changes any more. */
export function settle(world: World): void {
  const strays = strayLinks(world)
  const minRounds = MIN_ROUNDS + Math.floor(world.members.length / DEVICES_A_ROUND)
  let before = ''
  let quiet = false
  for (let round = 0; round < MAX_ROUNDS; round++) {
    for (const [one, other] of [...strays, ...neededLinks(world)]) world.network.link(one, other)
    for (const device of world.running) device.tickSecrets()
    world.clock.advance(ROUND_MS)
    if (round < minRounds - 1) continue
    const now = stateOf(world)
    quiet = now === before
    if (quiet && secretsAtRest(world)) return
    before = now
  }
  if (quiet) waitForSecrets(world)
  else world.violated(RULE.comesToRest, `after ${MAX_ROUNDS} minutes devices still learn something new`)
}

/** A device that has a secret of its own draws the others after it, but once a day only. */
function waitForSecrets(world: World): void {
  world.clock.advance(DAY_MS)
  for (let round = 0; round < SECRET_ROUNDS && !secretsAtRest(world); round++) {
    for (const device of world.running) device.tickSecrets()
    world.clock.advance(ROUND_MS)
  }
}

/**
 * Links that are missing for each group that must be in one piece: all honest devices, those that are in the circle, and
 * the readers that each epoch was sealed to, since only they take and carry its entries, whoever came later does not.
 */
function neededLinks(world: World): [SimulatedDevice, SimulatedDevice][] {
  const links = new Map<SimulatedDevice, Set<SimulatedDevice>>()
  const neighbours = (device: SimulatedDevice): Set<SimulatedDevice> => {
    const known = links.get(device) ?? new Set(world.network.neighbours(device))
    links.set(device, known)
    return known
  }
  const pieces = groupsOf(world).flatMap((group) => {
    const [first, ...rest] = piecesOf(group, neighbours).map((piece) => world.random.pick(piece))
    return rest.map((next): [SimulatedDevice, SimulatedDevice] => {
      neighbours(next).add(first ?? next)
      neighbours(first ?? next).add(next)
      return [first ?? next, next]
    })
  })
  return [...pieces, ...secondOpinions(world, neighbours)]
}

/** Everyone meets two other members: whose clock is behind believes two that something has expired, not one (spec §9.7). */
function secondOpinions(
  world: World,
  neighbours: (device: SimulatedDevice) => ReadonlySet<SimulatedDevice>,
): [SimulatedDevice, SimulatedDevice][] {
  const active = activeDevices(world)
  return active.flatMap((device) => {
    const met = [...neighbours(device)].filter((other) => active.includes(other)).map(({ member }) => member)
    const others = active.filter(({ member }) => member !== device.member && !met.includes(member))
    const missing = MET_MEMBERS - new Set(met.filter((member) => member !== device.member)).size
    return world.random
      .shuffle(others)
      .slice(0, Math.max(0, missing))
      .map((other): [SimulatedDevice, SimulatedDevice] => [device, other])
  })
}

function groupsOf(world: World): SimulatedDevice[][] {
  const active = activeDevices(world)
  const groups = new Map<string, SimulatedDevice[]>()
  const add = (group: SimulatedDevice[]): void => {
    groups.set(group.map(({ name }) => name).join(), group)
  }
  add(world.honest)
  add(active)
  const asked = new Set<string>()
  for (const { author, conversation, sealedTo } of world.records.messages) {
    const name = `${author.name}/${conversation}/${[...sealedTo.keys()].join()}`
    if (asked.has(name)) continue
    asked.add(name)
    const may = (device: SimulatedDevice): boolean => device === author || sealedTo.has(device.self)
    add(active.filter((device) => may(device) && readsNow(device, conversation)))
  }
  return [...groups.values()].sort((one, other) => other.length - one.length)
}

function readsNow(device: SimulatedDevice, conversation: ConversationId): boolean {
  return device.participant.membership.mayRead(device.self, conversation)
}

/** The parts of `group` that are each in one piece. */
function piecesOf(
  group: readonly SimulatedDevice[],
  neighbours: (device: SimulatedDevice) => ReadonlySet<SimulatedDevice>,
): SimulatedDevice[][] {
  const left = new Set(group)
  const pieces: SimulatedDevice[][] = []
  for (const start of group) {
    if (!left.delete(start)) continue
    const piece = [start]
    for (const device of piece) {
      for (const next of neighbours(device)) if (left.delete(next)) piece.push(next)
    }
    pieces.push(piece)
  }
  return pieces
}

/** Random links on top, hostile devices among them. */
function strayLinks(world: World): [SimulatedDevice, SimulatedDevice][] {
  const { random, members } = world
  return members.flatMap((device) =>
    Array.from({ length: STRAY_LINKS }, (): [SimulatedDevice, SimulatedDevice] => [
      device,
      random.pick(members),
    ]),
  )
}

/** What honest devices show and know, in one line each. */
export function stateOf(world: World): string {
  return activeDevices(world)
    .map((device) => `${device.name} ${stateOfDevice(device)}`)
    .join('\n')
}

function stateOfDevice(device: SimulatedDevice): string {
  const { participant } = device
  const conversations = [...participant.conversations()].sort().map((conversation) => {
    const feeds = [...participant.feeds(conversation).all()].map((feed) => {
      const message = { feed: feed.id, seq: feed.head.seq, member: device.member }
      const { delivered, read } = participant.delivery(conversation, message)
      return `${feed.id}:${feed.head.seq}:${delivered.count}:${read.count}`
    })
    const shown = device
      .shown(conversation)
      .map(({ id, text, reactions }) => `${id}${text}${reactions.length}`)
    return `${conversation} ${feeds.sort().join()} ${shown.join('|')}`
  })
  return `${device.now.log.digest().toHex()} ${conversations.join('\n')}`
}

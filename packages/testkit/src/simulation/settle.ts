/** How a simulation ends: everything works again, everyone talks until nothing changes, and what they then show. */
import type { ConversationId } from '@triode/core'
import { activeDevices } from './activeDevices.ts'
import { checkDevice, checkWorld, shownBy } from './checks.ts'
import { controlReaders } from './controlReaders.ts'
import { RULE } from './rule.ts'
import { secretsAtRest } from './circleSecret.ts'
import { deliveryFindings } from './deliveries.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'
import type { World } from './world.ts'

/** Links that each device makes in the end, beside those of the rings: everyone is reached within a few hops. */
const STRAY_LINKS = 1
/** A round of coming to rest: longer than any request waits for an answer. */
const ROUND_MS = 60_000
/** Share of the devices that begin with what is on their disks alone. */
const RESTARTED = 0.25
/** So many members are believed that a clock is behind (spec §9.7). */
const WITNESSES = 2
/** Who is missing an acknowledgement asks for it minutes later. */
const MIN_ROUNDS = 4
/** The way of an acknowledgement through a large circle is longer. */
const DEVICES_A_ROUND = 10
const MAX_ROUNDS = 40
const DAY_MS = 86_400_000
/** Longer than any device waits for another to make a new secret. */
const SECRET_ROUNDS = 15
const SECRET_DAYS = 2
/** An author that lacks an acknowledgement asks again about as late as it asked before, and after a day at the latest (spec §10.5). */
const DELIVERY_ROUNDS = 1_440

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
    checkWorld(world)
    if (round < minRounds - 1) continue
    const now = stateOf(world)
    quiet = now === before
    if (quiet && secretsAtRest(world)) break
    before = now
  }
  if (quiet) {
    waitForDeliveries(world)
    waitForSecrets(world)
  } else world.violated(RULE.comesToRest, `after ${MAX_ROUNDS} minutes devices still learn something new`)
}

function waitForDeliveries(world: World): void {
  const active = activeDevices(world)
  const shown = new Map(active.map((device) => [device, shownBy(world, device)]))
  const lacking = (): boolean =>
    deliveryFindings(world, active, shown).some(({ rule }) => rule === RULE.deliveryTold)
  for (let round = 0; round < DELIVERY_ROUNDS && lacking(); round++) {
    for (const device of world.running) device.tickSecrets()
    world.clock.advance(ROUND_MS)
  }
}

/** A device that has a secret of its own draws the others after it, but once a day only, by its own clock, which may have been set back since. */
function waitForSecrets(world: World): void {
  for (let day = 0; day < SECRET_DAYS && !secretsAtRest(world); day++) {
    world.clock.advance(DAY_MS)
    for (let round = 0; round < SECRET_ROUNDS && !secretsAtRest(world); round++) {
      for (const device of world.running) device.tickSecrets()
      world.clock.advance(ROUND_MS)
    }
  }
}

/**
 * Links that are missing for each group that must be in one piece: all honest devices, those that are in the circle, and
 * the readers that each epoch was sealed to, also of the control conversation, since only they take and carry its entries, whoever came later does not.
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
  return [...pieces, ...witnesses(world, neighbours)]
}

/**
 * Where something disappears, everyone whom it was sealed to meets two members of those, or one device of its author's: whose clock
 * is behind believes these that it has expired, and till then what follows in the feed waits (spec §9.7).
 */
function witnesses(
  world: World,
  neighbours: (device: SimulatedDevice) => Set<SimulatedDevice>,
): [SimulatedDevice, SimulatedDevice][] {
  const active = activeDevices(world)
  const expiring = world.records.messages.filter(({ expires, outcome }) => expires && outcome !== 'refused')
  return expiring.flatMap(({ author, conversation, sealedTo }) => {
    const group = active.filter(
      (device) => (device === author || sealedTo.has(device.self)) && readsNow(device, conversation),
    )
    return group.flatMap((device) =>
      missingWitnesses(world, group, device, author, neighbours(device)).map(
        (other): [SimulatedDevice, SimulatedDevice] => {
          neighbours(device).add(other)
          neighbours(other).add(device)
          return [device, other]
        },
      ),
    )
  })
}

function missingWitnesses(
  world: World,
  group: readonly SimulatedDevice[],
  device: SimulatedDevice,
  author: SimulatedDevice,
  met: ReadonlySet<SimulatedDevice>,
): SimulatedDevice[] {
  if (device === author) return []
  const members = new Set(group.filter((other) => met.has(other)).map(({ member }) => member))
  return world.random.shuffle(group.filter((other) => other !== device)).filter(({ member }) => {
    const isMissing = !members.has(author.member) && members.size < WITNESSES && !members.has(member)
    if (isMissing) members.add(member)
    return isMissing
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
  for (const group of controlReaders(active)) add(group)
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
  const written = new Set(world.records.messages.map(({ conversation }) => conversation))
  return activeDevices(world)
    .map((device) => `${device.name} ${stateOfDevice(device, written)}`)
    .join('\n')
}

/** Of the conversations in which something was written: in a large circle each could write to each. */
function stateOfDevice(device: SimulatedDevice, written: ReadonlySet<ConversationId>): string {
  const { participant } = device
  const own = device.state.conversations.self(device.member)
  const used = participant.conversations().filter((id) => id === own || written.has(id))
  const conversations = used.sort().map((conversation) => {
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

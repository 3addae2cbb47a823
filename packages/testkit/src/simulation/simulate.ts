/** Runs one simulation from its seed, and tells what it found. */
import { act, writeOne } from './actions.ts'
import { activeDevices, checkAtRest } from './atRest.ts'
import { MISDEED, type Misdeed } from './carriers.ts'
import { checkDevice, checkDeliveryNow, checkMemory, checkWorld, RULE } from './checks.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'
import { World, type Violation } from './world.ts'

export interface SimulationOptions {
  /** Replays the run exactly. */
  readonly seed: string
  /** Devices that are in the circle before the schedule begins; some more join during it. */
  readonly devices: number
  /** Things that happen. */
  readonly steps: number
  /** What a member does who does not keep the rules; one member each. */
  readonly hostile?: readonly Misdeed[]
  /** Clocks are wrong by up to so many days at the start. */
  readonly maxSkewDays?: number
  /** Called before each step, to plant a fault that a check must find. */
  readonly beforeStep?: (world: World, step: number) => void
  /** Called when the schedule is over and everything is healed, before it comes to rest. */
  readonly beforeRest?: (world: World) => void
}

export interface SimulationReport {
  readonly seed: string
  /** What was not as it has to be; empty in a good run. */
  readonly violations: readonly Violation[]
  /** Of the final state of every device: the same seed gives the same. */
  readonly digest: string
  readonly frames: number
  readonly bytes: number
  /** Devices that ever were; those of them that were active at the end. */
  readonly devices: number
  readonly active: number
  readonly messages: number
  /** Keys that something was sealed with. */
  readonly keys: number
  /** Frames that came twice. */
  readonly repeated: number
  readonly virtualMs: number
  /** How often each thing happened. */
  readonly actions: Readonly<Record<string, number>>
  /** Codes of faults for which hostile members were named, and how often. */
  readonly accusations: Readonly<Record<string, number>>
}

/** Steps take this long at most: mostly less than a second, so that much happens at once. */
const GAPS_MS = [0, 10, 100, 1_000, 10_000] as const
/** How often a running device is looked at closely. */
const LOOK_EVERY_STEPS = 40
const MAX_SKEW_DAYS = 3
/** Links that each device makes in the end, beside those of the rings: everyone is reached within a few hops. */
const STRAY_LINKS = 2
/** A round of coming to rest: longer than any request waits for an answer. */
const ROUND_MS = 60_000
const MIN_ROUNDS = 4
const MAX_ROUNDS = 40

export function simulate(options: SimulationOptions): SimulationReport {
  const world = new World(options.seed, options.maxSkewDays ?? MAX_SKEW_DAYS)
  const actions = new Map<string, number>()
  gather(world, options)
  for (let step = 0; step < options.steps; step++) {
    options.beforeStep?.(world, step)
    const before = new Set(world.running)
    const name = act(world)
    actions.set(name, (actions.get(name) ?? 0) + 1)
    for (const device of world.running) if (!before.has(device)) checkDevice(world, device)
    world.clock.advance(world.random.fraction() * world.random.pick(GAPS_MS))
    checkWorld(world)
    if (step % LOOK_EVERY_STEPS === 0) lookAround(world)
  }
  heal(world)
  options.beforeRest?.(world)
  settle(world)
  checkAtRest(world)
  return reportOf(world, actions)
}

/** The founder admits everyone but those whom the schedule lets join later. */
function gather(world: World, { devices, hostile = [] }: SimulationOptions): void {
  const founder = world.found()
  while (world.members.length < devices) {
    const member = world.join(founder, world.members.length % 7 === 3 ? 'admin' : 'member')
    if (member !== undefined) world.network.link(member, world.random.pick(world.running))
    world.clock.advance(50)
  }
  for (const [index, misdeed] of hostile.entries()) {
    const member = world.members[1 + index]
    if (member === undefined) continue
    // A history that a twin can then go on with in its own way.
    writeOne(world, member, member.state.conversations.circle)
    world.makeHostile(member, misdeed)
  }
}

function lookAround(world: World): void {
  const { running } = world
  if (running.length > 0) checkDevice(world, world.random.pick(running))
  checkDeliveryNow(world)
  checkMemory(world)
}

/** Everything works again: every disk, every device, no partition. */
function heal(world: World): void {
  world.network.heal()
  for (const device of world.members) {
    // What was planned to kill a process dies with it.
    device.crash()
    device.fillDisk(undefined)
    device.start()
    checkDevice(world, device)
  }
}

/** Lets everyone talk until nothing changes any more. */
function settle(world: World): void {
  const strays = strayLinks(world)
  let before = ''
  for (let round = 0; round < MAX_ROUNDS; round++) {
    for (const [one, other] of [...ringsOf(world), ...strays]) world.network.link(one, other)
    world.clock.advance(ROUND_MS)
    const now = stateOf(world)
    if (round >= MIN_ROUNDS && now === before) return
    before = now
  }
  world.violated(RULE.comesToRest, `after ${MAX_ROUNDS} minutes devices still learn something new`)
}

/**
 * A ring of the honest devices, and one for each set of devices that an epoch was sealed to: only whom entries were sealed to
 * takes and carries them, whoever came later does not.
 */
function ringsOf(world: World): [SimulatedDevice, SimulatedDevice][] {
  const rings = new Map<string, readonly SimulatedDevice[]>([['', world.honest]])
  for (const { author, conversation, sealedTo } of world.records.messages) {
    const ring = world.honest.filter(
      (device) =>
        (device === author || sealedTo.has(device.self)) &&
        device.participant.conversations().includes(conversation),
    )
    rings.set(ring.map(({ name }) => name).join(), ring)
  }
  return [...rings.values()].flatMap(ringOf)
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

function ringOf(devices: readonly SimulatedDevice[]): [SimulatedDevice, SimulatedDevice][] {
  return devices.map((device, index) => [device, devices[(index + 1) % devices.length] ?? device])
}

/** What honest devices show and know, in one line each. */
function stateOf(world: World): string {
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

function reportOf(world: World, actions: ReadonlyMap<string, number>): SimulationReport {
  const final = new TextEncoder().encode(stateOf(world))
  return {
    seed: world.random.seed,
    violations: world.violations,
    digest: world.suite.hash(final).toHex(),
    frames: world.network.frames,
    bytes: world.network.bytes,
    devices: world.devices.length,
    active: activeDevices(world).length,
    messages: world.records.messages.length,
    keys: world.ledger.sealed,
    repeated: world.repeater.repeated,
    virtualMs: Math.round(world.clock.elapsed()),
    actions: Object.fromEntries(actions),
    accusations: Object.fromEntries(world.accusations),
  }
}

/** All misdeeds, one member each. */
export const ALL_MISDEEDS: readonly Misdeed[] = Object.values(MISDEED)

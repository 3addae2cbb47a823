/** Runs one simulation from its seed, and tells what it found. */
import { act, writeOne } from './actions.ts'
import { activeDevices } from './activeDevices.ts'
import { askForApprovals } from './governing.ts'
import { checkAtRest } from './atRest.ts'
import { MISDEED, type Misdeed } from './carriers.ts'
import { checkDevice, checkDeliveryNow, checkWorld } from './checks.ts'
import { heal, settle, stateOf } from './settle.ts'
import { templateOf } from './template.ts'
import type { Exposure } from './removals.ts'
import { checkRecovery, reportThefts } from './secrecy.ts'
import type { TheftReport } from './theft.ts'
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
  /** Nothing goes wrong: no partitions, crashes, wrong clocks or silent links. */
  readonly calm?: boolean
  /** Virtual time of a step, at most; default: between none and ten seconds, so that much happens at once. */
  readonly stepMs?: number
  /** So many must agree to what is grave (spec §5.12); such acts are proposed, agreed to and taken back. That makes a seed another run. */
  readonly approvals?: number
  /** Devices tell each other of their links: that makes a seed another run. */
  readonly tellsLinks?: boolean
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
  /** Somebody knew in the end that the circle was dissolved. */
  readonly dissolved: boolean
  readonly messages: number
  /** Keys that something was sealed with. */
  readonly keys: number
  /** Frames that came twice. */
  readonly repeated: number
  readonly virtualMs: number
  /** How long each writer went on writing to somebody who was out. */
  readonly exposures: readonly Exposure[]
  /** Entries that were written by somebody who knew that somebody is out, and tried with all that that one held. */
  readonly guarded: number
  readonly thefts: TheftReport
  /** Acts that their authors took back; those of them that have an effect all the same, as enough had agreed. */
  readonly withdrawn: { readonly acts: number; readonly effective: number }
  /** How often each thing happened. */
  readonly actions: Readonly<Record<string, number>>
  /** Codes of faults for which hostile members were named, and how often. */
  readonly accusations: Readonly<Record<string, number>>
}

/** Steps take this long at most: mostly less than a second, so that much happens at once. */
const GAPS_MS = [0, 10, 100, 1_000, 10_000] as const
/** How often a running device is looked at closely, picked at random; and what all believe delivered. */
const [LOOK_CLOSELY_EVERY_STEPS, LOOK_EVERY_STEPS] = [40, 10]
const MAX_SKEW_DAYS = 3

export function simulate(options: SimulationOptions): SimulationReport {
  const template = templateOf(options.devices)
  const world = new World(
    options.seed,
    options.maxSkewDays ?? (options.calm === true ? 0 : MAX_SKEW_DAYS),
    template,
  )
  world.network.tellsLinks = options.tellsLinks ?? false
  const actions = new Map<string, number>()
  makeHostile(world, options)
  weave(world)
  if (options.approvals !== undefined) askForApprovals(world, options.approvals)
  const mood = { calm: options.calm === true, governed: options.approvals !== undefined }
  for (let step = 0; step < options.steps; step++) {
    world.step = step
    if (options.calm === true) weave(world)
    options.beforeStep?.(world, step)
    const before = new Set(world.running)
    const name = act(world, mood)
    actions.set(name, (actions.get(name) ?? 0) + 1)
    for (const device of world.running) if (!before.has(device)) checkDevice(world, device)
    world.clock.advance(world.random.fraction() * (options.stepMs ?? world.random.pick(GAPS_MS)))
    checkWorld(world)
    if (step % LOOK_CLOSELY_EVERY_STEPS === 0 && world.running.length > 0)
      checkDevice(world, world.random.pick(world.running))
    if (step % LOOK_EVERY_STEPS === 0) checkDeliveryNow(world)
  }
  world.step = undefined
  heal(world)
  options.beforeRest?.(world)
  settle(world)
  checkAtRest(world)
  const thefts = reportThefts(world)
  if (options.calm === true) checkRecovery(world, thefts)
  return reportOf(world, thefts, actions)
}

/** Some have been hostile from the start. */
function makeHostile(world: World, { hostile = [] }: SimulationOptions): void {
  for (const [index, misdeed] of hostile.entries()) {
    const member = world.members[1 + index]
    if (member === undefined) continue
    // A history that a twin can then go on with in its own way.
    writeOne(world, member, member.state.conversations.circle)
    world.makeHostile(member, misdeed)
  }
}

/** A ring of all, so that from the start everyone is reached; in a calm run mended at each step. */
function weave(world: World): void {
  const ring = world.random.fork('ring').shuffle(world.running)
  for (const [index, device] of ring.entries())
    world.network.link(device, ring[(index + 1) % ring.length] ?? device)
}

function reportOf(world: World, thefts: TheftReport, actions: ReadonlyMap<string, number>): SimulationReport {
  const final = new TextEncoder().encode(stateOf(world))
  return {
    seed: world.random.seed,
    violations: world.violations,
    digest: world.suite.hash(final).toHex(),
    frames: world.network.frames,
    bytes: world.network.bytes,
    devices: world.devices.length,
    active: activeDevices(world).length,
    dissolved: world.honest.some((device) => device.running && device.state.dissolved !== undefined),
    messages: world.records.messages.length,
    keys: world.ledger.sealed,
    repeated: world.repeater.repeated,
    exposures: world.removals.exposures,
    guarded: world.traffic.sent.filter(({ out }) => out.length > 0).length,
    thefts,
    withdrawn: withdrawnIn(world),
    virtualMs: Math.round(world.clock.elapsed()),
    actions: Object.fromEntries(actions),
    accusations: Object.fromEntries(world.accusations),
  }
}

/** As those have it that are in the circle in the end. */
function withdrawnIn(world: World): SimulationReport['withdrawn'] {
  const [first] = activeDevices(world)
  const acts = world.withdrawals.count
  return { acts, effective: first === undefined ? 0 : world.withdrawals.effectiveIn(first.now.log) }
}

/** All misdeeds, one member each. */
export const ALL_MISDEEDS: readonly Misdeed[] = Object.values(MISDEED)

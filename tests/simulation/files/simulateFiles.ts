/** Runs one simulation of files from its seed, and tells what it found. */
import { createSeededRandom, type Violation } from '@triode/testkit'
import { kindOf } from '../../../packages/device/src/files/media/kind.ts'
import { actOnFiles } from './fileActions.ts'
import { checkFilesAtRest, restFiles } from './fileRest.ts'
import { FileWorld } from './fileWorld.ts'

export interface FileSimulationOptions {
  /** Replays the run exactly. */
  readonly seed: string
  /** Default: what follows from the seed. */
  readonly devices?: number
  readonly steps?: number
  /** Devices that give what does not match; default: one in every second run. */
  readonly liars?: number
  /** Called before each step, to plant a fault that a check must find. */
  readonly beforeStep?: (world: FileWorld, step: number) => void
  /** Called when all is at rest, before it is looked at. */
  readonly beforeChecks?: (world: FileWorld) => void
}

export interface FileReport {
  readonly seed: string
  readonly violations: readonly Violation[]
  readonly sent: number
  /** Files that some device got whole from others. */
  readonly got: number
  readonly actions: Readonly<Record<string, number>>
  /** Of the final state: the same seed gives the same. */
  readonly virtualMs: number
}

const SIZES = [4, 8, 8, 9] as const
const STEPS = 80
/** Some of it happens while nothing else goes on, some at once. */
const GAPS_MS = [0, 20, 200, 1_000, 5_000, 30_000] as const

export async function simulateFiles(options: FileSimulationOptions): Promise<FileReport> {
  // What is loaded when it is first used is loaded now: that takes no virtual time.
  await kindOf(new Uint8Array(16), 'first.bin')
  const drawn = createSeededRandom(`file schedule ${options.seed}`)
  const world = new FileWorld(options.seed, options.devices ?? drawn.pick(SIZES))
  const liars = options.liars ?? drawn.int(2)
  for (const node of drawn.shuffle(world.nodes.slice(1)).slice(0, liars)) node.isLiar = true
  for (let step = 0; step < (options.steps ?? STEPS); step++) {
    world.core.step = step
    options.beforeStep?.(world, step)
    world.count(await actOnFiles(world))
    await world.pass(world.random.fraction() * world.random.pick(GAPS_MS))
    for (const node of world.running) node.lookAround()
  }
  world.core.step = undefined
  await restFiles(world)
  for (const node of world.running) node.lookAround()
  options.beforeChecks?.(world)
  await checkFilesAtRest(world)
  const report = reportOf(world)
  for (const { device } of world.running) device.crash()
  return report
}

function reportOf(world: FileWorld): FileReport {
  return {
    seed: world.core.random.seed,
    violations: world.core.violations,
    sent: world.contents.size,
    got: world.nodes.reduce((sum, { everWhole }) => sum + everWhole.size, 0),
    actions: Object.fromEntries(world.counts),
    virtualMs: Math.round(world.clock.elapsed()),
  }
}

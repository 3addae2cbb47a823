/** Schedules of the simulator: what a seed stands for, and the command that replays it. */
import { createSeededRandom, MISDEED, type Misdeed, type SimulationOptions } from '@triode/testkit'

export interface Wishes {
  readonly devices?: number
  readonly steps?: number
  readonly hostile?: readonly Misdeed[]
  readonly calm?: boolean
  readonly approvals?: number
}

/** A circle of each size is made once a process, and copied for each schedule: few sizes make many schedules cheap. */
const SIZES = [20, 20, 20, 24] as const
/** One schedule of so many is of a larger circle. */
const LARGE_EVERY = 100
const LARGE_SIZES = [32, 50] as const
/** Each thing happens somewhere in a few schedules; what matters is in which order, and there are many schedules. */
const STEPS = 40

/** What is not wished for follows from the seed: half of the schedules have one or two hostile members. */
export function scheduleOf(seed: string, wishes: Wishes = {}): SimulationOptions {
  const random = createSeededRandom(`schedule ${seed}`)
  const devices = random.int(LARGE_EVERY) === 0 ? random.pick(LARGE_SIZES) : random.pick(SIZES)
  const misdeeds = random.shuffle(Object.values(MISDEED)).slice(0, random.int(3))
  const hostile = random.chance(0.25) ? [] : misdeeds
  return {
    seed,
    devices: wishes.devices ?? devices,
    steps: wishes.steps ?? STEPS,
    hostile: wishes.hostile ?? (wishes.calm === true ? [] : hostile),
    ...(wishes.calm === true && { calm: true }),
    ...(wishes.approvals !== undefined && { approvals: wishes.approvals }),
  }
}

/** The command that runs a schedule again, exactly. */
export function replayOf({
  seed,
  devices,
  steps,
  hostile = [],
  calm = false,
  approvals,
}: SimulationOptions): string {
  const misdeeds = hostile.length === 0 ? 'none' : hostile.join()
  const quiet = calm ? ' --calm' : ''
  const governed = approvals === undefined ? '' : ` --approvals ${approvals}`
  return `npm run simulate -- --seed '${seed}' --devices ${devices} --steps ${steps} --hostile ${misdeeds}${quiet}${governed}`
}

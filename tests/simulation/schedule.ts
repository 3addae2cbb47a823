/** Schedules of the simulator: what a seed stands for, and the command that replays it. */
import { createSeededRandom, MISDEED, type Misdeed, type SimulationOptions } from '@triode/testkit'

export interface Wishes {
  readonly devices?: number
  readonly steps?: number
  readonly hostile?: readonly Misdeed[]
}

const [MIN_DEVICES, MAX_DEVICES] = [5, 12]
/** Enough for most things to happen a few times. */
const STEPS = 300

/** What is not wished for follows from the seed: half of the schedules have one or two hostile members. */
export function scheduleOf(seed: string, wishes: Wishes = {}): SimulationOptions {
  const random = createSeededRandom(`schedule ${seed}`)
  const devices = MIN_DEVICES + random.int(MAX_DEVICES - MIN_DEVICES + 1)
  const misdeeds = random.shuffle(Object.values(MISDEED)).slice(0, random.int(3))
  return {
    seed,
    devices: wishes.devices ?? devices,
    steps: wishes.steps ?? STEPS,
    hostile: wishes.hostile ?? (random.chance(0.5) ? [] : misdeeds),
  }
}

/** The command that runs a schedule again, exactly. */
export function replayOf({ seed, devices, steps, hostile = [] }: SimulationOptions): string {
  const misdeeds = hostile.length === 0 ? 'none' : hostile.join()
  return `npm run simulate -- --seed '${seed}' --devices ${devices} --steps ${steps} --hostile ${misdeeds}`
}

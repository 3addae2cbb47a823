/**
 * A process whose clocks run faster than the world, so that hours of waiting take minutes while its sockets are real. Loaded
 * before anything else: `--import`. What is short, such as the patience with an answer, keeps its time: answers are no faster.
 */
import { performance as clock } from 'node:perf_hooks'

/** So much faster; the same for whoever reads a figure off. */
export const FASTER = 60
/** Intervals are habits from here on, and are sped up… */
const LEAST_INTERVAL_MS = 3_000
/** …and waits from here on; what is shorter is mostly patience. */
const LEAST_WAIT_MS = 25_000

/** Once a process, before anything else is loaded: see fastClockNow.ts. */
export function quicken(): void {
  const began = { wall: Date.now(), monotonic: clock.now() }
  const realNow = clock.now.bind(clock)
  const passed = (): number => (realNow() - began.monotonic) * FASTER
  const { setTimeout: wait, setInterval: repeat, Date: RealDate } = globalThis

  class FastDate extends RealDate {
    constructor(...values: [] | [number | string]) {
      super(...((values.length === 0 ? [FastDate.now()] : values) as [number]))
    }
    static override now(): number {
      return Math.round(began.wall + passed())
    }
  }

  type Work = (...values: unknown[]) => void
  Object.assign(globalThis, {
    Date: FastDate,
    setTimeout: Object.assign(
      (work: Work, ms?: number, ...values: unknown[]) => wait(work, faster(ms, LEAST_WAIT_MS), ...values),
      wait,
    ),
    setInterval: Object.assign(
      (work: Work, ms?: number, ...values: unknown[]) =>
        repeat(work, faster(ms, LEAST_INTERVAL_MS), ...values),
      repeat,
    ),
  })
  clock.now = () => began.monotonic + passed()
}

function faster(ms: number | undefined, leastMs: number): number | undefined {
  return ms !== undefined && ms >= leastMs ? ms / FASTER : ms
}

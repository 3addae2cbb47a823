/** What an unlocked device does in the background by itself: what a person closed at night is gone when it is looked at in the morning. */
import { hourOf, type Clock } from '@triode/core'
import type { Chores } from './chores.ts'
import type { CircleRuntime } from './circle/circleRuntime.ts'
import { HOUSEKEEPING_MS } from './tuning.ts'

export interface HousekeepingOptions {
  readonly clock: Clock
  readonly chores: Chores
  readonly circles: () => Iterable<CircleRuntime>
  /** Done once an hour; again in the next round if it fails. */
  readonly hourly: () => void
}

export class Housekeeping {
  private readonly options: HousekeepingOptions
  private cancelNext: (() => void) | undefined
  /** The hour of the last sweep. */
  private sweptIn = -1

  constructor(options: HousekeepingOptions) {
    this.options = options
  }

  start(): void {
    this.round()
  }

  stop(): void {
    this.cancelNext?.()
  }

  private round(): void {
    const { clock, chores } = this.options
    chores.round(this.due())
    this.cancelNext = clock.after(HOUSEKEEPING_MS, () => {
      this.round()
    })
  }

  private due(): (() => void)[] {
    const expiries = [...this.options.circles()].map((circle) => () => {
      circle.disappearing.removeDue()
    })
    return [...expiries, () => this.sweepHourly()]
  }

  private sweepHourly(): void {
    const hour = hourOf(this.options.clock.now())
    if (hour === this.sweptIn) return
    this.options.hourly()
    this.sweptIn = hour
  }
}

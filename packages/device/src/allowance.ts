/** Lets something be done so many times at once, and once more after each while. */
import type { Clock } from '@triode/core'

export class Allowance {
  private readonly clock: Clock
  private readonly most: number
  private readonly everyMs: number
  private left: number
  /** Until when that was counted, by the monotonic clock. */
  private countedAt: number

  constructor(clock: Clock, { most, everyMs }: { readonly most: number; readonly everyMs: number }) {
    this.clock = clock
    this.most = most
    this.everyMs = everyMs
    this.left = most
    this.countedAt = clock.elapsed()
  }

  /** Whether it may be done now; that counts. */
  take(): boolean {
    const now = this.clock.elapsed()
    this.left = Math.min(this.most, this.left + (now - this.countedAt) / this.everyMs)
    this.countedAt = now
    if (this.left < 1) return false
    this.left--
    return true
  }
}

/** Locks by itself after so long without a call that somebody made, asleep or awake. */
import type { Clock } from '@triode/core'
import { IDLE_LOOK_MS } from '../tuning.ts'
import { isUnattended } from './unattended.ts'

export class IdleLock {
  private readonly clock: Clock
  private readonly lock: () => void
  private cancel: (() => void) | undefined
  private limitMs: number | null = null
  /** Calls that are being worked on: while there are any, the device is in use. */
  private calls = 0
  /** Without a call so far; and both clocks when that was counted last. */
  private idleMs = 0
  private lastNow = 0
  private lastElapsed = 0

  /** @param lock called when nobody has called for so long, and only while watching */
  constructor(clock: Clock, lock: () => void) {
    this.clock = clock
    this.lock = lock
  }

  /** Counts anew. @param limitMs null is never */
  watch(limitMs: number | null): void {
    this.limitMs = limitMs
    this.again()
  }

  /** There is nothing to lock. */
  rest(): void {
    this.watch(null)
  }

  /** Counts as use from now until `work` has ended, and anew from then on; unless nobody made the call. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    if (isUnattended()) return work()
    this.calls++
    this.again()
    try {
      return await work()
    } finally {
      this.calls--
      this.again()
    }
  }

  /** Something was used just now. */
  used(): void {
    if (!isUnattended() && !this.isOver()) this.again()
  }

  /** Whether nobody has called for too long, and locks if so: whoever calls first when the machine wakes comes before any timer. */
  isOver(): boolean {
    if (this.cancel === undefined || this.limitMs === null) return false
    this.count()
    if (this.idleMs < this.limitMs) return false
    this.cancel()
    this.cancel = undefined
    this.lock()
    return true
  }

  private again(): void {
    this.cancel?.()
    this.cancel = undefined
    if (this.limitMs === null || this.calls > 0) return
    this.count()
    this.idleMs = 0
    this.lookSoon(this.limitMs)
  }

  private lookSoon(limitMs: number): void {
    this.cancel = this.clock.after(Math.min(IDLE_LOOK_MS, limitMs - this.idleMs), () => {
      if (!this.isOver()) this.lookSoon(limitMs)
    })
  }

  /** By the clock on which more has passed: a machine that sleeps stops that of intervals and timers, and the other may be set back. */
  private count(): void {
    const [now, elapsed] = [this.clock.now(), this.clock.elapsed()]
    this.idleMs += Math.max(elapsed - this.lastElapsed, now - this.lastNow)
    this.lastNow = now
    this.lastElapsed = elapsed
  }
}

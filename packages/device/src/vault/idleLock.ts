/** Locks by itself after so long without a call that somebody made. */
import type { Clock } from '@triode/core'
import { isUnattended } from './unattended.ts'

export class IdleLock {
  private readonly clock: Clock
  private readonly lock: () => void
  private cancel: (() => void) | undefined
  private limitMs: number | null = null
  /** Calls that are being worked on: while there are any, the device is in use. */
  private calls = 0

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
    if (!isUnattended()) this.again()
  }

  private again(): void {
    this.cancel?.()
    this.cancel = undefined
    if (this.limitMs === null || this.calls > 0) return
    this.cancel = this.clock.after(this.limitMs, this.lock)
  }
}

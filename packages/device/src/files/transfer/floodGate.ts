/** Takes from a far side only so much a second: whoever says more has to wait, and nobody is accused. */
import type { Duplex } from 'node:stream'
import type { Clock } from '@triode/core'

export class FloodGate {
  private readonly clock: Clock
  private readonly stream: Duplex
  private readonly perSecond: number
  private since: number
  private spent = 0
  private cancel: (() => void) | undefined

  constructor(clock: Clock, stream: Duplex, perSecond: number) {
    this.clock = clock
    this.stream = stream
    this.perSecond = perSecond
    this.since = clock.elapsed()
  }

  spend(amount: number): void {
    const now = this.clock.elapsed()
    if (now - this.since >= 1_000) {
      this.since = now
      this.spent = 0
    }
    this.spent += amount
    if (this.spent <= this.perSecond || this.cancel !== undefined) return
    this.stream.pause()
    // What was too much is paid for with time.
    const waitMs = this.since + (this.spent * 1_000) / this.perSecond - now
    this.cancel = this.clock.after(waitMs, () => {
      this.cancel = undefined
      this.stream.resume()
    })
  }

  stop(): void {
    this.cancel?.()
    this.cancel = undefined
  }
}

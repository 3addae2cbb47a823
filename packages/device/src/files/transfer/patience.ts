/** For how long a peer that owes something has sent nothing, or next to nothing. */
import type { Clock } from '@triode/core'
import { CRAWL_BYTES, STALL_MS } from './tuning.ts'

export class Patience {
  private readonly clock: Clock
  private heardAt: number
  /** Since when less than a little came, and how much of that. */
  private crawledFrom: number
  private crawled = 0

  constructor(clock: Clock) {
    this.clock = clock
    this.heardAt = clock.elapsed()
    this.crawledFrom = this.heardAt
  }

  get isSilent(): boolean {
    return this.clock.elapsed() - this.heardAt >= STALL_MS
  }

  get isCrawling(): boolean {
    return this.clock.elapsed() - this.crawledFrom >= STALL_MS
  }

  /** Now it gets as long again. */
  renew(): void {
    this.heardAt = this.clock.elapsed()
    this.walked()
  }

  /** @param bytes of what it owes */
  came(bytes: number): void {
    if (bytes > 0) this.heardAt = this.clock.elapsed()
    this.crawled += bytes
    if (this.crawled >= CRAWL_BYTES) this.walked()
  }

  /** It sent a little at least: that much, or all of something. */
  walked(): void {
    this.crawledFrom = this.clock.elapsed()
    this.crawled = 0
  }
}

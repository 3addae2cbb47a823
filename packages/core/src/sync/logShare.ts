/**
 * How much of this device's time the log entries that one other device hands over may take (spec §5.7). One entry can make the
 * whole log be judged anew, so what is counted is the time, not the entries.
 */
import { LOG_BURST_MS, LOG_ENTRY_MS, LOG_MAX_DEBT_MS, LOG_SHARE } from './tuning.ts'

export class LogShare {
  private leftMs = LOG_BURST_MS
  private at: number

  /** @param now monotonic milliseconds, as in all methods */
  constructor(now: number) {
    this.at = now
  }

  /** Milliseconds until entries are handled again; 0: now. */
  waitMs(now: number): number {
    this.refill(now)
    return this.leftMs > 0 ? 0 : Math.ceil(-this.leftMs / LOG_SHARE) + 1
  }

  /** Handling took `tookMs`, and added so many entries: each gives back what an honest one takes. */
  spend(now: number, tookMs: number, added: number): void {
    this.refill(now)
    const left = this.leftMs - tookMs + added * LOG_ENTRY_MS
    this.leftMs = Math.max(-LOG_MAX_DEBT_MS, Math.min(LOG_BURST_MS, left))
  }

  /** Nothing of it is used: it need not be remembered. */
  isWhole(now: number): boolean {
    this.refill(now)
    return this.leftMs === LOG_BURST_MS
  }

  private refill(now: number): void {
    this.leftMs = Math.min(LOG_BURST_MS, this.leftMs + (now - this.at) * LOG_SHARE)
    this.at = now
  }
}

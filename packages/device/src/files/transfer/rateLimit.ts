/** Bounds bytes a second: a bucket that fills at the rate, and holds a tenth of a second. */
import type { Clock } from '@triode/core'
import { LIMIT_BURST_BYTES, LIMIT_BURST_MS } from './tuning.ts'

export class RateLimit {
  private readonly clock: Clock
  /** Infinity: no limit. */
  private bytesPerSecond = Infinity
  private tokens = 0
  private filledAt: number

  constructor(clock: Clock) {
    this.clock = clock
    this.filledAt = clock.elapsed()
  }

  set(bytesPerSecond: number | undefined): void {
    this.fill()
    this.bytesPerSecond = bytesPerSecond ?? Infinity
    this.tokens = Math.min(this.tokens, this.burst)
  }

  /** Bytes a second; Infinity: no limit. */
  get rate(): number {
    return this.bytesPerSecond
  }

  /** @returns how many of `bytes` may go now: none, all, or a part worth while */
  take(bytes: number): number {
    if (this.bytesPerSecond === Infinity) return bytes
    this.fill()
    const taken = Math.min(bytes, Math.floor(this.tokens))
    if (taken < Math.min(bytes, LEAST)) return 0
    this.tokens -= taken
    return taken
  }

  /** Milliseconds until something may go. */
  waitMs(): number {
    if (this.bytesPerSecond === Infinity) return 0
    this.fill()
    return Math.max(1, ((LEAST - this.tokens) * 1_000) / this.bytesPerSecond)
  }

  private get burst(): number {
    return Math.max(LIMIT_BURST_BYTES, (this.bytesPerSecond * LIMIT_BURST_MS) / 1_000)
  }

  private fill(): void {
    const now = this.clock.elapsed()
    if (this.bytesPerSecond !== Infinity) {
      const came = ((now - this.filledAt) * this.bytesPerSecond) / 1_000
      this.tokens = Math.min(this.burst, this.tokens + came)
    }
    this.filledAt = now
  }
}

const LEAST = LIMIT_BURST_BYTES / 8

/** The limits of all channels, each way. */
export class RateLimits {
  private readonly clock: Clock
  private readonly made = new Map<string, { readonly incoming: RateLimit; readonly outgoing: RateLimit }>()
  private rates: Readonly<Record<string, number>> = {}

  constructor(clock: Clock) {
    this.clock = clock
  }

  set(rates: Readonly<Record<string, number>>): void {
    this.rates = rates
    for (const [channel, limits] of this.made) {
      limits.incoming.set(rates[channel])
      limits.outgoing.set(rates[channel])
    }
  }

  of(channel: string): { readonly incoming: RateLimit; readonly outgoing: RateLimit } {
    const known = this.made.get(channel)
    if (known !== undefined) return known
    const made = { incoming: new RateLimit(this.clock), outgoing: new RateLimit(this.clock) }
    this.made.set(channel, made)
    this.set(this.rates)
    return made
  }
}

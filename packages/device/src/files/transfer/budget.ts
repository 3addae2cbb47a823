/** Bytes that are in memory, or may come at any time, of all transfers together. */
import { LEAST_SHARE_BYTES, MAX_UNSTORED_BYTES, MAX_UNSTORED_OF_ONE } from './tuning.ts'

export class Budget {
  private used = 0

  /** A part of it, for one device. */
  share(): Share {
    return new Share(this)
  }

  get free(): number {
    return MAX_UNSTORED_BYTES - this.used
  }

  /** Nothing comes, nor is being stored; but for what was granted and not used. */
  get isUnused(): boolean {
    return this.used <= LEAST_SHARE_BYTES
  }

  change(bytes: number): void {
    this.used += bytes
  }
}

export class Share {
  private readonly budget: Budget
  private held = 0
  private closed = false

  constructor(budget: Budget) {
    this.budget = budget
  }

  /** How much more may be granted: a little always, so that nothing waits for ever. */
  get room(): number {
    const least = LEAST_SHARE_BYTES - this.held
    return Math.max(0, least, Math.min(this.budget.free, MAX_UNSTORED_OF_ONE - this.held))
  }

  take(bytes: number): void {
    if (this.closed) return
    this.held += bytes
    this.budget.change(bytes)
  }

  give(bytes: number): void {
    this.take(-bytes)
  }

  /** Gives back all, for good. */
  close(): void {
    this.give(this.held)
    this.closed = true
  }
}

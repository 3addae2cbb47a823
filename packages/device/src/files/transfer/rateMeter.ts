/** How many bytes a second came over the last seconds. */
import type { Clock } from '@triode/core'
import { RATE_SHOWN_MS } from './tuning.ts'

const SLOTS = 6
const SLOT_MS = RATE_SHOWN_MS / SLOTS

export class RateMeter {
  private readonly clock: Clock
  private readonly slots = new Float64Array(SLOTS)
  private slot: number
  private readonly since: number

  constructor(clock: Clock) {
    this.clock = clock
    this.since = clock.elapsed()
    this.slot = this.now()
  }

  count(bytes: number): void {
    this.move()
    const at = this.slot % SLOTS
    this.slots[at] = (this.slots[at] ?? 0) + bytes
  }

  get bytesPerSecond(): number {
    this.move()
    const spanMs = Math.min(RATE_SHOWN_MS, Math.max(SLOT_MS, this.clock.elapsed() - this.since))
    return Math.round((this.slots.reduce((sum, bytes) => sum + bytes, 0) * 1_000) / spanMs)
  }

  private now(): number {
    return Math.floor(this.clock.elapsed() / SLOT_MS)
  }

  private move(): void {
    const now = this.now()
    if (now - this.slot >= SLOTS) this.slots.fill(0)
    else for (let at = this.slot + 1; at <= now; at++) this.slots[at % SLOTS] = 0
    this.slot = now
  }
}

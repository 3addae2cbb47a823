/** Which devices say anew where they are: each is heard at once, and then only now and then, for what it says makes others dial. */
import type { CircleId, Clock, DeviceId } from '@triode/core'
import { Allowance } from '../allowance.ts'
import { CARD_NEWS_AT_ONCE, CARD_NEWS_EVERY_MS, CARD_NEWS_RARE_MS } from '../tuning.ts'

interface Heard {
  readonly card: unknown
  /** By the monotonic clock. */
  readonly at: number
  /** News before it, each shortly after the one before. */
  readonly run: number
  readonly allowance: Allowance
}

export class CardNews {
  private readonly clock: Clock
  private readonly heard = new Map<CircleId, Map<DeviceId, Heard>>()

  constructor(clock: Clock) {
    this.clock = clock
  }

  /** @param card another object whenever it is another card. One that comes too soon after the last is news later. */
  isNews(circle: CircleId, device: DeviceId, card: unknown): boolean {
    const known = this.heard.get(circle) ?? new Map<DeviceId, Heard>()
    this.heard.set(circle, known)
    const last = known.get(device)
    if (last === undefined) {
      const allowance = new Allowance(this.clock, { most: CARD_NEWS_AT_ONCE, everyMs: CARD_NEWS_EVERY_MS })
      known.set(device, { card, at: -Infinity, run: 0, allowance })
      return false
    }
    if (last.card === card || !last.allowance.take()) return false
    const now = this.clock.elapsed()
    const run = now - last.at < CARD_NEWS_RARE_MS ? last.run + 1 : 0
    known.set(device, { ...last, card, at: now, run })
    return true
  }

  /** Whether the last news of a device came when there had been as much shortly before as is heard at once. */
  isOften(circle: CircleId, device: DeviceId): boolean {
    return (this.heard.get(circle)?.get(device)?.run ?? 0) >= CARD_NEWS_AT_ONCE
  }

  forget(circle: CircleId): void {
    this.heard.delete(circle)
  }
}

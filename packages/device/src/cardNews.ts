/** Which devices say anew where they are: each is heard at once, and then only now and then, for what it says makes others dial. */
import type { CircleId, Clock, DeviceId } from '@triode/core'
import { CARD_NEWS_EVERY_MS, CARD_NEWS_RARE_MS } from './tuning.ts'

interface Heard {
  readonly card: unknown
  /** By the monotonic clock. */
  readonly at: number
  /** The news before that was heard shortly before. */
  readonly isOften: boolean
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
      known.set(device, { card, at: -Infinity, isOften: false })
      return false
    }
    const now = this.clock.elapsed()
    if (last.card === card || now - last.at < CARD_NEWS_EVERY_MS) return false
    known.set(device, { card, at: now, isOften: now - last.at < CARD_NEWS_RARE_MS })
    return true
  }

  /** Whether the last news of a device came when there had been some shortly before. */
  isOften(circle: CircleId, device: DeviceId): boolean {
    return this.heard.get(circle)?.get(device)?.isOften === true
  }

  forget(circle: CircleId): void {
    this.heard.delete(circle)
  }
}

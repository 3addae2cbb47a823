/**
 * Keeps the cards of several circles from coming in step (spec §5.9). A card says when it was made: of two circles, cards of one
 * second would tell whoever is in both that they are of one device.
 */
import type { CircleId, Clock, Random } from '@triode/core'
import { CARD_GAP_MAX_MS, CARD_GAP_MIN_MS } from '../tuning.ts'

export class CardPace {
  private readonly clock: Clock
  private readonly random: Random
  private last: CircleId | undefined
  private freeAt = -Infinity

  constructor(clock: Clock, random: Random) {
    this.clock = clock
    this.random = random
  }

  /** Whether `circle` may publish a card now. */
  isFree(circle: CircleId): boolean {
    return this.last === circle || this.clock.elapsed() >= this.freeAt
  }

  /** `circle` has published one: the others wait a while. */
  published(circle: CircleId): void {
    const share = (this.random.bytes(1)[0] ?? 0) / 256
    this.last = circle
    this.freeAt = this.clock.elapsed() + CARD_GAP_MIN_MS + share * (CARD_GAP_MAX_MS - CARD_GAP_MIN_MS)
  }
}

/** Feeds that others say to have: each session may name some thousands, and many more only as long as not all of them do. */
import { LEAST_STANDINGS, MAX_FURTHER_STANDINGS } from './tuning.ts'

export class StandingBudget {
  /** Those beyond what each session may name, of all. */
  private further = 0

  /** Whether one more is remembered of a session of which `count` are. */
  hasRoom(count: number): boolean {
    return count < LEAST_STANDINGS || this.further < MAX_FURTHER_STANDINGS
  }

  /** @param count with the new one */
  added(count: number): void {
    if (count > LEAST_STANDINGS) this.further++
  }

  /** The session of which `count` were remembered is over. */
  ended(count: number): void {
    this.further -= Math.max(0, count - LEAST_STANDINGS)
  }
}

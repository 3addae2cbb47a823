/**
 * When a device asks who is there, and what it has to answer, so that on a network of many not each answers each (RFC 6762 §7).
 * Times are milliseconds of a monotonic clock.
 */
import { LOOK_INTERVAL_MS, MAX_QUESTIONS_LEFT_OUT } from './tuning.ts'

export class Questions {
  /** When anybody, this device too, asked for all names last. */
  private askedAt = -Infinity
  private leftOut = 0
  /** What all that asked since the last answer know; undefined: nobody asked. */
  private known: ReadonlySet<string> | undefined

  /**
   * Whether to ask now, as often as that comes of itself: not where somebody else did lately, whose answers are heard here too
   * (RFC 6762 §7.3). Who is heard to ask and is not heard by others silences this device for a while at most.
   */
  isDue(now: number, intervalMs = LOOK_INTERVAL_MS): boolean {
    const isRepeated = now - this.askedAt < intervalMs * ALMOST
    if (!isRepeated || this.leftOut >= MAX_QUESTIONS_LEFT_OUT) return true
    this.leftOut++
    return false
  }

  /** This device asks. */
  asks(now: number): void {
    this.askedAt = now
    this.leftOut = 0
  }

  /** Another device asked. @param known names that it wants no answer of */
  heard(known: ReadonlySet<string>, now: number): void {
    if (known.size === 0) this.askedAt = now
    this.known = this.known?.intersection(known) ?? known
  }

  /** Names of `own` that somebody who asked does not know. Then that is over. */
  answers(own: Iterable<string>): string[] {
    const known = this.known
    this.known = undefined
    return known === undefined ? [] : [...own].filter((name) => !known.has(name))
  }
}

/** Of an interval: timers are late now and then, and the one that asked last time is to do so again. */
const ALMOST = 0.9

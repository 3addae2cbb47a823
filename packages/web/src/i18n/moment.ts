/**
 * Moments by the clocks of others, who may send any number: a calendar ends, and what lies beyond throws in `Date` and `Intl`, which
 * would take away the whole page.
 */

/** The last moment that JavaScript has a date for (ECMA-262 §21.4.1.1). */
const MAX_DATE_MS = 8_640_000_000_000_000

/** @param at milliseconds since 1970 UTC @returns the nearest moment that has a date */
export function onCalendar(at: number): number {
  return Math.max(-MAX_DATE_MS, Math.min(at, MAX_DATE_MS))
}

/** For programs: 2026-04-15T13:30:00.000Z */
export function isoTime(at: number): string {
  return new Date(onCalendar(at)).toISOString()
}

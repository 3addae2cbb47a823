/** Times and durations, to people and from them. */
import { ApiFault } from '@triode/api'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const UNIT_MS: Readonly<Record<string, number>> = {
  s: SECOND_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
  w: 7 * DAY_MS,
}

/** `90s`, `30m`, `24h`, `7d`, `2w`. @returns milliseconds @throws ApiFault 'usage' */
export function durationMs(text: string): number {
  const match = /^([1-9]\d{0,5})([smhdw])$/.exec(text)
  const unit = UNIT_MS[match?.[2] ?? '']
  if (!match || unit === undefined) throw notDuration(text)
  return Number(match[1]) * unit
}

/**
 * A day or a minute by the clock of this machine, `2026-01-31` or `2026-01-31T18:30`; or how long ago, as durationMs.
 * @returns milliseconds since 1970 @throws ApiFault 'usage'
 */
export function momentMs(text: string, now: number): number {
  const date = /^\d{4}-\d\d-\d\d(T\d\d:\d\d)?$/.exec(text)
  if (date === null) return Math.max(0, now - durationMs(text))
  const at = Date.parse(date[1] === undefined ? `${text}T00:00` : text)
  if (Number.isNaN(at) || at < 0) throw notMoment(text)
  return at
}

/** As durationMs; `off` is null. */
export function durationOrOff(text: string): number | null {
  return text === 'off' ? null : durationMs(text)
}

/** `7 d`, `90 min`: the largest unit that leaves no remainder worth telling. */
export function spanText(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.round(ms / SECOND_MS)} s`
  if (ms < 2 * HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`
  return ms < 2 * DAY_MS ? `${Math.round(ms / HOUR_MS)} h` : `${Math.round(ms / DAY_MS)} d`
}

/** The last that a Date holds (ECMA-262 §21.4.1.1). */
const MAX_DATE_MS = 8_640_000_000_000_000

/** `just now`, `5 min ago`, `in 24 h`; a date when it is more than a month away. */
export function relativeTime(at: number, now: number): string {
  const away = Math.abs(now - at)
  // What others signed may say a time beyond what a date can.
  if (away > 31 * DAY_MS) return new Date(Math.min(at, MAX_DATE_MS)).toISOString().slice(0, 10)
  if (at > now) return `in ${spanText(away)}`
  return away < MINUTE_MS ? 'just now' : `${spanText(away)} ago`
}

function notMoment(text: string): ApiFault {
  return new ApiFault({
    status: 400,
    code: 'usage',
    message: `'${text}' is not a date`,
    remedy: 'Write it as 2026-01-31 or 2026-01-31T18:30, or how long ago it is, such as 7d',
  })
}

function notDuration(text: string): ApiFault {
  return new ApiFault({
    status: 400,
    code: 'usage',
    message: `'${text}' is not a duration`,
    remedy: 'Write a number and a unit, such as 30m, 24h or 7d',
  })
}

/** Numbers, sizes, times and lists as they are written in a language: all by Intl, whose objects are made once. */
import type { Locale } from './locales.ts'
import { onCalendar } from './moment.ts'

export interface Formats {
  readonly formatNumber: (value: number) => string
  /** 0.42 -> 42 % */
  readonly formatPercent: (share: number) => string
  /** 1_500_000 -> 1.5 MB; steps of a thousand, as file managers and disks count. */
  readonly formatBytes: (bytes: number) => string
  readonly formatRate: (bytesPerSecond: number) => string
  /** 95_000 -> 1 min 35 sec; its two largest units. */
  readonly formatDuration: (ms: number) => string
  /** The time of day: 14:05 */
  readonly formatTime: (at: number) => string
  /** Today, Yesterday, a weekday of the last six days, else the date. */
  readonly formatDay: (at: number, now?: number) => string
  /** Day and time in full, for who wants to know exactly. */
  readonly formatMoment: (at: number) => string
  /** As short as a list has room for: the time today, the weekday this week, else the date. */
  readonly formatShort: (at: number, now?: number) => string
  /** 3 minutes ago, in 2 days */
  readonly formatRelative: (at: number, now?: number) => string
  /** Alice, Bob, and Carol */
  readonly formatList: (items: readonly string[]) => string
}

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const SIZES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const
const STEP = 1000

/** Largest first; a month and a year as long as they are on average. */
const AGES: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365.25 * DAY_MS],
  ['month', 30.44 * DAY_MS],
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
  ['second', SECOND_MS],
]

const LENGTHS = [
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
  ['second', SECOND_MS],
] as const

/** What Intl knows the language as. */
export function intlLocale(locale: Locale): string {
  return locale === 'en-XA' ? 'en' : locale
}

export function formatsOf(locale: Locale): Formats {
  const tag = intlLocale(locale)
  const number = new Intl.NumberFormat(tag)
  const percent = new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 0 })
  const list = new Intl.ListFormat(tag, { type: 'conjunction' })
  const time = new Intl.DateTimeFormat(tag, { hour: 'numeric', minute: '2-digit' })
  const moment = new Intl.DateTimeFormat(tag, { dateStyle: 'full', timeStyle: 'short' })
  const day = dayFormat(tag)
  const short = shortFormat(tag, (at) => time.format(at))
  return {
    formatNumber: (value) => number.format(value),
    formatPercent: (share) => percent.format(share),
    formatBytes: sizeFormat(tag, ''),
    formatRate: sizeFormat(tag, '-per-second'),
    formatDuration: durationFormat(tag),
    formatTime: (at) => time.format(onCalendar(at)),
    formatDay: (at, now) => day(onCalendar(at), now),
    formatMoment: (at) => moment.format(onCalendar(at)),
    formatShort: (at, now) => short(onCalendar(at), now),
    formatRelative: relativeFormat(tag),
    formatList: (items) => list.format(items),
  }
}

/** Whole bytes; three digits that matter of anything larger. */
function sizeFormat(tag: string, per: '' | '-per-second'): (bytes: number) => string {
  const formats = SIZES.map(
    (size) =>
      new Intl.NumberFormat(tag, {
        style: 'unit',
        unit: `${size}${per}`,
        unitDisplay: size === 'byte' && per === '' ? 'long' : 'short',
        ...(size === 'byte' ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 }),
      }),
  )
  return (bytes) => {
    // What would be written as 1,000 of a unit is 1 of the next.
    const steps = SIZES.findIndex((_, index) => bytes < 999.5 * STEP ** index)
    const size = steps === -1 ? SIZES.length - 1 : steps
    return formats[size]?.format(bytes / STEP ** size) ?? ''
  }
}

function durationFormat(tag: string): (ms: number) => string {
  const units = LENGTHS.map(
    ([unit, ms]) => [new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'short' }), ms] as const,
  )
  const list = new Intl.ListFormat(tag, { type: 'unit', style: 'narrow' })
  return (ms) => {
    let rest = Math.max(0, Math.round(ms / SECOND_MS)) * SECOND_MS
    const first = units.findIndex(([, length]) => rest >= length)
    if (first === -1) return units.at(-1)?.[0].format(0) ?? ''
    const parts: string[] = []
    for (const [format, length] of units.slice(first, first + 2)) {
      const whole = Math.floor(rest / length)
      rest -= whole * length
      if (whole > 0) parts.push(format.format(whole))
    }
    return list.format(parts)
  }
}

function dayFormat(tag: string): (at: number, now?: number) => string {
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' })
  const weekday = new Intl.DateTimeFormat(tag, { weekday: 'long' })
  const date = new Intl.DateTimeFormat(tag, { weekday: 'short', day: 'numeric', month: 'long' })
  const full = new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'long', year: 'numeric' })
  return (at, now = Date.now()) => {
    const days = daysBetween(at, now)
    if (days === 0 || days === 1) return capitalised(tag, relative.format(-days, 'day'))
    if (days > 1 && days < 7) return capitalised(tag, weekday.format(at))
    return isSameYear(at, now) ? date.format(at) : full.format(at)
  }
}

function shortFormat(tag: string, time: (at: number) => string): (at: number, now?: number) => string {
  const weekday = new Intl.DateTimeFormat(tag, { weekday: 'short' })
  const date = new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short' })
  const full = new Intl.DateTimeFormat(tag, { dateStyle: 'short' })
  return (at, now = Date.now()) => {
    const days = daysBetween(at, now)
    if (days === 0) return time(at)
    if (days > 0 && days < 7) return weekday.format(at)
    return isSameYear(at, now) ? date.format(at) : full.format(at)
  }
}

function relativeFormat(tag: string): (at: number, now?: number) => string {
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' })
  return (at, now = Date.now()) => {
    const away = at - now
    const [unit, length] = AGES.find(([, ms]) => Math.abs(away) >= ms) ?? (['second', SECOND_MS] as const)
    return relative.format(Math.trunc(away / length), unit)
  }
}

/** Days of the reader's calendar, whatever the clock was turned by in between. */
function daysBetween(at: number, now: number): number {
  return Math.round((midnightOf(now) - midnightOf(at)) / DAY_MS)
}

function midnightOf(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0)
}

function isSameYear(at: number, now: number): boolean {
  return new Date(at).getFullYear() === new Date(now).getFullYear()
}

/** What stands alone begins with a capital where the language has them. */
function capitalised(tag: string, text: string): string {
  const [first = ''] = text
  return first.toLocaleUpperCase(tag) + text.slice(first.length)
}

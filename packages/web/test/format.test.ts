import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { formatsOf } from '../src/i18n/format.ts'
import { isoTime } from '../src/i18n/moment.ts'

/** A Wednesday. */
const NOW = new Date(2026, 3, 15, 15, 30).getTime()
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const english = formatsOf('en')
const german = formatsOf('de')
const arabic = formatsOf('ar')

/** Intl parts numbers and units by spaces of several kinds. */
function plain(text: string): string {
  return text.replaceAll(/\s/gu, ' ')
}

suite('how numbers and times are written', () => {
  test('sizes take the unit in which they are short', () => {
    const written = [0, 1, 999, 1500, 999_499, 999_500, 12_345_678, 5e9, 7e15].map(english.formatBytes)
    assert.deepEqual(written, [
      '0 bytes',
      '1 byte',
      '999 bytes',
      '1.5 kB',
      '999 kB',
      '1 MB',
      '12.3 MB',
      '5 GB',
      '7,000 TB',
    ])
    assert.equal(plain(german.formatBytes(1_500_000)), '1,5 MB')
    assert.match(arabic.formatBytes(1_500_000), /^1.5 م/u)
  })

  test('rates say by the second', () => {
    assert.equal(plain(english.formatRate(2_500_000)), '2.5 MB/s')
    assert.equal(plain(german.formatRate(2_500)), '2,5 kB/s')
  })

  test('durations show their two largest units', () => {
    assert.equal(plain(english.formatDuration(0)), '0 sec')
    assert.equal(plain(english.formatDuration(95_000)), '1 min 35 sec')
    assert.equal(plain(english.formatDuration(2 * DAY_MS)), '2 days')
    assert.equal(plain(english.formatDuration(DAY_MS + 3 * HOUR_MS + MINUTE_MS)), '1 day 3 hr')
    assert.equal(plain(german.formatDuration(90 * MINUTE_MS)), '1 Std., 30 Min.')
  })

  test('days have the name that people give them', () => {
    assert.equal(english.formatDay(NOW - HOUR_MS, NOW), 'Today')
    assert.equal(english.formatDay(NOW - DAY_MS, NOW), 'Yesterday')
    assert.equal(english.formatDay(NOW - 3 * DAY_MS, NOW), 'Sunday')
    assert.equal(english.formatDay(NOW - 30 * DAY_MS, NOW), 'Mon, March 16')
    assert.equal(english.formatDay(NOW - 400 * DAY_MS, NOW), 'March 11, 2025')
    assert.equal(german.formatDay(NOW - DAY_MS, NOW), 'Gestern')
    assert.equal(arabic.formatDay(NOW, NOW), 'اليوم')
  })

  test('yesterday begins at midnight, not a day ago', () => {
    const morning = new Date(2026, 3, 15, 0, 1).getTime()
    assert.equal(english.formatDay(morning - 2 * MINUTE_MS, morning), 'Yesterday')
    assert.equal(english.formatDay(morning, morning + DAY_MS - 2 * MINUTE_MS), 'Today')
  })

  test('a list has room for a time, a weekday or a date', () => {
    assert.equal(plain(english.formatShort(NOW, NOW)), '3:30 PM')
    assert.equal(english.formatShort(NOW - 2 * DAY_MS, NOW), 'Mon')
    assert.equal(english.formatShort(NOW - 40 * DAY_MS, NOW), 'Mar 6')
    assert.equal(german.formatShort(NOW, NOW), '15:30')
  })

  test('ages go by the largest unit that is whole', () => {
    assert.equal(english.formatRelative(NOW - 500, NOW), 'now')
    assert.equal(english.formatRelative(NOW - 3 * MINUTE_MS, NOW), '3 minutes ago')
    assert.equal(english.formatRelative(NOW + 2 * DAY_MS, NOW), 'in 2 days')
    assert.equal(german.formatRelative(NOW - 2 * HOUR_MS, NOW), 'vor 2 Stunden')
  })

  test('a clock of somebody else that no calendar reaches throws nowhere', () => {
    for (const at of [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])
      for (const { formatTime, formatDay, formatMoment, formatShort, formatRelative } of [english, arabic])
        for (const format of [formatTime, formatDay, formatMoment, formatShort, formatRelative])
          assert.notEqual(format(at), '')
    assert.equal(isoTime(Number.MAX_SAFE_INTEGER), '+275760-09-13T00:00:00.000Z')
    assert.equal(isoTime(NOW), new Date(NOW).toISOString())
  })

  test('lists and shares', () => {
    assert.equal(english.formatList(['Alice', 'Bob', 'Carol']), 'Alice, Bob, and Carol')
    assert.equal(german.formatList(['Alice', 'Bob']), 'Alice und Bob')
    assert.equal(plain(german.formatPercent(0.42)), '42 %')
  })
})

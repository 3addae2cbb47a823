/** Times, durations and tables as people read and write them. */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { fields, table } from '../src/print/table.ts'
import { durationMs, durationOrOff, relativeTime, spanText } from '../src/print/time.ts'

const MINUTE = 60_000
const DAY = 86_400_000

suite('durations', () => {
  test('are a number and a unit', () => {
    const known: [string, number][] = [
      ['90s', 90_000],
      ['30m', 30 * MINUTE],
      ['24h', DAY],
      ['7d', 7 * DAY],
      ['2w', 14 * DAY],
    ]
    for (const [text, ms] of known) assert.equal(durationMs(text), ms)
    assert.equal(durationOrOff('off'), null)
    for (const text of ['', '7', 'd', '0d', '-1d', '1.5h', '7 d', '7D', '1y', 'off', '1234567d']) {
      assert.throws(() => durationMs(text), { code: 'usage' }, text)
    }
  })

  test('are told in the unit that fits', () => {
    const told = [1_000, 59_000, MINUTE, 90 * MINUTE, 3 * 60 * MINUTE, DAY, 7 * DAY].map(spanText)
    assert.deepEqual(told, ['1 s', '59 s', '1 min', '90 min', '3 h', '24 h', '7 d'])
  })

  test('before and after now', () => {
    const now = 100 * DAY
    assert.equal(relativeTime(now - 1, now), 'just now')
    assert.equal(relativeTime(now - 5 * MINUTE, now), '5 min ago')
    assert.equal(relativeTime(now + DAY, now), 'in 24 h')
    assert.equal(relativeTime(0, now), '1970-01-01')
  })
})

suite('tables', () => {
  test('line up, whatever is as wide as two', () => {
    const rows = [
      ['日本', 'x'],
      ['👩‍👩‍👧', 'y'],
      ['é', 'z'],
    ]
    assert.equal(table(['A', 'B'], rows, 'none'), 'A     B\n日本  x\n👩‍👩‍👧    y\né     z\n')
    assert.equal(table(['A'], [], 'none'), 'none\n')
  })

  test('hold nothing that a terminal would obey', () => {
    assert.equal(table(['A'], [['\u001b[31mred\n\u202eeno']], ''), 'A\n[31mred eno\n')
    assert.equal(
      fields([
        ['name', '\u0007bell'],
        ['none', undefined],
      ]),
      'name  bell\n',
    )
  })
})

import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Clock } from '@triode/core'
import { systemClock } from '@triode/crypto'
import { Warnings } from '../../src/diagnosis/warnings.ts'

it('warnings are shown for ten minutes, the newest of a code, and a clock that is known to differ is not suspected besides', () => {
  let elapsed = 0
  const clock: Clock = { ...systemClock, elapsed: () => elapsed }
  const warnings = new Warnings(clock)
  const note = (code: string, message = code): void => {
    warnings.note({ type: 'fault', code, message })
  }
  const codes = (): string[] => warnings.list().map(({ code }) => code)
  note('clock-suspected')
  note('no-route')
  assert.deepEqual(codes(), ['clock-suspected'])
  elapsed = 300_000
  note('clock-differs', 'by three days')
  note('clock-differs', 'by four days')
  note('disk-full')
  assert.deepEqual(codes(), ['clock-differs', 'disk-full'])
  assert.equal(warnings.list()[0]?.message, 'by four days')
  note('clock-suspected')
  assert.deepEqual(codes(), ['clock-differs', 'disk-full'])
  elapsed = 900_001
  assert.deepEqual(codes(), [])
})

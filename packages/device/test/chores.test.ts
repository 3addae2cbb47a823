import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { IntegrityFault, Unavailable } from '@triode/core'
import { createVirtualClock } from '@triode/testkit'
import { Chores } from '../src/chores.ts'
import { TELL_AGAIN_MS, WARNING_SHOWN_MS } from '../src/tuning.ts'
import { Warnings } from '../src/diagnosis/warnings.ts'

function full(): never {
  throw new Unavailable('disk-full', { message: 'The disk is full.', remedy: 'Make room.' })
}

describe('what a device does by itself', () => {
  it('goes on whatever fails, and is told of once, again after minutes, and anew after it worked', () => {
    const clock = createVirtualClock()
    const told: string[] = []
    const chores = new Chores(clock, 'chore-failed', (fault) => told.push(fault.code))
    let done = 0
    const round = (...works: (() => void)[]): void => {
      chores.round([...works, () => done++])
    }
    round(full)
    round(full, full)
    assert.deepEqual([told, done], [['disk-full'], 2])
    clock.advance(TELL_AGAIN_MS)
    round(full)
    assert.deepEqual(told, ['disk-full', 'disk-full'])
    round()
    round(full)
    assert.equal(told.length, 3)
    round(() => {
      throw new TypeError('a defect')
    })
    assert.equal(told.at(-1), 'chore-failed')
    round(() => {
      throw new IntegrityFault('record-damaged')
    })
    assert.equal(told.at(-1), 'vault-damaged', 'under the code that faces know')
  })
})

describe('warnings', () => {
  it('hold the newest of what a person has to act on, for some minutes', () => {
    const clock = createVirtualClock()
    const warnings = new Warnings(clock)
    warnings.note({ type: 'fault', code: 'knock-unknown', message: 'A stranger called.' })
    warnings.note({ type: 'lock' })
    assert.deepEqual(warnings.list(), [])
    warnings.note({ type: 'fault', code: 'clock-differs', message: 'Two days.' })
    warnings.note({ type: 'fault', code: 'clock-differs', message: 'Three days.', remedy: 'Set it.' })
    assert.deepEqual(warnings.list(), [{ code: 'clock-differs', message: 'Three days.', remedy: 'Set it.' }])
    clock.advance(WARNING_SHOWN_MS + 1)
    assert.deepEqual(warnings.list(), [])
  })
})

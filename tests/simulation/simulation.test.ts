/**
 * Whole circles on a virtual clock: partitions, crashes, wrong clocks, silent links and hostile members, from seeds.
 * When one fails, its message is the command that replays it.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  MISDEED,
  simulate,
  type Misdeed,
  type SimulationOptions,
  type SimulationReport,
} from '@triode/testkit'
import { replayOf, scheduleOf } from './schedule.ts'

function run(options: SimulationOptions): SimulationReport {
  const report = simulate(options)
  const told = report.violations.map(({ rule, what }) => `${rule}: ${what}`)
  assert.deepEqual(told, [], `replay with: ${replayOf(options)}`)
  return report
}

/** Seeds of the schedules that run each time; more of them: npm run simulate. */
const SMALL = Array.from({ length: 8 }, (_, index) => `small ${index}`)
const SMALLEST = 5
/** So many runs are enough for each misdeed to be seen by somebody. */
const TRIES = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']

describe('a simulated circle', () => {
  it('brings 50 devices through everything, and they converge', () => {
    const report = run({ seed: 'half a hundred', devices: 50, steps: 300 })
    assert.ok(report.active >= 25 && report.messages >= 80)
    for (const action of ['partition', 'heal', 'stall', 'crash', 'die', 'jump', 'restore', 'fillDisk']) {
      assert.ok((report.actions[action] ?? 0) > 0, `there was no ${action}`)
    }
    assert.ok(report.repeated > 0, 'nothing came twice')
  })

  for (const [index, seed] of SMALL.entries()) {
    const options = scheduleOf(seed, { devices: SMALLEST + index, steps: 250 })
    const hostile = options.hostile?.length
      ? `, among them one to ${options.hostile.join(' and one to ')}`
      : ''
    it(`holds with ${options.devices} devices${hostile} (seed ${seed})`, () => {
      run(options)
    })
  }

  it('holds with clocks that are wrong by weeks', () => {
    run({ seed: 'weeks', devices: 8, steps: 250, maxSkewDays: 40 })
  })
})

describe('a hostile member', () => {
  for (const misdeed of Object.values(MISDEED)) {
    it(`may ${misdeed} as it likes: the others keep what they have, and converge`, () => {
      run({ seed: `${misdeed} alone`, devices: 8, steps: 250, hostile: [misdeed] })
    })
  }

  it('is named for what can be proven', () => {
    const isNamed = (misdeed: Misdeed, code: string): boolean =>
      TRIES.some((seed) => {
        const report = run({ seed: `${misdeed} ${seed}`, devices: 8, steps: 200, hostile: [misdeed] })
        return (report.accusations[code] ?? 0) > 0
      })
    assert.ok(isNamed(MISDEED.forge, 'head-signature-wrong'))
    assert.ok(isNamed(MISDEED.fork, 'feed-forked'))
    assert.ok(isNamed(MISDEED.erase, 'erasure-signature-wrong'))
  })

  it('finds no help in others of its kind', () => {
    run({ seed: 'five of twelve', devices: 12, steps: 250, hostile: Object.values(MISDEED) })
  })
})

describe('a seed', () => {
  it('replays its run exactly', () => {
    const options = { seed: 'again', devices: 7, steps: 200, hostile: [MISDEED.replay] }
    const [first, second] = [run(options), run(options)]
    assert.deepEqual(second, first)
    const other = run({ ...options, seed: 'other' })
    assert.notEqual(other.digest, first.digest)
  })
})

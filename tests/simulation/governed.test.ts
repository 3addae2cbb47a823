/**
 * Schedules of circles in which several must agree to what is grave (spec §5.12): acts are proposed, agreed to and taken back, beside each
 * other and too late, while links, processes and clocks fail; keepers are appointed and dismissed, and names change. More of
 * them: `npm run simulate -- --approvals 2 --schedules 500`.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { simulate, type SimulationReport } from '@triode/testkit'
import { replayOf, scheduleOf } from './schedule.ts'

const SCHEDULES = 40
const BATCH = 20
/** Two must agree, or three, by turns. */
const APPROVALS = [2, 3] as const

function run(number: number): SimulationReport {
  const options = scheduleOf(`governed/${number}`, { approvals: APPROVALS[number % APPROVALS.length] ?? 2 })
  const report = simulate(options)
  const told = report.violations.map(({ rule, what }) => `${rule}: ${what}`)
  assert.deepEqual(told, [], `replay with: ${replayOf(options)}`)
  return report
}

describe(`of ${SCHEDULES} circles that ask for approvals`, () => {
  const reports: SimulationReport[] = []
  for (let from = 0; from < SCHEDULES; from += BATCH) {
    it(`those from ${from} to ${from + BATCH - 1} hold`, () => {
      for (let number = from; number < from + BATCH; number++) reports.push(run(number))
    })
  }

  it('enough is taken back, in time and too late', (context) => {
    const sum = (of: 'acts' | 'effective'): number =>
      reports.reduce((total, { withdrawn }) => total + withdrawn[of], 0)
    context.diagnostic(`${sum('acts')} acts were taken back, ${sum('effective')} of them too late`)
    assert.ok(sum('acts') >= SCHEDULES / 2)
    assert.ok(sum('effective') >= SCHEDULES / BATCH)
  })
})

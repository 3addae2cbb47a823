/** Many short schedules, one test for some dozen of them: see judgeFirst.test.ts and judgeSecond.test.ts. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { simulate, type SimulationReport } from '@triode/testkit'
import { exposureOf } from './exposure.ts'
import { replayOf, scheduleOf } from './schedule.ts'

/** Half of the schedules that run each time; two files, so that they run on two cores. Thousands: `npm run simulate -- --schedules 5000`. */
export const SCHEDULES = 300
const BATCH = 50

/** Runs `SCHEDULES` schedules whose seeds begin with `name`. The first that breaks ends its batch, with how to replay it. */
export function judge(name: string): void {
  describe(`of ${SCHEDULES} seeded schedules (${name})`, () => {
    const reports: SimulationReport[] = []
    for (let from = 0; from < SCHEDULES; from += BATCH) {
      it(`those from ${from} to ${from + BATCH - 1} hold`, () => {
        for (let number = from; number < from + BATCH; number++) reports.push(run(`${name}/${number}`))
      })
    }

    it('enough happens in them', (context) => {
      for (const line of exposureOf(reports)) context.diagnostic(line)
      const total = (action: string): number =>
        reports.reduce((sum, report) => sum + (report.actions[action] ?? 0), 0)
      for (const action of [
        'remove',
        'suspend',
        'restoreMember',
        'transfer',
        'clash',
        'linger',
        'restoreTwice',
      ])
        assert.ok(total(action) >= SCHEDULES / BATCH, `there was hardly any ${action}`)
      assert.ok(reports.reduce((sum, { guarded }) => sum + guarded, 0) > SCHEDULES)
      assert.ok(reports.every(({ devices }) => devices >= 20))
      assert.ok(
        reports.some(({ dissolved }) => dissolved),
        'no circle was dissolved',
      )
    })
  })
}

function run(seed: string): SimulationReport {
  const options = scheduleOf(seed)
  const report = simulate(options)
  const told = report.violations.map(({ rule, what }) => `${rule}: ${what}`)
  assert.deepEqual(told, [], `replay with: ${replayOf(options)}`)
  return report
}

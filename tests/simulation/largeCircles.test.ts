/**
 * A few schedules of circles of 100 and 200 devices, in a process of their own: what takes long is that so many devices hear of so
 * many others. More of them: `npm run simulate -- --devices 200 --schedules 10`.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { simulate, type SimulationReport } from '@triode/testkit'
import { replayOf, scheduleOf } from './schedule.ts'

const SCHEDULES = [
  { devices: 100, seeds: ['hundred/0', 'hundred/1'] },
  { devices: 200, seeds: ['two hundred/0'] },
] as const

describe('a large circle', () => {
  for (const { devices, seeds } of SCHEDULES) {
    for (const seed of seeds) {
      it(`of ${devices} devices holds (seed ${seed})`, (context) => {
        const options = scheduleOf(seed, { devices })
        const report: SimulationReport = simulate(options)
        const told = report.violations.map(({ rule, what }) => `${rule}: ${what}`)
        assert.deepEqual(told, [], `replay with: ${replayOf(options)}`)
        assert.ok(report.devices >= devices && report.active > devices / 2 && report.messages > 0)
        context.diagnostic(
          `${report.active} in the end, ${report.messages} messages, ${report.frames} frames`,
        )
      })
    }
  }
})

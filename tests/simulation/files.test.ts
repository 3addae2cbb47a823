/** Files in small circles that fail in all the ways in which machines, links and members do: a few schedules each time; more with `npm run simulate -- --files`. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { simulateFiles, type FileReport } from './files/simulateFiles.ts'

const SCHEDULES = 6
const SMALL = { seed: 'same', devices: 4, steps: 40 }

describe(`of ${SCHEDULES} schedules of files`, () => {
  const reports: FileReport[] = []
  for (let number = 0; number < SCHEDULES; number++)
    it(`that of number ${number} holds`, async () => {
      const seed = `test/${number}`
      const report = await simulateFiles({ seed })
      reports.push(report)
      const told = report.violations.map(({ rule, what }) => `${rule}: ${what}`)
      assert.deepEqual(told, [], `replay with: npm run simulate -- --files --seed ${seed}`)
    })

  it('enough happens in them', () => {
    const total = (action: string): number =>
      reports.reduce((sum, { actions }) => sum + (actions[action] ?? 0), 0)
    for (const action of [
      'send',
      'forward',
      'crash',
      'die',
      'fillDisk',
      'damage',
      'leaveRoom',
      'pause',
      'drop',
    ])
      assert.ok(total(action) > 0, `there was no ${action}`)
    assert.ok(total('accused of chunk-wrong') > 0, 'no liar was found out')
    assert.ok(total('by keepers') > 0, 'nothing came by a keeper')
    assert.ok(reports.reduce((sum, { got }) => sum + got, 0) > 10 * SCHEDULES)
  })

  it('the same seed gives the same', async () => {
    const [one, other] = [await simulateFiles(SMALL), await simulateFiles(SMALL)]
    assert.deepEqual(one, other)
  })
})

/** The gates on this repository itself. That each gate can fail is shown by the canaries beside this file. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GATES, runGate } from '../../scripts/gates/gate.ts'

for (const gate of GATES) {
  test(`the repository passes: npm run ${gate}`, () => {
    const { passed, output } = runGate(gate)
    assert.ok(passed, `npm run ${gate} found:\n${output}`)
  })
}

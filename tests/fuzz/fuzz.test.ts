/** Every kept input again, and a share of new ones from a fresh seed: `npm run fuzz` does more of them. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { readInputs } from './engine/corpus.ts'
import { breachOf } from './engine/contract.ts'
import { Coverage } from './engine/coverage.ts'
import { fuzz } from './engine/loop.ts'
import { TARGETS } from './targets/index.ts'

/** Milliseconds of fuzzing over all targets together. */
const TOTAL_MS = 15_000
const seed = process.env['TRIODE_FUZZ_SEED'] ?? String(Date.now())

const coverage = new Coverage()
after(() => {
  coverage.stop()
})

process.stdout.write(`fuzz: seed ${seed}\n`)

for (const target of TARGETS) {
  const kept = [...readInputs('corpus', target.name), ...readInputs('regressions', target.name)]

  test(`${target.name} keeps its contract with every input that was kept`, async () => {
    for (const input of [...target.seeds(), ...kept]) {
      assert.equal(await breachOf(target, input), undefined, input.toHex())
    }
  })

  test(`${target.name} keeps its contract with new inputs`, async () => {
    const maxMs = TOTAL_MS / TARGETS.length
    const { runs, found } = await fuzz(target, coverage, { seed, maxMs, maxRuns: Infinity, corpus: kept })
    const replay = `npm run fuzz -- ${target.name} --seed ${seed} --runs ${String(runs)}`
    assert.equal(found?.breach, undefined, `${found?.input.toHex() ?? ''}, replay: ${replay}`)
  })
}

test('every target has seeds, and nearly every one a seed that decodes', () => {
  const refused = TARGETS.filter(
    (target) => !target.seeds().some((input) => decodes(() => target.run(input))),
  )
  assert.deepEqual(
    refused.map(({ name }) => name),
    // Without the keys, nothing they take opens.
    SEALED,
  )
})

const SEALED = ['stored-log', 'stored-audit-log']

function decodes(run: () => unknown): boolean {
  try {
    run()
    return true
  } catch {
    return false
  }
}

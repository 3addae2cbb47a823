/** Every kept input again, and a share of new ones from a fresh seed: `npm run fuzz` does more of them. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { readInputs } from './engine/corpus.ts'
import { breachOf, trialOf } from './engine/contract.ts'
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

/** Targets none of whose seeds gets through, and why. */
const REFUSING: Readonly<Record<string, string>> = {
  'stored-log': 'the first entry has to follow from the circle of the log',
  'stored-audit-log': 'the head and the records have to fit, which one value for both does not',
  'api-refusal': 'what it decodes is a refusal',
}

test('every target has seeds, and a seed that decodes', async () => {
  const refusing: string[] = []
  for (const target of TARGETS) {
    const trials = await Promise.all(target.seeds().map((input) => trialOf(target, input)))
    if (!trials.some(({ decoded }) => decoded)) refusing.push(target.name)
  }
  assert.deepEqual(
    refusing.filter((name) => REFUSING[name] === undefined),
    [],
  )
})

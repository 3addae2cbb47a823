/**
 * `npm run fuzz [-- TARGET... --seconds N --runs N --seed S --keep --list]`
 *
 * Fuzzes each target, or those named, for N seconds each (5) from a fresh seed or S, and says how many inputs ran and what
 * they reached. --runs N stops after as many inputs, so that a seed gives the same ones again. --keep minimises the corpus
 * with what was found, and keeps what broke a contract. Exit code 0: every contract held; 1: one did not; 2: wrong use.
 */
import { parseArgs } from 'node:util'
import { addRegression, minimised, readInputs, shrunk, writeCorpus } from '../tests/fuzz/engine/corpus.ts'
import { Coverage } from '../tests/fuzz/engine/coverage.ts'
import { fuzz, type Found, type Outcome } from '../tests/fuzz/engine/loop.ts'
import type { Target } from '../tests/fuzz/target.ts'
import { TARGETS } from '../tests/fuzz/targets/index.ts'

const SECONDS = 5
const MAX_SHOWN_BYTES = 256
const [EXIT_HELD, EXIT_BROKEN, EXIT_WRONG_USE] = [0, 1, 2]

interface Asked {
  readonly targets: readonly Target[]
  readonly seed: string
  readonly maxMs: number
  readonly maxRuns: number
  readonly keep: boolean
  readonly list: boolean
}

function asked(): Asked {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string' },
      runs: { type: 'string' },
      seed: { type: 'string' },
      keep: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
    },
  })
  for (const name of positionals) {
    if (!TARGETS.some((target) => target.name === name))
      throw new TypeError(`no target is called ${name}; see --list`)
  }
  const runs = count('runs', values.runs)
  return {
    targets: TARGETS.filter(({ name }) => positionals.length === 0 || positionals.includes(name)),
    seed: values.seed ?? String(Date.now()),
    maxMs: (count('seconds', values.seconds) ?? (runs === undefined ? SECONDS : Infinity)) * 1_000,
    maxRuns: runs ?? Infinity,
    keep: values.keep,
    list: values.list,
  }
}

function count(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new TypeError(`--${name} takes a whole number from 1`)
  return value
}

async function runOne(
  target: Target,
  coverage: Coverage,
  { seed, maxMs, maxRuns, keep }: Asked,
): Promise<Outcome> {
  const corpus = [...readInputs('corpus', target.name), ...readInputs('regressions', target.name)]
  const outcome = await fuzz(target, coverage, { seed, maxMs, maxRuns, corpus })
  const { runs, kept, covered, found } = outcome
  console.log(
    `${target.name}: ${runs} inputs, ${covered} characters of source reached, ${kept.length} new inputs`,
  )
  if (found !== undefined) await tell(target, found, { seed, runs, keep })
  else if (keep) writeCorpus(target.name, await minimised(target, coverage, [...corpus, ...kept]))
  return outcome
}

async function tell(
  target: Target,
  { input, breach }: Found,
  { seed, runs, keep }: { seed: string; runs: number; keep: boolean },
): Promise<void> {
  const small = await shrunk(target, input, breach.kind)
  console.log(`  BROKEN: ${breach.kind}: ${breach.what}`)
  console.log(`  by ${small.length} bytes: ${small.subarray(0, MAX_SHOWN_BYTES).toHex()}`)
  console.log(`  replay: npm run fuzz -- ${target.name} --seed ${seed} --runs ${runs}`)
  if (keep) addRegression(target.name, small, `${breach.kind}: ${breach.what}`)
}

async function main(): Promise<number> {
  let options: Asked
  try {
    options = asked()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    console.error(error.message)
    return EXIT_WRONG_USE
  }
  if (options.list) {
    for (const { name, covers } of options.targets) console.log(`${name}: ${covers.join(', ')}`)
    return EXIT_HELD
  }
  const coverage = new Coverage()
  const outcomes: Outcome[] = []
  for (const target of options.targets) outcomes.push(await runOne(target, coverage, options))
  coverage.stop()
  const broken = outcomes.filter(({ found }) => found !== undefined).length
  const runs = outcomes.reduce((total, outcome) => total + outcome.runs, 0)
  console.log(`seed ${options.seed}: ${runs} inputs in ${outcomes.length} targets, ${broken} broken`)
  return broken === 0 ? EXIT_HELD : EXIT_BROKEN
}

process.exitCode = await main()

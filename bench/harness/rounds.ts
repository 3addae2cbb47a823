/** Runs one case: contenders in turn within each round, so that what disturbs the machine disturbs all of them. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Case, Contender, Figures } from './case.ts'
import { describeMachine } from './machine.ts'
import { judge, summarise, type CaseResult, type ContenderResult } from './result.ts'

export interface RunOptions {
  readonly rounds?: number
  readonly quick: boolean
}

/** A contender that fails is reported as missing with its error; the others go on. */
export async function runCase(benchCase: Case, options: RunOptions): Promise<CaseResult> {
  const rounds = options.rounds ?? (options.quick ? 1 : benchCase.rounds)
  const machine = describeMachine()
  const scratch = mkdtempSync(join(tmpdir(), 'triode-bench-'))
  try {
    const entrants = await enter(benchCase, scratch)
    for (let number = 0; number < rounds; number++) {
      // Odd rounds run backwards: nobody always goes first.
      for (const entrant of number % 2 === 0 ? entrants : entrants.toReversed()) {
        await entrant.run(number, options.quick)
      }
    }
    const contenders = entrants.map((entrant) => entrant.result(benchCase))
    const { name, question, metrics, notes } = benchCase
    const judgements = judge(benchCase, contenders)
    return {
      case: name,
      question,
      rounds,
      metrics,
      machine,
      contenders,
      judgements,
      notes,
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

async function enter(benchCase: Case, scratch: string): Promise<Entrant[]> {
  const entrants = benchCase.contenders.map(
    (contender) => new Entrant(contender, join(scratch, contender.name)),
  )
  for (const entrant of entrants) await entrant.check()
  return entrants
}

class Entrant {
  readonly #contender: Contender
  readonly #scratch: string
  readonly #figures: Figures[] = []
  #missing: string | undefined

  constructor(contender: Contender, scratch: string) {
    this.#contender = contender
    this.#scratch = scratch
  }

  async check(): Promise<void> {
    this.#missing = await this.#contender.missing?.()
    mkdirSync(this.#scratch, { recursive: true })
  }

  async run(number: number, quick: boolean): Promise<void> {
    if (this.#missing !== undefined || number >= (this.#contender.rounds ?? Infinity)) return
    try {
      const figures = await this.#contender.measure({ number, quick, scratch: this.#scratch })
      this.#figures.push(figures)
      const shown = Object.entries(figures).map(([name, value]) => `${name} ${value.toPrecision(4)}`)
      console.log(`  round ${String(number + 1)}  ${this.#contender.name}: ${shown.join(', ')}`)
    } catch (error) {
      console.error(error)
      this.#missing = `failed: ${(error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''}`
    }
  }

  result(benchCase: Case): ContenderResult {
    const { name, setup } = this.#contender
    if (this.#missing === undefined)
      return { name, setup, figures: summarise(this.#figures, benchCase.metrics) }
    return { name, setup, missing: this.#missing, figures: {} }
  }
}

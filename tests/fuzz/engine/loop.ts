/** The loop: mutates what it has, keeps what reaches new code, and stops at the first breach of the contract. */
import { createSeededRandom } from '@triode/testkit'
import type { Target } from '../target.ts'
import { trialOf, type Breach } from './contract.ts'
import type { Guide } from './coverage.ts'
import { mutate, type Stock } from './mutate.ts'

/** Inputs between two looks at the coverage, a look costing as much as some hundred: more while there is nothing new. */
const BATCH = { least: 128, most: 2_048 } as const

/**
 * Of the inputs to start from, the target's own seeds: what is kept crowds them out otherwise, the more so where V8
 * forgets its counts and takes for new what is not, and what lies one step from a seed would take ten times as long.
 */
const SEED_SHARE = 0.3

/** Of the others, those that decode: most that are kept show a new way of being refused. */
const SOUND_SHARE = 0.7

export interface Found {
  readonly input: Uint8Array
  readonly breach: Breach
}

export interface Outcome {
  readonly runs: number
  /** What reached new code, in the order it was found; seeds and corpus are not among them. */
  readonly kept: readonly Uint8Array[]
  /** Characters of the watched sources that ran. */
  readonly covered: number
  readonly found: Found | undefined
}

export interface FuzzOptions {
  readonly seed: string
  /** Until whichever comes first. */
  readonly maxMs: number
  readonly maxRuns: number
  readonly corpus: readonly Uint8Array[]
}

/** Two runs with the same seed, corpus, number of runs and news try the same inputs. */
export async function fuzz(target: Target, coverage: Guide, options: FuzzOptions): Promise<Outcome> {
  const run = new Run(target, coverage, options)
  return run.all()
}

class Run {
  private readonly target: Target
  private readonly coverage: Guide
  private readonly options: FuzzOptions
  private readonly seeds: readonly Uint8Array[]
  private readonly inputs: Uint8Array[]
  /** Those of them that decode: they lead further than others. */
  private readonly sound: Uint8Array[] = []
  private readonly kept: Uint8Array[] = []
  private readonly stock: Stock
  private runs = 0
  private batchSize: number = BATCH.least

  constructor(target: Target, coverage: Guide, options: FuzzOptions) {
    this.target = target
    this.coverage = coverage
    this.options = options
    this.seeds = target.seeds().length > 0 ? target.seeds() : [new Uint8Array(0)]
    this.inputs = [...this.seeds, ...options.corpus]
    const words = target.words.map((word) => new TextEncoder().encode(word))
    this.stock = { random: createSeededRandom(`${options.seed}/${target.name}`), inputs: this.inputs, words }
  }

  async all(): Promise<Outcome> {
    this.coverage.reset()
    let found = await this.first()
    const endsAt = performance.now() + this.options.maxMs
    while (found === undefined && this.runs < this.options.maxRuns && performance.now() < endsAt) {
      found = await this.batch()
    }
    return { runs: this.runs, kept: this.kept, covered: this.coverage.size, found }
  }

  private async first(): Promise<Found | undefined> {
    for (const input of this.inputs) {
      const found = await this.one(input, true)
      if (found !== undefined) return found
    }
    this.coverage.takeNews()
    return undefined
  }

  private async batch(): Promise<Found | undefined> {
    const fresh = Array.from({ length: Math.min(this.batchSize, this.options.maxRuns - this.runs) }, () =>
      mutate(this.pick(), this.stock),
    )
    for (const input of fresh) {
      const found = await this.one(input)
      if (found !== undefined) return found
    }
    const news = this.coverage.hasNews()
    if (news) await this.keep(fresh)
    this.batchSize = news ? BATCH.least : Math.min(BATCH.most, this.batchSize * 2)
    return undefined
  }

  /** Which of them it was: half of them again, and of the half with news again half. */
  private async keep(fresh: readonly Uint8Array[]): Promise<void> {
    let decoded = false
    for (const input of fresh) decoded = (await trialOf(this.target, input)).decoded
    const [first] = fresh
    if (fresh.length > 1 && first !== undefined) {
      if (!this.coverage.hasNews()) return
      const middle = fresh.length >> 1
      await this.keep(fresh.slice(0, middle))
      await this.keep(fresh.slice(middle))
    } else if (first !== undefined && this.coverage.takeNews()) {
      this.kept.push(first)
      this.inputs.push(first)
      if (decoded) this.sound.push(first)
    }
  }

  private pick(): Uint8Array {
    const { random } = this.stock
    if (random.chance(SEED_SHARE)) return random.pick(this.seeds)
    return random.pick(this.sound.length > 0 && random.chance(SOUND_SHARE) ? this.sound : this.inputs)
  }

  private async one(input: Uint8Array, isGiven = false): Promise<Found | undefined> {
    this.runs++
    const { breach, decoded } = await trialOf(this.target, input)
    if (isGiven && decoded) this.sound.push(input)
    return breach && { input, breach }
  }
}

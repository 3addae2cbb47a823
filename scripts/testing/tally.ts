/** Adds up the closing counts of several runs of node:test, so that they close once, together. */

/** An event of node:test as reporters receive it. */
export interface TestEvent {
  readonly type: string
  readonly data: unknown
}

interface Counts {
  tests: number
  suites: number
  passed: number
  failed: number
  cancelled: number
  skipped: number
  todo: number
}

interface Summary {
  readonly success: boolean
  readonly counts: Counts
  /** Absent in the summary of a whole run. */
  readonly file?: string
}

/** How node:test words the counts. */
const WORDS = {
  tests: 'tests',
  suites: 'suites',
  passed: 'pass',
  failed: 'fail',
  cancelled: 'cancelled',
  skipped: 'skipped',
  todo: 'todo',
} as const

const COUNT_LINE = new RegExp(`^(?:${Object.values(WORDS).join('|')}|duration_ms) [\\d.]+$`)

export class Tally {
  private readonly counts: Counts = {
    tests: 0,
    suites: 0,
    passed: 0,
    failed: 0,
    cancelled: 0,
    skipped: 0,
    todo: 0,
  }
  private readonly startedAt = performance.now()
  private failedRuns = 0

  get success(): boolean {
    return this.failedRuns === 0
  }

  /** Whether reporters should see `event`; the closing counts of a single run are added up and withheld. */
  takes(event: TestEvent): boolean {
    if (event.type === 'test:summary') return !this.add(event.data as Summary)
    return !isCountLine(event)
  }

  /** The closing lines for everything that was added. */
  *close(): Generator<TestEvent> {
    const duration_ms = performance.now() - this.startedAt
    const lines = Object.entries(WORDS).map(([key, word]) => `${word} ${this.counts[key as keyof Counts]}`)
    for (const message of [...lines, `duration_ms ${Math.round(duration_ms)}`]) {
      yield { type: 'test:diagnostic', data: { nesting: 0, message, level: 'info' } }
    }
    yield { type: 'test:summary', data: { success: this.success, counts: this.counts, duration_ms } }
  }

  private add(summary: Summary): boolean {
    if (summary.file !== undefined) return false
    if (!summary.success) this.failedRuns++
    for (const key of Object.keys(this.counts) as (keyof Counts)[]) this.counts[key] += summary.counts[key]
    return true
  }
}

function isCountLine({ type, data }: TestEvent): boolean {
  if (type !== 'test:diagnostic') return false
  const { message, file } = data as { message: string; file?: string }
  return file === undefined && COUNT_LINE.test(message)
}

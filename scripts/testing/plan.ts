/** In which order test files run, and how many at a time. */
import { availableParallelism } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { note, runFile, type Ran } from './fileRun.ts'
import type { Tally, TestEvent } from './tally.ts'

/** Nothing but a processor's time is in these: they take what the others leave, from beginning to end. */
const YIELDING = /^tests\/simulation\//
/** They start devices as processes, whose memory and processors they want for themselves: none of the rest runs beside them. */
const APART = /^tests\/e2e\//
/** Beside them runs nothing but what yields: they measure time. */
const ALONE = /^tests\/(hostile\/|e2e\/fileFaults)/
/** These go first: what they find is found without waiting for the rest. */
const FIRST = /^tests\/gates\/repository/
/** The longest: begun last, one of them would run when everything else has ended. */
const LONGEST = /^tests\/(simulation\/(judge|large)|e2e\/kill)/
/** More would only make timing in tests less true. */
const MAX_BESIDE = 4
/** So many of the files that took longest are named at the end: that is where a whole run can become shorter. */
const LONGEST_NAMED = 15
/** After so long without a file that ended, it says what it waits for. */
const PULSE_MS = 60_000

/** Files that run `width` at a time, one after another. */
interface Lane {
  readonly waiting: string[]
  readonly width: number
  readonly yields: boolean
  running: number
}

/** The lanes of `files`: those of one stage run beside each other; a stage begins when what does not yield of the one before has ended. */
function stagesOf(files: readonly string[]): { readonly yielding: Lane; readonly stages: readonly Lane[] } {
  const beside = Math.min(availableParallelism(), MAX_BESIDE)
  const lane = (waiting: readonly string[], width: number, yields = false): Lane => ({
    waiting: [...waiting],
    width,
    yields,
    running: 0,
  })
  const { yielding = [], alone = [], apart = [], others = [] } = Object.groupBy(files, kindOf)
  return {
    yielding: lane(begunFirst(yielding, LONGEST), beside, true),
    stages: [
      lane(begunFirst(others, FIRST), beside),
      lane(begunFirst(apart, LONGEST), beside),
      lane(alone, 1),
    ],
  }
}

function kindOf(file: string): 'yielding' | 'alone' | 'apart' | 'others' {
  if (YIELDING.test(file)) return 'yielding'
  if (ALONE.test(file)) return 'alone'
  return APART.test(file) ? 'apart' : 'others'
}

function begunFirst(files: readonly string[], which: RegExp): string[] {
  const { first = [], rest = [] } = Object.groupBy(files, (file) => (which.test(file) ? 'first' : 'rest'))
  return [...first, ...rest]
}

/** Gives the events of each file when it has ended, and at last which took longest. */
async function* runAll(files: readonly string[]): AsyncGenerator<readonly TestEvent[]> {
  const { yielding, stages } = stagesOf(files)
  const running = new Map<string, Promise<{ ran: Ran; lane: Lane }>>()
  const fill = (lane: Lane): void => {
    for (const file of lane.waiting.splice(0, lane.width - lane.running)) {
      lane.running++
      running.set(
        file,
        runFile(file, lane).then((ran) => ({ ran, lane })),
      )
    }
  }
  const ended: Pick<Ran, 'file' | 'elapsedMs'>[] = []
  const isOver = (lane: Lane): boolean => lane.waiting.length === 0 && lane.running === 0
  for (;;) {
    const stage = stages.find((lane) => !isOver(lane))
    for (const lane of stage === undefined ? [yielding] : [stage, yielding]) fill(lane)
    if (running.size === 0) break
    const next = await Promise.race([...running.values(), delay(PULSE_MS, undefined, { ref: false })])
    if (next === undefined) {
      yield [note(`triode: still running ${[...running.keys()].join(', ')}`)]
      continue
    }
    running.delete(next.ran.file)
    next.lane.running--
    ended.push({ file: next.ran.file, elapsedMs: next.ran.elapsedMs })
    yield next.ran.events
  }
  if (ended.length > LONGEST_NAMED) yield [note(longest(ended))]
}

function longest(ended: readonly Pick<Ran, 'file' | 'elapsedMs'>[]): string {
  const named = ended.toSorted((a, b) => b.elapsedMs - a.elapsedMs).slice(0, LONGEST_NAMED)
  const lines = named.map(({ file, elapsedMs }) => `  ${(elapsedMs / 1e3).toFixed(0).padStart(5)} s  ${file}`)
  return ['triode: what took longest, with others beside it:', ...lines].join('\n')
}

/** Runs `files` and closes once. Events of a file come together. */
export async function* runInOrder(files: readonly string[], tally: Tally): AsyncGenerator<TestEvent> {
  for await (const events of runAll(files)) yield* events.filter((event) => tally.takes(event))
  yield* tally.close()
}

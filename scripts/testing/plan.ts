/** In which order test files run, and how many at a time. */
import { availableParallelism } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { note, runFile, type Ran } from './fileRun.ts'
import type { Tally, TestEvent } from './tally.ts'

/** Beside them nothing else runs: they start processes and measure time. */
const ALONE = /^tests\/(e2e|hostile)\//
/** These go first: what they find is found without waiting for the rest. */
const FIRST = /^tests\/gates\/repository/
/** More would only make timing in tests less true. */
const MAX_BESIDE = 4
/** After so long without a file that ended, it says what it waits for. */
const PULSE_MS = 60_000

/** Starts files in order, `width` at a time; gives the events of each when it has ended. */
async function* runBeside(files: readonly string[], width: number): AsyncGenerator<readonly TestEvent[]> {
  const waiting = [...files]
  const running = new Map<string, Promise<Ran>>()
  for (;;) {
    for (const file of waiting.splice(0, width - running.size)) running.set(file, runFile(file))
    if (running.size === 0) return
    const ran = await Promise.race([...running.values(), delay(PULSE_MS, undefined, { ref: false })])
    if (ran === undefined) {
      yield [note(`triode: still running ${[...running.keys()].join(', ')}`)]
      continue
    }
    running.delete(ran.file)
    yield ran.events
  }
}

/** Runs `files` and closes once. Events of a file come together. */
export async function* runInOrder(files: readonly string[], tally: Tally): AsyncGenerator<TestEvent> {
  const alone = files.filter((file) => ALONE.test(file))
  const first = files.filter((file) => FIRST.test(file))
  const others = files.filter((file) => !alone.includes(file) && !first.includes(file))
  const beside = Math.min(availableParallelism(), MAX_BESIDE)
  for (const [batch, width] of [
    [[...first, ...others], beside],
    [alone, 1],
  ] as const) {
    for await (const events of runBeside(batch, width)) yield* events.filter((event) => tally.takes(event))
  }
  yield* tally.close()
}

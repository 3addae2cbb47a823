/** One test file, in a process of its own, that ends also when the file does not. */
import { run } from 'node:test'
import type { TestEvent } from './tally.ts'

/** Beyond this a file hangs: the longest take some minutes. */
const FILE_TIMEOUT_MS = Number(process.env['TRIODE_TEST_FILE_TIMEOUT_MS'] ?? 20 * 60_000)
/** One that yields may be waiting for all the others until they have ended. */
const YIELDING_TIMES = 4
/** So long after its last test a file may take to end: closing sockets and children takes seconds. */
const LINGER_MS = FILE_TIMEOUT_MS / 8

export interface Ran {
  readonly file: string
  /** Every event of the file's run, in order. */
  readonly events: readonly TestEvent[]
  /** From its start to its end, while others ran beside it. */
  readonly elapsedMs: number
}

/** How the process of a file that yields begins. */
const YIELDING = ['--import', new URL('yield.ts', import.meta.url).href]

/** @param how - whether its process takes only the processor's time that others leave */
export async function runFile(file: string, how: { readonly yields: boolean }): Promise<Ran> {
  const startedAt = performance.now()
  const ending = new AbortController()
  const events: TestEvent[] = []
  const timeoutMs = how.yields ? YIELDING_TIMES * FILE_TIMEOUT_MS : FILE_TIMEOUT_MS
  const end = (why: string) => {
    events.push(note(`triode: ${file} ${why} and was ended`))
    ending.abort()
  }
  const late = setTimeout(end, timeoutMs, `ran longer than ${timeoutMs / 1000} s`)
  let lingering: NodeJS.Timeout | undefined
  let open = 0
  let begun = false
  for await (const event of run({
    files: [file],
    concurrency: 1,
    signal: ending.signal,
    ...(how.yields && { execArgv: YIELDING }),
  })) {
    events.push(event as TestEvent)
    const change = opens(event as TestEvent, file)
    open += change
    begun ||= change > 0
    clearTimeout(lingering)
    if (begun && open === 0) lingering = setTimeout(end, LINGER_MS, 'left something open after its tests')
  }
  clearTimeout(late)
  clearTimeout(lingering)
  return { file, events, elapsedMs: performance.now() - startedAt }
}

/** A line among the results. */
export function note(message: string): TestEvent {
  return { type: 'test:stdout', data: { message: `${message}\n` } }
}

/** How many more tests of `file` are under way after `event`; the file itself, which is one too, does not count. */
function opens({ type, data }: TestEvent, file: string): number {
  if ((data as { name?: string }).name === file) return 0
  if (type === 'test:enqueue') return 1
  return type === 'test:complete' ? -1 : 0
}

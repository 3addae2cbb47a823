/** Child processes that answer calls over Node's IPC. Each is ended by its own handle, and with its parent. */
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

interface Call {
  readonly id: number
  readonly name: string
  readonly input: unknown
}

type Answer =
  { readonly id: number; readonly output: unknown } | { readonly id: number; readonly error: string }

/** Longest that one call may take: the slowest, building 100,000 messages, took well under half of it. */
const CALL_TIMEOUT_MS = 600_000
/** Time to leave in peace before SIGKILL. */
const END_TIMEOUT_MS = 3_000

export interface Child {
  readonly pid: number
  /** Runs the child's handler `name`. @throws Error when the handler did, when the child died, or after ten minutes */
  call<Output>(name: string, input?: unknown): Promise<Output>
  /** Resolves when the process is gone. Idempotent. */
  end(): Promise<void>
}

/**
 * Starts `script` (beside the caller: pass `import.meta.url`) under this same Node.
 * @param prefix a program, and its arguments, that runs what follows and hands on what is open
 */
export function startChild(
  script: string,
  besideUrl: string,
  nodeOptions: readonly string[] = [],
  prefix: readonly string[] = [],
): Child {
  const [execPath = process.execPath, ...execArgv] = [...prefix, process.execPath, ...nodeOptions]
  const process_ = fork(fileURLToPath(new URL(script, besideUrl)), [], { execPath, execArgv })
  if (process_.pid === undefined) throw new Error(`could not start ${script}`)
  const exited = new Promise<void>((resolve) =>
    process_.once('exit', () => {
      resolve()
    }),
  )
  const waiting = new Map<number, (answer: Answer) => void>()
  process_.on('message', (answer: Answer) => waiting.get(answer.id)?.(answer))
  void exited.then(() => {
    for (const [id, settle] of waiting) settle({ id, error: `${script} ended before it answered` })
  })
  let calls = 0
  return {
    pid: process_.pid,
    call: (name, input) => callChild(process_, waiting, { id: calls++, name, input }),
    end: () => endChild(process_, exited),
  }
}

function callChild<Output>(
  child: ChildProcess,
  waiting: Map<number, (answer: Answer) => void>,
  call: Call,
): Promise<Output> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => waiting.get(call.id)?.({ id: call.id, error: `${call.name} took too long` }),
      CALL_TIMEOUT_MS,
    )
    waiting.set(call.id, (answer) => {
      clearTimeout(timer)
      waiting.delete(call.id)
      if ('error' in answer) reject(new Error(answer.error))
      else resolve(answer.output as Output)
    })
    if (child.exitCode === null) child.send(call)
    else waiting.get(call.id)?.({ id: call.id, error: 'the child has ended' })
  })
}

async function endChild(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT_MS)
  await exited
  clearTimeout(timer)
}

/** In the child: answers calls with `handlers`, until the parent goes away. */
export function answerCalls(handlers: Readonly<Record<string, (input: never) => unknown>>): void {
  process.on('message', (call: Call) => void answerCall(handlers, call))
  process.on('disconnect', () => process.exit())
}

async function answerCall(
  handlers: Readonly<Record<string, (input: never) => unknown>>,
  { id, name, input }: Call,
): Promise<void> {
  try {
    const handler = handlers[name]
    if (!handler) throw new Error(`no such call: ${name}`)
    process.send?.({ id, output: await handler(input as never) })
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
}

/** A process for the time of `work`: ended whatever happens. */
export async function withOne<T>(
  script: string,
  besideUrl: string,
  work: (child: Child) => Promise<T>,
): Promise<T> {
  const child = startChild(script, besideUrl)
  try {
    return await work(child)
  } finally {
    await child.end()
  }
}

/** Two processes of one script. */
export function withTwo<T>(
  script: string,
  besideUrl: string,
  work: (a: Child, b: Child) => Promise<T>,
): Promise<T> {
  return withOne(script, besideUrl, (a) => withOne(script, besideUrl, (b) => work(a, b)))
}

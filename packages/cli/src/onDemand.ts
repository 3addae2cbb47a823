/**
 * A device for one command: the daemon as a child, which ends when its stdin closes, so that it can't outlive us
 * however we end. The passphrase goes to it through the API alone.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { ApiFault, createClient, faultSchema, type Client } from '@triode/api'
import type { Environment } from '@triode/api/local'

export interface OnDemand {
  readonly client: Client
  /** Resolves once the device has ended. */
  stop(): Promise<void>
}

export interface OnDemandOptions {
  readonly home: string
  readonly channels: boolean
  readonly env: Environment
  /** For tests: another executable. */
  readonly daemon?: string | undefined
}

/** Closing a vault and some tunnels takes milliseconds; past this the child is stuck. */
const STOP_DEADLINE_MS = 5_000
/** More than any complaint needs. */
const MAX_STDERR_CHARS = 65_536

/** @throws ApiFault with what the device complained of */
export async function startOnDemand(options: OnDemandOptions): Promise<OnDemand> {
  const child = spawnDaemon(options)
  const ready = await readyLine(child)
  const client = createClient({ url: ready.api, token: ready.token })
  return { client, stop: () => stop(child) }
}

function spawnDaemon({ home, channels, env, daemon }: OnDemandOptions): ChildProcess {
  const executable = daemon ?? fileURLToPath(import.meta.resolve('@triode/api/daemon'))
  const args = ['--disable-warning=ExperimentalWarning', executable, '--attached', '--json', '--home', home]
  const { TRIODE_PASSPHRASE: _, ...rest } = env
  return spawn(process.execPath, channels ? args : [...args, '--channels', 'none'], {
    env: rest,
    stdio: 'pipe',
  })
}

interface Ready {
  readonly api: string
  readonly token: string
}

function readyLine(child: ChildProcess): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const { stdout, stderr } = child
    if (!stdout || !stderr) throw new Error('the child has no pipes')
    let complaint = ''
    stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-MAX_STDERR_CHARS)
    })
    createInterface(stdout).once('line', (line) => resolve(JSON.parse(line) as Ready))
    child.once('error', reject)
    child.once('close', (code) => reject(childFault(complaint, code)))
  })
}

/** What statuses of the API lead to the child's exit code. */
const STATUS_BY_EXIT: Readonly<Record<number, number>> = { 2: 400, 3: 409, 4: 503 }

function childFault(complaint: string, exit: number | null): ApiFault {
  const status = STATUS_BY_EXIT[exit ?? 1] ?? 500
  const last = complaint.trimEnd().split('\n').at(-1) ?? ''
  const parsed = faultSchema.safeParse(parse(last))
  if (parsed.success) return new ApiFault({ status, ...parsed.data.error })
  const message = `The device could not start: ${last === '' ? 'it said nothing' : last}`
  return new ApiFault({ status, code: 'start-failed', message, remedy: 'Run `triode start` to see more' })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.stdin?.end()
  const late = delay(STOP_DEADLINE_MS, 'late', { ref: false })
  if ((await Promise.race([ended, late])) === 'late') child.kill('SIGKILL')
}

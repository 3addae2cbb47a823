/** Triode as people run it: a daemon of its own, spoken to over its API. */
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createClient, type Client } from '@triode/api'

/** A home of the bench holds nothing; every home has the same. */
export const PASSPHRASE = 'correct horse battery staple'
/** Start, Argon2id and opening 100,000 messages took a fraction of it. */
const READY_TIMEOUT_MS = 60_000
const END_TIMEOUT_MS = 10_000

export interface Daemon {
  readonly pid: number
  readonly client: Client
  /** Resolves when the process is gone. Idempotent. */
  end(): Promise<void>
}

/** The channel that most cases use. */
const OVER_TCP = ['--channels', 'tcp', '--listen', '127.0.0.1:0']

/**
 * Starts the device of `home`, unlocked; a home without a vault gets one.
 * @param more options of `triode start`
 * @param network its channels: they must stay on loopback
 */
export async function startDaemon(
  home: string,
  more: readonly string[] = [],
  network: readonly string[] = OVER_TCP,
): Promise<Daemon> {
  const script = fileURLToPath(import.meta.resolve('@triode/api/daemon'))
  const options = ['--home', home, ...network, ...more, '--json']
  const child = spawn(process.execPath, [script, ...options], {
    env: { ...process.env, TRIODE_PASSPHRASE: PASSPHRASE },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  try {
    const { api, token } = await readReady(child)
    const client = createClient({ url: api, token })
    const { state } = await client.status()
    if (state === 'new') await client.init({ passphrase: PASSPHRASE })
    return { pid: child.pid ?? 0, client, end: () => endDaemon(child, exited) }
  } catch (error) {
    await endDaemon(child, exited)
    throw error
  }
}

function readReady(child: ChildProcess): Promise<{ api: string; token: string }> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the daemon was not ready in time')), READY_TIMEOUT_MS)
    child.once('exit', () => reject(new Error('the daemon ended before it was ready')))
    if (child.stdout === null) throw new Error('the daemon has no output')
    createInterface(child.stdout).once('line', (line) => {
      clearTimeout(timer)
      resolve(JSON.parse(line) as { api: string; token: string })
    })
  })
}

async function endDaemon(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT_MS)
  await exited
  clearTimeout(timer)
}

/** Makes the circle `bench` on `inviter` and lets every other daemon join it. */
export async function formCircle(inviter: Daemon, others: readonly Daemon[]): Promise<void> {
  const { circle } = await inviter.client.createCircle({ name: CIRCLE })
  for (const [index, other] of others.entries()) {
    const { link } = await inviter.client.invite({ circle })
    await other.client.join({ link, name: `member${index}` })
  }
}

export const CIRCLE = 'bench'

/** Looks again until `holds` does. @throws Error after a minute */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}

const LOOK_AGAIN_MS = 100

/** The work, with daemons for it in homes under `folder`; they are ended whatever happens. */
export async function withDaemons<T>(
  homes: readonly string[],
  work: (daemons: Daemon[]) => Promise<T>,
  more: readonly string[] = [],
): Promise<T> {
  const daemons: Daemon[] = []
  try {
    for (const home of homes) daemons.push(await startDaemon(home, more))
    return await work(daemons)
  } finally {
    await Promise.all(daemons.map((daemon) => daemon.end()))
  }
}

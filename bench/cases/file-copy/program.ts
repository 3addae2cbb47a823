/** Rivals that are programs of Debian's: whether they are here, and running one of them. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'

/** Why a program can't run; undefined when it can. */
export function missingProgram(program: string, debianPackage: string): string | undefined {
  const { status } = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program])
  return status === 0 ? undefined : `${program} is not installed (apt-get install ${debianPackage})`
}

/** Why a program that is here can't do one of its acts, which comes in a package of its own; undefined when it can. */
export function missingAct(program: string, act: string, debianPackage: string): string | undefined {
  const { status } = spawnSync(program, [act, '--help'], { stdio: 'ignore' })
  return status === 0 ? undefined : `${program} knows no ${act} (apt-get install ${debianPackage})`
}

/** Runs a program to its end. @throws Error with its last words when it fails */
export async function run(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  let words = ''
  child.stdout.on('data', (data: Buffer) => (words = `${words}${data.toString()}`.slice(-2_000)))
  child.stderr.on('data', (data: Buffer) => (words = `${words}${data.toString()}`.slice(-2_000)))
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`${program} failed: ${words}`)
}

/** A program for the time of `work`; it is ended by its own handle, whatever happens. */
export async function beside<T>(
  program: string,
  args: readonly string[],
  work: () => Promise<T>,
  env: NodeJS.ProcessEnv = {},
): Promise<T> {
  const child = spawn(program, args, { stdio: 'ignore', env: { ...process.env, ...env } })
  const failed = once(child, 'error').then(([error]) => Promise.reject(error as Error))
  try {
    return await Promise.race([work(), failed])
  } finally {
    await ended(child)
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT_MS)
  await gone
  clearTimeout(timer)
}

/** A port of loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Resolves when something listens on `port`. @throws Error after half a minute */
export async function listening(port: number): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const answered = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    socket.destroy()
    if (answered) return
    if (Date.now() > deadline) throw new Error(`nothing listens on port ${String(port)}`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}

const END_TIMEOUT_MS = 5_000
const START_TIMEOUT_MS = 30_000
const LOOK_AGAIN_MS = 50

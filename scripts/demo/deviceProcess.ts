/** A device as a person runs it: `./triode start` in a process and a home of its own, driven over its API. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createInterface } from 'node:readline'
import { createClient, type ApiEvent, type Client } from '@triode/api'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const LAUNCHER = join(ROOT, 'triode')
/** Starting, on a machine that is busy with other tests. */
const READY_TIMEOUT_MS = 30_000
const STOP_TIMEOUT_MS = 10_000

export interface DeviceProcessOptions {
  readonly name: string
  readonly home: string
  readonly passphrase: string
  /** Further arguments of `triode start`. */
  readonly args?: readonly string[]
  /** Runs the device inside something else, such as `ip netns exec NAME`. */
  readonly prefix?: readonly string[]
}

export class DeviceProcess {
  readonly name: string
  readonly home: string
  /** What it wrote to stderr, of all its runs. */
  stderr = ''
  private readonly options: DeviceProcessOptions
  private child: ChildProcess | undefined
  /** Once it is ready. */
  private ready: Client | undefined
  private addresses: readonly string[] = []
  /** Where a keeper says how it is. */
  health: string | undefined
  private readonly abort = new AbortController()

  constructor(options: DeviceProcessOptions) {
    this.name = options.name
    this.home = options.home
    this.options = options
  }

  /** @throws Error while it does not run */
  get client(): Client {
    if (this.ready === undefined) throw new Error(`${this.name} does not run`)
    return this.ready
  }

  get pid(): number | undefined {
    return this.child?.pid
  }

  /** Addresses that its channels listen on, as HOST:PORT. */
  get listening(): readonly string[] {
    return this.ready === undefined ? [] : this.addresses
  }

  /** Starts the process; makes the vault, with the device's name, if there is none. Resolves when it is unlocked. */
  async start(): Promise<this> {
    const client = await this.startNew()
    const before = await client.status()
    const status =
      before.state === 'new'
        ? await client.init({ passphrase: this.options.passphrase, name: this.name })
        : before
    this.addresses = status.channels.flatMap((channel) => channel.addresses)
    return this
  }

  /** Starts the process and leaves the vault as it is, also if there is none. */
  async startNew(): Promise<Client> {
    const child = this.spawn()
    const ready = await firstLine(child, this.name, () => this.stderr)
    this.ready = createClient({ url: ready.api, token: ready.token })
    this.health = ready.health
    return this.ready
  }

  /** Starts the process and ends it without a warning after `lifeMs`, wherever it is by then. @returns whether it was ready */
  async dieStarting(lifeMs: number): Promise<boolean> {
    let wasReady = false
    this.spawn().stdout?.once('data', () => (wasReady = true))
    await new Promise((resolve) => setTimeout(resolve, lifeMs))
    await this.kill()
    return wasReady
  }

  private spawn(): ChildProcess {
    mkdirSync(this.home, { recursive: true, mode: 0o700 })
    const line = [...(this.options.prefix ?? []), LAUNCHER]
    const [command, args] = [line[0] ?? LAUNCHER, line.slice(1)]
    const child = spawn(
      command,
      [...args, 'start', '--home', this.home, '--json', '--no-open', ...(this.options.args ?? [])],
      {
        env: { ...process.env, TRIODE_PASSPHRASE: this.options.passphrase },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    child.stderr.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString()
    })
    this.child = child
    return child
  }

  /** Collects events until the device stops; call it before what is to be heard. */
  async listen(): Promise<ApiEvent[]> {
    const heard: ApiEvent[] = []
    const events = await this.client.events({ signal: this.abort.signal })
    void (async () => {
      for await (const event of events) heard.push(event)
    })()
    return heard
  }

  /** Ends it as a person or a system would; resolves to its exit code. */
  async stop(): Promise<number | null> {
    return this.end('SIGTERM')
  }

  /** Ends it without a warning. */
  async kill(): Promise<void> {
    await this.end('SIGKILL')
  }

  /** Stops it and erases its home. */
  async remove(): Promise<void> {
    await this.stop()
    this.abort.abort()
    rmSync(this.home, { recursive: true, force: true })
  }

  private async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const { child } = this
    this.child = undefined
    this.ready = undefined
    if (child === undefined) return null
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
    child.kill(signal)
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
    const code = await exited
    clearTimeout(late)
    return code
  }
}

interface Ready {
  readonly api: string
  readonly token: string
  readonly health?: string
}

function firstLine(child: ChildProcess, name: string, stderr: () => string): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const { stdout } = child
    if (stdout === null) throw new Error('stdout is a pipe')
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`${name} was not ready in time: ${stderr()}`))
    }, READY_TIMEOUT_MS)
    child.once('error', reject)
    child.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`${name} ended with ${String(code)} before it was ready: ${stderr()}`))
    })
    createInterface({ input: stdout }).once('line', (line) => {
      clearTimeout(timer)
      resolve(JSON.parse(line) as Ready)
    })
  })
}

/** Waits until `probe` gives something. @throws Error naming `what` after `timeoutMs` */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  timeoutMs = 20_000,
): Promise<T> {
  const until = performance.now() + timeoutMs
  for (;;) {
    const value = await probe()
    if (value !== undefined) return value
    if (performance.now() > until) throw new Error(`still waiting after ${timeoutMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

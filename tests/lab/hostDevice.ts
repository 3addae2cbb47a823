/** A device on a lab host, driven by the CLI as a person on that host would. */
import assert from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { ROOT } from '../../scripts/demo/deviceProcess.ts'

/** Where a device runs. */
export interface LabPlace {
  /** To run a program there: `[...prefix, 'program', ...]`. */
  readonly prefix: readonly string[]
  /** Further arguments of `triode start`. */
  readonly args: readonly string[]
}

export class HostDevice {
  readonly home: string
  /** Everything that its processes wrote to stderr, and its daemon to stdout after the first line. */
  log = ''
  token = ''
  /** Where its API is, on the loopback interface of its host. */
  api = ''
  private readonly place: LabPlace
  private readonly passphrase: string
  private daemon: ChildProcess | undefined

  constructor(place: LabPlace, home: string, passphrase: string) {
    this.place = place
    this.home = home
    this.passphrase = passphrase
  }

  /** Runs a command that has to work; gives its JSON. */
  cli(...args: readonly string[]): Record<string, unknown> {
    const line = [...this.place.prefix, join(ROOT, 'triode'), ...args, '--home', this.home, '--json']
    const done = spawnSync(line[0] ?? '', line.slice(1), { encoding: 'utf8', env: this.env() })
    this.log += done.stderr
    assert.equal(done.status, 0, `${args.join(' ')}: ${done.stderr}`)
    return JSON.parse(done.stdout) as Record<string, unknown>
  }

  /** What the doctor finds, a line each: what it is and what to do. */
  doctor(): string[] {
    const { findings } = this.cli('doctor') as {
      findings: { works: boolean; what: string; remedy?: string }[]
    }
    return findings.map(({ works, what, remedy = '' }) => `${works ? 'ok' : 'no'} ${what} ${remedy}`.trim())
  }

  texts(where: string): string[] {
    return (this.cli('messages', where)['messages'] as { text: string }[]).map((message) => message.text)
  }

  /** Resolves when the device is ready. */
  async start(): Promise<void> {
    const args = ['start', '--home', this.home, '--json', '--no-open', ...this.place.args]
    const line = [...this.place.prefix, join(ROOT, 'triode'), ...args]
    const child = spawn(line[0] ?? '', line.slice(1), { env: this.env(), stdio: ['ignore', 'pipe', 'pipe'] })
    this.daemon = child
    child.stderr.on('data', (chunk: Buffer) => (this.log += chunk.toString()))
    const [ready] = (await once(child.stdout, 'data')) as [Buffer]
    const { token, api } = JSON.parse(ready.toString()) as { token: string; api: string }
    this.token = token
    this.api = api
    child.stdout.on('data', (chunk: Buffer) => (this.log += chunk.toString()))
  }

  /** Stops the process where it is, as a machine does that falls asleep, and lets it go on. */
  sleep(asleep: boolean): void {
    this.daemon?.kill(asleep ? 'SIGSTOP' : 'SIGCONT')
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const { daemon } = this
    this.daemon = undefined
    if (daemon?.exitCode !== null) return
    daemon.kill(signal)
    await once(daemon, 'exit')
  }

  private env(): NodeJS.ProcessEnv {
    return { ...process.env, TRIODE_PASSPHRASE: this.passphrase }
  }
}

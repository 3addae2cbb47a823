/** A device on a lab host, driven by the CLI as a person on that host would. */
import assert from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { ROOT } from '../../scripts/demo/deviceProcess.ts'
import { ADDRESSES, type TwoHosts } from './twoHosts.ts'

export class HostDevice {
  readonly home: string
  readonly host: 0 | 1
  /** Everything that its processes wrote to stderr, and its daemon to stdout after the first line. */
  log = ''
  token = ''
  private readonly lab: TwoHosts
  private readonly passphrase: string
  private daemon: ChildProcess | undefined

  constructor(lab: TwoHosts, host: 0 | 1, folder: string, passphrase: string) {
    this.lab = lab
    this.host = host
    this.home = join(folder, `home${String(host)}`)
    this.passphrase = passphrase
  }

  /** Runs a command that has to work; gives its JSON. */
  cli(...args: readonly string[]): Record<string, unknown> {
    const line = [...this.lab.prefix(this.host), join(ROOT, 'triode'), ...args, '--home', this.home, '--json']
    const done = spawnSync(line[0] ?? '', line.slice(1), { encoding: 'utf8', env: this.env() })
    this.log += done.stderr
    assert.equal(done.status, 0, `${args.join(' ')}: ${done.stderr}`)
    return JSON.parse(done.stdout) as Record<string, unknown>
  }

  texts(where: string): string[] {
    return (this.cli('messages', where)['messages'] as { text: string }[]).map((message) => message.text)
  }

  /** Resolves when the device is ready. */
  async start(): Promise<void> {
    const listen = `${ADDRESSES[this.host]}:4711`
    const args = ['start', '--home', this.home, '--json', '--no-open', '--listen', listen]
    const line = [...this.lab.prefix(this.host), join(ROOT, 'triode'), ...args]
    const child = spawn(line[0] ?? '', line.slice(1), { env: this.env(), stdio: ['ignore', 'pipe', 'pipe'] })
    this.daemon = child
    child.stderr.on('data', (chunk: Buffer) => (this.log += chunk.toString()))
    const [ready] = (await once(child.stdout, 'data')) as [Buffer]
    this.token = (JSON.parse(ready.toString()) as { token: string }).token
    child.stdout.on('data', (chunk: Buffer) => (this.log += chunk.toString()))
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

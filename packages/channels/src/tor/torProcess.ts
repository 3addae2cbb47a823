/** One run of the program tor, as a child of this process: its settings, its sockets, its end. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ControlConnection } from './controlConnection.ts'
import { broken } from './controlReply.ts'
import { CONTROL_POLL_MS, CONTROL_TIMEOUT_MS, END_TIMEOUT_MS } from './tuning.ts'

export interface TorProgram {
  /** Its name or path. */
  readonly program: string
  /** Where it keeps what it knows of the network and its guards; made with mode 0700. */
  readonly folder: string
  /** Further settings, as in a torrc: bridges, a proxy. */
  readonly settings?: string
}

/** What a torrc may quote without escapes; of folders with other letters nothing good comes. */
const PLAIN_PATH = /^[^"\\\p{Cc}]+$/u
/** A target of ADD_ONION knows no quotes. */
const PLAIN_TARGET = /^[!-~]+$/

export class TorProcess {
  /** Resolves when it has ended, to why. */
  readonly ended: Promise<string>
  private readonly child: ChildProcess
  private readonly run: string

  private constructor(child: ChildProcess, run: string) {
    this.child = child
    this.run = run
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        rmSync(run, { recursive: true, force: true })
        resolve(code === null ? `signal ${String(signal)}` : `exit code ${String(code)}`)
      })
    })
  }

  /** @throws the system's error, ENOENT when there is no such program */
  static async start({ program, folder, settings = '' }: TorProgram): Promise<TorProcess> {
    // Short, as the path of a socket must be, which that of a home may not be.
    const run = mkdtempSync(join(tmpdir(), 'triode-tor-'))
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const torrc = torrcOf(folder, run, settings)
      const args = ['--defaults-torrc', '/dev/null', '-f', '-']
      const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'], env: environment() })
      child.stdin.on('error', () => undefined).end(torrc)
      await once(child, 'spawn')
      return new TorProcess(child, run)
    } catch (cause) {
      rmSync(run, { recursive: true, force: true })
      throw cause
    }
  }

  get socksPath(): string {
    return join(this.run, 'socks')
  }

  /** Where the service with this number is reached. */
  servicePath(number: number): string {
    return join(this.run, String(number))
  }

  /** Connects once tor listens. @throws as ControlConnection.open; Unavailable 'tor-broken' when it doesn't in time */
  async control(onEvent: (line: string) => void): Promise<ControlConnection> {
    const deadline = performance.now() + CONTROL_TIMEOUT_MS
    for (;;) {
      try {
        return await ControlConnection.open(join(this.run, 'control'), join(this.run, 'cookie'), onEvent)
      } catch (cause) {
        if (!isNotThereYet(cause) || this.hasEnded || performance.now() > deadline) throw broken(cause)
      }
      await sleep(CONTROL_POLL_MS)
    }
  }

  /** Resolves when it is gone. Idempotent. */
  async end(): Promise<void> {
    if (!this.hasEnded) this.child.kill('SIGTERM')
    const impatience = setTimeout(() => this.child.kill('SIGKILL'), END_TIMEOUT_MS)
    await this.ended
    clearTimeout(impatience)
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null
  }
}

/** It keeps no log, is no relay, and ends with this process, however that ends. */
function torrcOf(folder: string, run: string, settings: string): string {
  if (!PLAIN_PATH.test(folder) || !PLAIN_TARGET.test(run)) throw new Error('the name of a folder')
  return [
    `DataDirectory "${folder}"`,
    `ControlSocket "${join(run, 'control')}"`,
    'CookieAuthentication 1',
    `CookieAuthFile "${join(run, 'cookie')}"`,
    `SocksPort unix:"${join(run, 'socks')}" OnionTrafficOnly ExtendedErrors IsolateSOCKSAuth`,
    `__OwningControllerProcess ${String(process.pid)}`,
    'ClientOnly 1',
    'AvoidDiskWrites 1',
    'Log err stdout',
    settings,
    '',
  ].join('\n')
}

/** Nothing of this process's own, in which a passphrase may stand. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TZ } = process.env
  return {
    ...(PATH !== undefined && { PATH }),
    ...(HOME !== undefined && { HOME }),
    ...(TZ !== undefined && { TZ }),
  }
}

function isNotThereYet(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && ['ENOENT', 'ECONNREFUSED'].includes(String(cause.code))
}

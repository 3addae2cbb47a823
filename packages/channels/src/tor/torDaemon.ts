/** Keeps tor running while the channel is on: starts it, follows how far it has come, and starts it again when it ends. */
import type { ChannelStatus } from '../channel.ts'
import type { ControlConnection } from './controlConnection.ts'
import { TorProcess, type TorProgram } from './torProcess.ts'
import { RAN_WELL_MS, RESTART_FIRST_MS, RESTART_MAX_MS } from './tuning.ts'

/** A tor that can be asked for things. */
export interface RunningTor {
  readonly process: TorProcess
  readonly control: ControlConnection
}

export interface TorEvents {
  /** It can be asked for things; called again after each start. */
  up(this: void, tor: RunningTor): void
  /** It has its first circuits, or that changed. */
  connected(this: void): void
}

type Failure = Omit<ChannelStatus, 'state'>

const BOOTSTRAP = /BOOTSTRAP PROGRESS=(\d{1,3}) /
const DONE = 100

export class TorDaemon {
  private readonly program: TorProgram
  private readonly events: TorEvents
  private process: TorProcess | undefined
  private tor: RunningTor | undefined
  /** Percent of the way into the Tor network. */
  private progress = 0
  private failure: Failure | undefined
  private waitMs = RESTART_FIRST_MS
  private again: NodeJS.Timeout | undefined
  private wanted = false
  /** The run that is ending or starting. */
  private turn: Promise<void> = Promise.resolve()

  constructor(program: TorProgram, events: TorEvents) {
    this.program = program
    this.events = events
  }

  /** Resolves when tor runs, or it is clear that it does not now. */
  start(): Promise<void> {
    this.wanted = true
    this.waitMs = RESTART_FIRST_MS
    this.turn = this.turn.then(() => this.launch())
    return this.turn
  }

  /** Resolves when it is gone. */
  async stop(): Promise<void> {
    this.wanted = false
    clearTimeout(this.again)
    await this.turn
    const { process } = this
    this.forget()
    this.failure = undefined
    await process?.end()
  }

  /** Has tor make all its connections anew: over those of another network it waits for a minute and more before it gives them up. */
  reconnect(): void {
    const control = this.tor?.control
    control
      ?.send('SETCONF DisableNetwork=1')
      .then(() => control.send('SETCONF DisableNetwork=0'))
      // Its end is heard elsewhere, and is followed by another start.
      .catch(() => undefined)
  }

  /** The tor that is up; undefined while it starts, and between two. */
  get running(): RunningTor | undefined {
    return this.tor
  }

  /** Whether streams can be asked for. */
  get isConnected(): boolean {
    return this.tor !== undefined && this.progress === DONE
  }

  status(): ChannelStatus {
    if (this.failure !== undefined) return { state: 'unavailable', ...this.failure }
    if (this.progress === DONE) return { state: 'on' }
    return {
      state: 'on',
      code: 'tor-connecting',
      values: { percent: this.progress },
      reason: `Tor is connecting to its network: ${String(this.progress)} %.`,
    }
  }

  private async launch(): Promise<void> {
    if (!this.wanted) return
    const startedAt = performance.now()
    try {
      this.process = await TorProcess.start(this.program)
    } catch (cause) {
      this.failed(whyNotStarted(cause))
      return
    }
    const { process } = this
    this.failure = undefined
    void process.ended.then((why) => {
      if (this.process !== process) return
      if (performance.now() - startedAt > RAN_WELL_MS) this.waitMs = RESTART_FIRST_MS
      this.failed(ended(why))
    })
    void this.connect(process)
  }

  private async connect(process: TorProcess): Promise<void> {
    try {
      const control = await process.control((line) => {
        if (this.process === process) this.heard(line)
      })
      // Should this process be killed, the connection ends, and tor with it.
      await control.send('TAKEOWNERSHIP')
      await control.send('SETEVENTS STATUS_CLIENT')
      const [phase = ''] = await control.send('GETINFO status/bootstrap-phase')
      if (this.process !== process) return
      this.tor = { process, control }
      this.events.up(this.tor)
      this.heard(phase)
    } catch {
      // Without control it is of no use; its end is followed by another start.
      await process.end()
    }
  }

  private heard(line: string): void {
    const [, percent] = BOOTSTRAP.exec(line) ?? []
    if (percent === undefined) return
    // What was asked for may be older than what was told meanwhile.
    this.progress = Math.max(this.progress, Math.min(Number(percent), DONE))
    this.events.connected()
  }

  private failed(failure: Failure): void {
    this.forget()
    if (!this.wanted) return
    this.failure = failure
    this.again = setTimeout(() => {
      this.turn = this.turn.then(() => this.launch())
    }, this.waitMs).unref()
    this.waitMs = Math.min(this.waitMs * 2, RESTART_MAX_MS)
  }

  private forget(): void {
    this.tor?.control.close()
    this.tor = undefined
    this.process = undefined
    this.progress = 0
  }
}

function whyNotStarted(cause: unknown): Failure {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
  if (code === 'ENOENT')
    return {
      code: 'tor-not-installed',
      reason: 'The program tor is not installed.',
      remedy: 'Install it, on Debian and Ubuntu by `sudo apt install tor`: it is noticed within a minute.',
    }
  return {
    code: 'tor-not-started',
    values: { error: code },
    reason: `The program tor could not be started (${code}).`,
    remedy:
      'Check that it is installed, and that the names of the home and of the folder for temporary files are plain.',
  }
}

function ended(why: string): Failure {
  return {
    code: 'tor-ended',
    values: { error: why },
    reason: `The program tor has ended (${why}).`,
    remedy:
      'It is started again by itself within a minute. If this goes on, check the settings that it was given.',
  }
}

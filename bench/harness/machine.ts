/** The machine a result was measured on: enough to compare, nothing that names it. */
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os'

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly kernel: string
  readonly node: string
  readonly openssl: string
  /** Processes that wanted a core in the minute before, on average; far above 0 others were at work as well. */
  readonly loadBefore: number
  /** Day of the measurement, UTC. */
  readonly date: string
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    // The version alone: what distributors append can name a machine.
    kernel: `${type()} ${release().split('-')[0] ?? ''}`,
    node: process.version,
    openssl: process.versions.openssl,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    date: new Date().toISOString().slice(0, 10),
  }
}

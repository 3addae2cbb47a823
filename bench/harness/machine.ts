/** The machine a result was measured on: enough to compare, nothing that names it. */
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly kernel: string
  readonly node: string
  readonly openssl: string
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
    date: new Date().toISOString().slice(0, 10),
  }
}

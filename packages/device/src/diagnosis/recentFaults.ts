/** The codes of the last faults that were told, and when: for a report that names nobody. */
import type { Clock } from '@triode/core'
import type { DeviceEvent } from '../service.ts'

/** Enough to see what goes on again and again. */
const MAX_FAULTS = 50

export interface RecentFault {
  readonly code: string
  /** Milliseconds since 1970, of the first and the last in a row. */
  readonly from: number
  readonly to: number
  readonly times: number
}

export class RecentFaults {
  private readonly clock: Clock
  private faults: RecentFault[] = []

  constructor(clock: Clock) {
    this.clock = clock
  }

  note(event: DeviceEvent): void {
    if (event.type !== 'fault') return
    const at = this.clock.now()
    const last = this.faults.at(-1)
    if (last?.code === event.code)
      this.faults[this.faults.length - 1] = { ...last, to: at, times: last.times + 1 }
    else this.faults = [...this.faults, { code: event.code, from: at, to: at, times: 1 }].slice(-MAX_FAULTS)
  }

  /** The oldest first. */
  list(): readonly RecentFault[] {
    return this.faults
  }
}

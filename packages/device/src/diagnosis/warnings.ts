/** Of the faults that nobody asked about, those that a person has to act on: kept for a while, for whoever looks at the status. */
import type { Clock } from '@triode/core'
import type { DeviceEvent, Warning } from '../service.ts'
import { WARNING_SHOWN_MS } from '../tuning.ts'

export const WARNED_OF: readonly string[] = [
  'disk-full',
  'disk-refused',
  'vault-damaged',
  'clock-differs',
  'clock-suspected',
]

export class Warnings {
  private readonly clock: Clock
  private readonly noted = new Map<string, { readonly warning: Warning; readonly at: number }>()

  constructor(clock: Clock) {
    this.clock = clock
  }

  /** Keeps what is to be warned of; the newest of a code counts. */
  note(event: DeviceEvent): void {
    if (event.type !== 'fault' || !WARNED_OF.includes(event.code)) return
    const { code, message, remedy, details } = event
    const warning = {
      ...{ code, message },
      ...(remedy !== undefined && { remedy }),
      ...(details !== undefined && { details }),
    }
    this.noted.set(code, { warning, at: this.clock.elapsed() })
  }

  /** Those of late; a clock that is known to differ is not suspected besides. */
  list(): Warning[] {
    const since = this.clock.elapsed() - WARNING_SHOWN_MS
    const late = [...this.noted.values()].filter(({ at }) => at >= since).map(({ warning }) => warning)
    const known = late.some(({ code }) => code === 'clock-differs')
    return known ? late.filter(({ code }) => code !== 'clock-suspected') : late
  }

  /** With the keys goes what tells of circles. */
  clear(): void {
    this.noted.clear()
  }
}

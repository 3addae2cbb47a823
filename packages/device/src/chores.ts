/** What a device does again and again by itself. It may fail, on a full disk mostly: that is told now and then, and tried again. */
import { Fault, Unavailable, type Clock } from '@triode/core'
import { TELL_AGAIN_MS } from './tuning.ts'
import { mapVaultFault } from './vault/vaultFaults.ts'

export class Chores {
  private readonly clock: Clock
  private readonly code: string
  private readonly tell: (fault: Fault) => void
  /** Why the last round failed, and since when that is known. */
  private told: { readonly code: string; readonly at: number } | undefined

  /** @param code of a failure that is no Fault of its own */
  constructor(clock: Clock, code: string, tell: (fault: Fault) => void) {
    this.clock = clock
    this.code = code
    this.tell = tell
  }

  /** Does each, whatever becomes of the others. */
  round(works: Iterable<() => void>): void {
    const causes: unknown[] = []
    for (const work of works) {
      try {
        work()
      } catch (cause) {
        causes.push(cause)
      }
    }
    if (causes.length === 0) this.told = undefined
    else this.failed(causes[0])
  }

  /** Tells of it, unless it is the same as minutes ago. */
  failed(cause: unknown): void {
    const known = mapVaultFault(cause)
    const fault = known instanceof Fault ? known : new Unavailable(this.code, { cause })
    const at = this.clock.elapsed()
    if (fault.code === this.told?.code && at - this.told.at < TELL_AGAIN_MS) return
    this.told = { code: fault.code, at }
    this.tell(fault)
  }
}

/** What a device does again and again by itself. It may fail, on a full disk mostly: that is told once, and tried again. */
import { Fault, Unavailable } from '@triode/core'

export class Chores {
  private readonly code: string
  private readonly tell: (fault: Fault) => void
  /** Why the last round failed. */
  private told: string | undefined

  /** @param code of a failure that is no Fault of its own */
  constructor(code: string, tell: (fault: Fault) => void) {
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

  /** Tells of it, unless it is the same as the last time. */
  failed(cause: unknown): void {
    const fault = cause instanceof Fault ? cause : new Unavailable(this.code, { cause })
    if (fault.code !== this.told) this.tell(fault)
    this.told = fault.code
  }
}

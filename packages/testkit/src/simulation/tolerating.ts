/** What may go wrong in a simulation without anything being wrong. */
import { CallerFault, PeerFault, Unavailable } from '@triode/core'
import { Killed } from './observedStore.ts'

/** A refusal by the circle's rules, a full disk, the end of the process: all in a day's work. */
export function tolerating(work: () => void): void {
  try {
    work()
  } catch (cause) {
    const expected = [CallerFault, PeerFault, Unavailable, Killed].some((kind) => cause instanceof kind)
    if (!expected) throw cause
  }
}

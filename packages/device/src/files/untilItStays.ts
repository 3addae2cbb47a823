/**
 * What is sent may be written to meanwhile (a log, a download, what somebody saves just now): then it is looked at again, from its names on, and
 * sealed anew, a few times. Nothing of one look is ever in a message with anything of another.
 */
import { Fault, type Clock } from '@triode/core'
import { canceled } from './faults.ts'
import type { Choice, Look } from './parts.ts'
import { MAX_TRIES_AGAIN, TRY_AGAIN_MS } from './tuning.ts'

export interface TryingOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** What a source says that is no more what was looked at. What went may only have another name by now. */
const MOVED_ON: ReadonlySet<string> = new Set(['file-changed', 'file-absent'])

/**
 * @param seal leaves nothing of what it is given when it throws
 * @throws what the last try threw; Unavailable 'canceled'
 */
export async function untilItStays<T>(
  choice: Choice,
  seal: (look: Look) => Promise<T>,
  { clock, signal }: TryingOptions,
): Promise<T> {
  for (let triesLeft = MAX_TRIES_AGAIN; ; triesLeft--) {
    try {
      return await seal(triesLeft === MAX_TRIES_AGAIN ? choice : await choice.again())
    } catch (fault) {
      if (triesLeft === 0 || !(fault instanceof Fault) || !MOVED_ON.has(fault.code)) throw fault
    }
    await pause(clock, signal)
  }
}

/** @throws Unavailable 'canceled' */
function pause(clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      cancel()
      signal.removeEventListener('abort', end)
      if (signal.aborted) reject(canceled())
      else resolve()
    }
    const cancel = clock.after(TRY_AGAIN_MS, end)
    signal.addEventListener('abort', end)
    if (signal.aborted) end()
  })
}

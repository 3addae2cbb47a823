/** New messages that were not told yet: told together, so that a hundred of them are one sentence. */
import type { Message } from '@triode/api'

export interface Told {
  /** How many came since the last time. */
  readonly count: number
  readonly latest: Message
}

export interface Pending {
  readonly note: (message: Message) => void
  readonly stop: () => void
}

/** Calls `tell` at once for a first message, then no more often than every `everyMs`, for all that came meanwhile. */
export function gather(everyMs: number, tell: (told: Told) => void): Pending {
  let waiting: Told | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = () => {
    timer = undefined
    if (waiting === undefined) return
    const told = waiting
    waiting = undefined
    timer = setTimeout(flush, everyMs)
    tell(told)
  }
  return {
    note: (message) => {
      waiting = { count: (waiting?.count ?? 0) + 1, latest: message }
      if (timer === undefined) flush()
    },
    stop: () => {
      clearTimeout(timer)
      timer = undefined
      waiting = undefined
    },
  }
}

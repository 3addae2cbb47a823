import type { Clock } from '@triode/core'

/** The longest delay a timer of Node takes, in milliseconds (about 24.8 days); it fires beyond that at once. */
const MAX_TIMER_MS = 2_147_483_647

/** The machine's clock. A pending `after` keeps the process alive until it is cancelled. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(delayMs, work) {
    if (delayMs <= 0) return soon(work)
    let timer: NodeJS.Timeout
    const arm = (leftMs: number): void => {
      const stepMs = Math.min(leftMs, MAX_TIMER_MS)
      timer = setTimeout(() => {
        if (leftMs > stepMs) arm(leftMs - stepMs)
        else work()
      }, stepMs)
    }
    arm(delayMs)
    return () => {
      clearTimeout(timer)
    }
  },
}

/** At the end of this turn of the event loop; a timer of 0 would cost a millisecond. */
function soon(work: () => void): () => void {
  const immediate = setImmediate(work)
  return () => {
    clearImmediate(immediate)
  }
}

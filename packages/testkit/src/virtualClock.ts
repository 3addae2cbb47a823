/** Time that moves only when a test says so: timers fire in order of their time, ties in order of their making. */
import type { Clock } from '@triode/core'

export interface VirtualClock extends Clock {
  /** Moves time on by `ms`, firing what falls due on the way (also what that adds). Synchronous. */
  advance(ms: number): void
  /** As `advance`, but lets promises settle before each timer and at the end. */
  advanceAsync(ms: number): Promise<void>
  /** Moves to the next timer and fires it. @returns false if there is none */
  runNext(): boolean
  /** `elapsed()` at which the next timer fires; undefined if there is none. */
  nextAt(): number | undefined
  /** Timers that wait. */
  readonly pending: number
  /** A device's own clock on this time line: wrong by `offsetMs`, running `driftPpm` parts per million too fast. */
  skewed(offsetMs: number, driftPpm?: number): SkewedClock
}

export interface SkewedClock extends Clock {
  /** The wall clock jumps by `ms`, in either direction; intervals and timers don't notice. */
  jump(ms: number): void
}

interface Timer {
  readonly at: number
  readonly order: number
  work: (() => void) | undefined
}

/** 2026-01-01 UTC: a plausible date, so that nothing in a simulation looks like the year 1970. */
export const VIRTUAL_START_MS = Date.UTC(2026, 0, 1)

export function createVirtualClock(startMs = VIRTUAL_START_MS): VirtualClock {
  const timers = new TimerHeap()
  let elapsed = 0
  let order = 0

  function after(delayMs: number, work: () => void): () => void {
    const timer: Timer = { at: elapsed + Math.max(0, delayMs || 0), order: order++, work }
    timers.push(timer)
    return () => {
      if (timer.work === undefined) return
      timer.work = undefined
      timers.cancelled()
    }
  }

  /** Fires the next timer if it is due by `until`. */
  function fire(until: number): boolean {
    const timer = timers.peek()
    if (timer === undefined || timer.at > until) return false
    timers.pop()
    elapsed = Math.max(elapsed, timer.at)
    const work = timer.work
    timer.work = undefined
    work?.()
    return true
  }

  const clock: VirtualClock = {
    now: () => startMs + Math.floor(elapsed),
    elapsed: () => elapsed,
    after,
    advance(ms) {
      const until = elapsed + ms
      while (fire(until));
      elapsed = Math.max(elapsed, until)
    },
    async advanceAsync(ms) {
      const until = elapsed + ms
      do await settle()
      while (fire(until))
      elapsed = Math.max(elapsed, until)
    },
    runNext: () => fire(Infinity),
    nextAt: () => timers.peek()?.at,
    get pending() {
      return timers.live
    },
    skewed: (offsetMs, driftPpm = 0) => skewedView(clock, startMs + offsetMs, 1 + driftPpm / 1e6),
  }
  return clock
}

function skewedView(clock: Clock, startMs: number, rate: number): SkewedClock {
  let jumped = 0
  const elapsed = (): number => clock.elapsed() * rate
  return {
    now: () => startMs + jumped + Math.floor(elapsed()),
    elapsed,
    after: (delayMs, work) => clock.after(delayMs / rate, work),
    jump(ms) {
      jumped += ms
    },
  }
}

/** One turn of the event loop: every promise that can settle has settled. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** A binary heap by (at, order); cancelled timers are dropped when they surface, or when they are the majority. */
class TimerHeap {
  private items: Timer[] = []
  private dead = 0

  get live(): number {
    return this.items.length - this.dead
  }

  push(timer: Timer): void {
    this.items.push(timer)
    this.siftUp(this.items.length - 1)
  }

  peek(): Timer | undefined {
    while (this.items[0] !== undefined && this.items[0].work === undefined) {
      this.pop()
      this.dead--
    }
    return this.items[0]
  }

  pop(): void {
    const last = this.items.pop()
    if (last === undefined || this.items.length === 0) return
    this.items[0] = last
    this.siftDown(0)
  }

  cancelled(): void {
    this.dead++
    if (this.dead < 64 || this.dead * 2 < this.items.length) return
    this.items = this.items
      .filter((timer) => timer.work !== undefined)
      .sort((a, b) => (before(a, b) ? -1 : 1))
    this.dead = 0
  }

  private siftUp(from: number): void {
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.swapIfBefore(at, parent)) return
      at = parent
    }
  }

  private siftDown(from: number): void {
    let at = from
    for (;;) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      const [a, b] = [this.items[left], this.items[right]]
      if (a === undefined) return
      const child = b !== undefined && before(b, a) ? right : left
      if (!this.swapIfBefore(child, at)) return
      at = child
    }
  }

  /** Swaps items `lower` and `upper` if `lower` fires first. */
  private swapIfBefore(lower: number, upper: number): boolean {
    const [a, b] = [this.items[lower], this.items[upper]]
    if (a === undefined || b === undefined || !before(a, b)) return false
    this.items[lower] = b
    this.items[upper] = a
    return true
  }
}

function before(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

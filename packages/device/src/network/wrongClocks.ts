/**
 * Tells a member whose clock is wrong from a stranger. Devices whose clocks are more than the window of spec §7.3 apart don't
 * know each other's names of the hour, and a caller is told nothing; so the one that is called says what is wrong.
 */
import { PeerFault, type CircleId, type Clock } from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import { circleName } from '../circle/names.ts'
import { WRONG_CLOCK_SEARCH_MS } from '../tuning.ts'

export interface WrongClock {
  readonly fault: PeerFault
  readonly circle: CircleId
}

export class WrongClocks {
  private readonly clock: Clock
  private readonly circles: () => Iterable<CircleRuntime>
  private searchedAt = -Infinity

  constructor(clock: Clock, circles: () => Iterable<CircleRuntime>) {
    this.clock = clock
    this.circles = circles
  }

  /** What to say of a caller whose knock was refused; undefined: a stranger, or another was searched for just now. */
  explain(knock: string): WrongClock | undefined {
    const elapsed = this.clock.elapsed()
    // Strangers can call as often as they like; each search costs milliseconds.
    if (elapsed - this.searchedAt < WRONG_CLOCK_SEARCH_MS) return undefined
    this.searchedAt = elapsed
    for (const circle of this.circles()) {
      const ms = circle.names.msAhead(knock)
      if (ms !== undefined) return { fault: clockDiffers(circleName(circle.state), ms), circle: circle.id }
    }
    return undefined
  }
}

const DAY_MS = 86_400_000

function clockDiffers(circle: string, msAhead: number): PeerFault {
  const days = Math.max(1, Math.round(Math.abs(msAhead) / DAY_MS))
  const by = `${days} ${days === 1 ? 'day' : 'days'}`
  const [here, there] = msAhead > 0 ? ['behind', 'ahead of'] : ['ahead of', 'behind']
  return new PeerFault('clock-differs', {
    details: { circle, days, of: msAhead > 0 ? 'behind' : 'ahead' },
    message: `A device that knows the circle ${circle} calls with a clock ${by} ${there} this one's.`,
    remedy: `Your clock is ${by} ${here} theirs: set the one that is wrong. More than a day apart, devices can't find each other.`,
  })
}

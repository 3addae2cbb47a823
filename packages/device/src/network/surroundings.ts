/** Notices that this machine is in another network, or slept: Node tells of neither. */
import { isLinkLocal, machineAddresses } from '@triode/channels'
import type { Clock } from '@triode/core'
import { LONG_NAP_MS, NAP_MS } from '../tuning.ts'

export interface Change {
  /** Addresses that the machine has no more. */
  readonly left: ReadonlySet<string>
  /** It has other addresses than before; those that never leave a link count not: containers and the like come and go with some. */
  readonly moved: boolean
  /** What was connected before hardly is: an address is gone, there was none before, or the sleep was long. */
  readonly isCut: boolean
  /** Nothing ran here for a while, or the clock was set: packets were missed, and timers are late. */
  readonly woke: boolean
}

export interface SurroundingsOptions {
  readonly clock: Clock
  /** Addresses of the machine, IPv4 and IPv6 without zones; default: those of all interfaces but loopback. */
  readonly addresses?: () => readonly string[]
}

export class Surroundings {
  private readonly clock: Clock
  private readonly addresses: () => readonly string[]
  private known: ReadonlySet<string> | undefined
  private lastNow = 0
  private lastElapsed = 0

  constructor({ clock, addresses = machineAddresses }: SurroundingsOptions) {
    this.clock = clock
    this.addresses = addresses
  }

  /** What changed since the last look; to be called each second or so. */
  look(): Change {
    const napMs = this.napMs()
    const before = this.known
    const now = new Set(this.addresses())
    this.known = now
    if (before === undefined) return { left: new Set(), moved: false, woke: false, isCut: false }
    const left = before.difference(now)
    const moved = ![...before.symmetricDifference(now)].every(isLinkLocal)
    const lost = ![...left].every(isLinkLocal)
    const hadNone = [...before].every(isLinkLocal)
    const isCut = (moved && (lost || hadNone)) || napMs > LONG_NAP_MS
    return { left, moved, woke: napMs > NAP_MS, isCut }
  }

  /** A machine that sleeps stops the clock of intervals on some systems, and not on others; the wall clock goes on. */
  private napMs(): number {
    const now = this.clock.now()
    const elapsed = this.clock.elapsed()
    const passed = elapsed - this.lastElapsed
    const apartMs = Math.abs(now - this.lastNow - passed)
    this.lastNow = now
    this.lastElapsed = elapsed
    return Math.max(passed, apartMs)
  }
}

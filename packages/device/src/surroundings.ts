/** Notices that this machine is in another network, or slept: Node tells of neither. */
import { isLinkLocal, machineAddresses } from '@triode/channels'
import type { Clock } from '@triode/core'
import { NAP_MS } from './tuning.ts'

export interface Change {
  /** Addresses that the machine has no more. */
  readonly left: ReadonlySet<string>
  /** It has other addresses than before; those that never leave a link count not: containers and the like come and go with some. */
  readonly moved: boolean
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
    const woke = this.napped()
    const before = this.known
    const now = new Set(this.addresses())
    this.known = now
    if (before === undefined) return { left: new Set(), moved: false, woke: false }
    const changed = before.symmetricDifference(now)
    return { left: before.difference(now), moved: ![...changed].every(isLinkLocal), woke }
  }

  /** A machine that sleeps stops the clock of intervals on some systems, and not on others; the wall clock goes on. */
  private napped(): boolean {
    const now = this.clock.now()
    const elapsed = this.clock.elapsed()
    const passed = elapsed - this.lastElapsed
    const woke = passed > NAP_MS || Math.abs(now - this.lastNow - passed) > NAP_MS
    this.lastNow = now
    this.lastElapsed = elapsed
    return woke
  }
}

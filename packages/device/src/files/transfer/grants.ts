/** What a client lets its server send (spec §15.7): as far ahead as its pace says, within the channel's limit and what memory there is. */
import { PeerFault, type Clock } from '@triode/core'
import type { Share } from './budget.ts'
import type { Pace } from './pace.ts'
import type { RateLimit } from './rateLimit.ts'
import { MIN_WINDOW_BYTES, PROBE_EVERY_MS } from './tuning.ts'

export interface GrantsOptions {
  readonly clock: Clock
  readonly pace: Pace
  readonly share: Share
  readonly limit: RateLimit
  /** Bytes of data that came. */
  readonly received: () => number
  /** Whether data is due. */
  readonly isBusy: () => boolean
  readonly ping: () => Promise<number>
  readonly grant: (bytes: number) => void
}

export class Grants {
  private readonly options: GrantsOptions
  private granted = 0
  private probedAt = -Infinity
  /** Only little is granted until the link is empty, to see its round trip. */
  private isProbing = false
  private isPinging = false
  private cancel: (() => void) | undefined
  private stopped = false

  constructor(options: GrantsOptions) {
    this.options = options
  }

  /** Bytes that the server may send and has not. */
  get ahead(): number {
    return this.granted - this.options.received()
  }

  /** Data came. @throws PeerFault 'unasked': more than was granted */
  came(bytes: number): void {
    if (this.ahead < 0)
      throw new PeerFault('unasked', { message: 'The far device sent more than it was let.' })
    if (bytes > 0) this.options.pace.came(bytes)
    if (!this.options.isBusy()) this.options.pace.idle()
    this.renew()
  }

  /** Grants more if it is due and worth a frame. */
  renew(): void {
    const { options } = this
    if (this.stopped || !options.isBusy()) return
    this.probe()
    const window = this.isProbing ? MIN_WINDOW_BYTES : options.pace.windowBytes
    const { room } = options.share
    const wanted = Math.min(window - this.ahead, room)
    if (wanted < this.step(window)) return
    const taken = options.limit.take(wanted)
    if (taken < wanted) this.renewLater(options.limit.waitMs())
    if (taken === 0) return
    this.granted += taken
    options.share.take(taken)
    options.grant(this.granted)
  }

  stop(): void {
    this.stopped = true
    this.cancel?.()
  }

  /** What a grant has to give to be worth a frame: the less there is left to send, the less it may be. */
  private step(window: number): number {
    return Math.min(window / 4, MAX_STEP_BYTES, Math.max(MIN_STEP_BYTES, this.ahead / 2))
  }

  private renewLater(delayMs: number): void {
    this.cancel ??= this.options.clock.after(delayMs, () => {
      this.cancel = undefined
      this.renew()
    })
  }

  private probe(): void {
    const { clock } = this.options
    if (!this.isProbing && clock.elapsed() - this.probedAt >= PROBE_EVERY_MS) {
      this.isProbing = true
      this.probedAt = clock.elapsed()
    }
    if (this.isProbing && !this.isPinging && this.ahead <= MIN_WINDOW_BYTES) void this.ping()
  }

  private async ping(): Promise<void> {
    this.isPinging = true
    try {
      this.options.pace.roundTrip(await this.options.ping())
    } catch {
      // The tunnel ends.
    } finally {
      this.isPinging = false
      this.isProbing = false
      this.renew()
    }
  }
}

/** A grant is worth a frame when it is a quarter of the window, half of what is ahead, or this much; … */
const MAX_STEP_BYTES = 1_048_576
/** … and never when it is less than this: a device that stores slowly would answer each piece that comes by a grant of as much, thousands a second. */
const MIN_STEP_BYTES = MIN_WINDOW_BYTES / 4

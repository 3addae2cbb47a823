/** Two streams made one, blindly: bytes go both ways at a bounded pace, until either ends or falls silent. */
import { Transform, type Duplex, type TransformCallback } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Clock } from '@triode/core'
import {
  FORWARD_BURST_BYTES,
  FORWARD_BYTES_PER_SECOND,
  FORWARD_CHECK_MS,
  FORWARD_IDLE_MS,
} from '../tuning.ts'

const MOST_LISTENERS = 24

/** Resolves when both are gone. @param mayGoOn asked every few seconds */
export async function splice(
  one: Duplex,
  other: Duplex,
  clock: Clock,
  mayGoOn: () => boolean,
): Promise<void> {
  let heardAt = clock.elapsed()
  let cancel = (): void => undefined
  const end = (): void => {
    one.destroy()
    other.destroy()
  }
  const watch = (): void => {
    if (clock.elapsed() - heardAt >= FORWARD_IDLE_MS || !mayGoOn()) end()
    else cancel = clock.after(FORWARD_CHECK_MS, watch)
  }
  watch()
  // A pipeline puts half a dozen on each end of it, and each stream is an end of two.
  for (const stream of [one, other]) stream.setMaxListeners(MOST_LISTENERS)
  one.once('close', end)
  other.once('close', end)
  const heard = (): void => {
    heardAt = clock.elapsed()
  }
  await Promise.allSettled([
    pipeline(one, new Pace(clock, heard), other),
    pipeline(other, new Pace(clock, heard), one),
  ])
  cancel()
  end()
}

/** Lets bytes through no faster than so many a second, after a burst. */
class Pace extends Transform {
  private readonly clock: Clock
  private readonly heard: () => void
  private allowance = FORWARD_BURST_BYTES
  private at: number

  constructor(clock: Clock, heard: () => void) {
    super()
    this.clock = clock
    this.heard = heard
    this.at = clock.elapsed()
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.heard()
    const now = this.clock.elapsed()
    const earned = ((now - this.at) / 1000) * FORWARD_BYTES_PER_SECOND
    this.allowance = Math.min(FORWARD_BURST_BYTES, this.allowance + earned) - chunk.length
    this.at = now
    const waitMs = this.allowance >= 0 ? 0 : (-this.allowance / FORWARD_BYTES_PER_SECOND) * 1000
    if (waitMs === 0) done(null, chunk)
    else
      this.clock.after(waitMs, () => {
        done(null, chunk)
      })
  }
}

/**
 * How far ahead a client grants (spec §15.7): what arrives in a round trip of the empty link and 40 ms, so that the link is busy and little
 * waits on it. The rate is what came over short whiles in which something was due; a single burst counts for nothing.
 */
import type { Clock } from '@triode/core'
import {
  MAX_WINDOW_BYTES,
  MIN_WINDOW_BYTES,
  ROUND_TRIP_KEPT_MS,
  SAMPLE_BYTES,
  SAMPLE_MAX_MS,
  SAMPLE_MS,
  SAMPLES,
  WINDOW_MS,
} from './tuning.ts'

export class Pace {
  private readonly clock: Clock
  private readonly samples: number[] = []
  private roundTrips: { readonly at: number; readonly ms: number }[] = []
  private sampleFrom: number | undefined
  private sampleBytes = 0
  private bytesPerSecond = 0
  private shortestMs = 0

  constructor(clock: Clock) {
    this.clock = clock
  }

  roundTrip(ms: number): void {
    const at = this.clock.elapsed()
    this.roundTrips = this.roundTrips.filter((one) => at - one.at < ROUND_TRIP_KEPT_MS)
    this.roundTrips.push({ at, ms })
    this.shortestMs = Math.min(...this.roundTrips.map((one) => one.ms))
  }

  /** Data came, of which more is due. */
  came(bytes: number): void {
    const now = this.clock.elapsed()
    if (this.sampleFrom === undefined) {
      this.sampleFrom = now
      return
    }
    this.sampleBytes += bytes
    const tookMs = now - this.sampleFrom
    const enough = tookMs >= Math.max(SAMPLE_MS, this.roundTripMs) && this.sampleBytes >= SAMPLE_BYTES
    if (!enough && tookMs < Math.max(SAMPLE_MAX_MS, this.roundTripMs)) return
    this.samples.push((this.sampleBytes * 1_000) / tookMs)
    if (this.samples.length > SAMPLES) this.samples.shift()
    const [highest = 0, second = highest] = this.samples.toSorted((a, b) => b - a)
    this.bytesPerSecond = second
    this.sampleFrom = now
    this.sampleBytes = 0
  }

  /** Nothing is due: what comes next comes after a pause. */
  idle(): void {
    this.sampleFrom = undefined
    this.sampleBytes = 0
  }

  /** Shortest of late, in milliseconds; 0 while none is known. */
  get roundTripMs(): number {
    return this.shortestMs
  }

  /** Bytes a second that the link gives; 0 while that is not known. */
  get rate(): number {
    return this.bytesPerSecond
  }

  get windowBytes(): number {
    const bytes = (this.rate * (this.roundTripMs + WINDOW_MS)) / 1_000
    return Math.min(MAX_WINDOW_BYTES, Math.max(MIN_WINDOW_BYTES, Math.round(bytes)))
  }
}

/** Time, handed in. Simulations hand in a virtual one. */
export interface Clock {
  /** Wall-clock time in milliseconds since 1970-01-01 UTC; may jump in either direction. */
  now(): number
  /** Monotonic milliseconds, for intervals. */
  elapsed(): number
  /** Calls `work` once, after `delayMs`. Returns the cancellation, which may be called any number of times. */
  after(delayMs: number, work: () => void): () => void
}

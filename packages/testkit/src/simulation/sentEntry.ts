/** What loot is tried on. */
import type { DeviceId, Envelope, EpochStart, Feed } from '@triode/core'

export interface SentEpoch {
  readonly start: EpochStart
  /** Sequence number of the epoch's first entry. */
  readonly seq: number
  readonly envelopes: readonly Envelope[]
}

/** An entry, and the device whose keys are tried on it. */
export interface SentEntry {
  readonly feed: Feed
  readonly seq: number
  readonly epoch: number
  /** Ciphertext and tag. */
  readonly body: Uint8Array
  readonly victim: DeviceId
}

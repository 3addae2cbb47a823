/** Stolen states of devices, and what they turned out to open. */
import type { Loot } from './loot.ts'
import type { SimulatedDevice } from './simulatedDevice.ts'

/** A copy of a device's state, taken without its noticing. */
export interface Theft {
  readonly victim: SimulatedDevice
  readonly loot: Loot
  /** Virtual milliseconds. */
  readonly at: number
  /** Entries that had been sent by then. */
  readonly sentBefore: number
}

/** What stolen states opened. */
export interface TheftReport {
  readonly thefts: number
  /** Age of the oldest entry that a state opened, by an envelope to a sealing key which was still kept; milliseconds. */
  readonly oldestMs: number
  /** How long after the theft the last entry was written that the state opens; milliseconds. */
  readonly newestMs: number
}

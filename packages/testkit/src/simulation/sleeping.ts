/** A circle that is switched off: what a template keeps. */
import type { CircleId, MemberId, SigningKey } from '@triode/core'
import type { MemorySnapshot } from '../memoryStore.ts'
import type { SealLedger } from './observedPrimitives.ts'

/** A device that is in the circle, switched off. */
export interface SleepingDevice {
  readonly name: string
  readonly key: SigningKey
  readonly member: MemberId
  readonly circle: CircleId
  readonly disk: MemorySnapshot
}

export interface Template {
  readonly devices: readonly SleepingDevice[]
  /** What was sealed while it was made: a schedule must not use these keys again either. */
  readonly ledger: SealLedger
  readonly elapsedMs: number
}

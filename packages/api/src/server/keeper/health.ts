/** Whether a keeper does its work, in words for whoever runs it (spec §13.11). */
import { FILES_SHARE } from '@triode/core'
import type { KeepingReport } from '@triode/device'

/** Below this much room on its disk a keeper says so, before it has to refuse. */
export const LOW_DISK_BYTES = 268_435_456

/** Why it does not; each is explained in the guide. */
export type Reason =
  | 'no-vault'
  | 'locked'
  | 'not-a-keeper'
  | 'not-only-a-keeper'
  | 'no-channel'
  | 'cannot-listen'
  | 'capacity-used-up'
  | 'disk-low'
  | 'warning'

export interface Health {
  readonly ok: boolean
  readonly reasons: readonly Reason[]
  /** Codes of what the device itself warns of. */
  readonly warnings: readonly string[]
}

export function healthOf(report: KeepingReport): Health {
  const reasons = [...reasonsOf(report)]
  return { ok: reasons.length === 0, reasons, warnings: report.warnings }
}

function* reasonsOf(report: KeepingReport): Generator<Reason> {
  const { state, keeperIn, otherCircles, bytes, blobBytes, capacityBytes } = report
  const { freeBytes, unreachable, warnings } = report
  if (state === 'new') yield 'no-vault'
  if (state === 'locked') yield 'locked'
  if (state === 'unlocked' && keeperIn === 0) yield 'not-a-keeper'
  // Who holds others' things should hold no keys of conversations.
  if (otherCircles > 0 && keeperIn > 0) yield 'not-only-a-keeper'
  if (unreachable !== undefined) yield unreachable
  const capacity = 0.95 * capacityBytes * keeperIn
  const isFull = bytes + blobBytes >= capacity || blobBytes >= FILES_SHARE * capacity
  if (keeperIn > 0 && isFull) yield 'capacity-used-up'
  if (freeBytes !== undefined && freeBytes < LOW_DISK_BYTES) yield 'disk-low'
  if (warnings.length > 0) yield 'warning'
}

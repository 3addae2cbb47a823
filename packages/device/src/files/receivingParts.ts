/** What uploads are received with, and what was said of each beforehand (spec §13.8). */
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import type { OpenBlobs } from './openBlobs.ts'
import type { Quota } from './quota.ts'
import type { Sealing } from './sealing.ts'
import type { Turns } from './turns.ts'

/** What was said of it beforehand. */
export interface Announced {
  readonly name: string
  readonly mediaType: string | undefined
  readonly size: number | undefined
  readonly keepMetadata: boolean
}

export interface ReceivingParts {
  readonly sealing: Sealing
  readonly open: OpenBlobs
  readonly quota: Quota
  /** Who may have an image in memory. */
  readonly images: Turns
  readonly circle: CircleRuntime
  readonly signal: AbortSignal
}

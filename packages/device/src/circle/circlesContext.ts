/** What circles are made and joined with. */
import type { Clock, Primitives, Random } from '@triode/core'
import type { DeviceEvent } from '../service.ts'

export interface CirclesContext {
  readonly primitives: Primitives
  readonly clock: Clock
  readonly random: Random
  readonly emit: (event: DeviceEvent) => void
}

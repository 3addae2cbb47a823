import type { CircleId, CircleState, DeviceId, MemberId, MembershipLog } from '@triode/core'

/** What the audit log looks at of a circle. */
export interface AuditView {
  readonly circle: CircleId
  readonly self: DeviceId
  readonly member: MemberId
  readonly state: CircleState
  readonly log: MembershipLog
  /** Generations of the circle's secret and of this device's sealing key. */
  readonly secret: number
  readonly sealing: number
  readonly isVerified: (device: DeviceId) => boolean
}

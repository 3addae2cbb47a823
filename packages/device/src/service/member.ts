/** Members, their devices, and the tunnels to them. */
import type { CircleId, DeviceId, MemberId } from '@triode/core'

export interface Member {
  readonly member: MemberId
  readonly circle: CircleId
  readonly name?: string
  readonly role: string
  readonly devices: MemberDevice[]
  /** Every device of it. */
  readonly verified: boolean
  /** It was verified, and has a device now that was not: to be verified anew. */
  readonly changed: boolean
  /** Some of its devices were verified, and the others, which were there then, are left for later. */
  readonly partly: boolean
  readonly state: string
  /** This is oneself. */
  readonly me: boolean
  /** To compare with that person; the same on both sides. Empty for oneself. */
  readonly safetyWords: string[]
}

export interface MemberDevice {
  readonly device: DeviceId
  readonly verified: boolean
  /** A tunnel to it is open, or it is this device. */
  readonly online: boolean
  readonly lastSeenAt?: number
  /** Of each device that is not verified, of a member that has several. */
  readonly safetyWords?: string[]
}

/** What one shows to a member whose device scans it (spec §6.7). */
export interface ShownKeys {
  readonly member: MemberId
  readonly circle: CircleId
  /** `triode-keys:...`: hashes of one's own key, and of those that one takes for the member's. No secret. */
  readonly text: string
}

export const DIRECTION = { dialed: 'dialed', accepted: 'accepted' } as const
export type Direction = (typeof DIRECTION)[keyof typeof DIRECTION]

export interface Peer {
  readonly device: DeviceId
  readonly member: MemberId
  readonly name?: string
  readonly circle: CircleId
  readonly channel: string
  /** The far address as the channel names it. */
  readonly remote: string
  readonly group: string
  readonly cipher: string
  /** Absent until measured. */
  readonly roundTripMs?: number
  readonly since: number
  readonly direction: Direction
}

/** Circles: made, shown, left. */
import type { CircleId, DeviceId, MemberId, SuiteName } from '@triode/core'
import type { StandingView } from './roles.ts'

export interface CreateCircleInput {
  /** 1 to 64 characters. */
  readonly name: string
  /** Default: hybrid. */
  readonly suite?: SuiteName
  /** How this circle calls you; default: the name given at init. Another one in each circle keeps them apart. */
  readonly nickname?: string
}

export interface RenameCircleInput {
  readonly circle: string
  /** 1 to 64 characters. */
  readonly name: string
}

export interface SetNicknameInput {
  readonly circle: string
  /** How this circle is to call you, 1 to 64 characters; null: by nothing but your id. */
  readonly nickname: string | null
}

export interface LeaveOptions {
  /** Even as the only owner, which leaves the others in a circle that nobody can govern. */
  readonly force?: boolean
}

export interface CircleSummary {
  readonly circle: CircleId
  readonly name: string
  readonly suite: SuiteName
  /** How many members. */
  readonly members: number
  readonly unread: number
}

export interface CircleDetail extends CircleSummary {
  /** My member, device and role in this circle. */
  readonly me: MemberId
  readonly device: DeviceId
  readonly role: string
  /** How many devices all members have together, and how many tunnels are open to them now. */
  readonly devices: number
  readonly tunnels: number
  readonly createdAt: number
  /** The key epoch of my feed in the circle's conversation; absent before the first message. */
  readonly epoch?: EpochInfo
  /** Entries of the membership log. */
  readonly logEntries: number
  /** Absent while this device is active there. */
  readonly standing?: StandingView
  /** Acts that wait for approval. */
  readonly pending: number
  /** Devices that the circle made keepers, and what those that there is a tunnel to take. */
  readonly keepers: KeeperView[]
}

export interface KeeperView {
  readonly device: DeviceId
  readonly member: MemberId
  readonly name?: string
  /** As it told; absent while there is no tunnel to it. */
  readonly terms?: {
    readonly holdHours: number
    /** Of each member, as a power of two that is not above what it takes. */
    readonly memberBytes: number
    /** The largest file that it takes; 0: none. */
    readonly fileBytes: number
  }
  /** What of this device's own it said it has, for those who lack it; absent as `terms`. */
  readonly held?: {
    /** Messages, and what belongs to them. */
    readonly entries: number
    /** Whole ones. */
    readonly files: number
  }
  /** It has no room for messages of this device's own that others lack. */
  readonly full?: true
  /** When there was a tunnel to it last; absent while there is, and if there never was. */
  readonly seenAt?: number
}

export interface EpochInfo {
  /** Counts from 0. */
  readonly number: number
  readonly startedAt: number
  /** Entries sealed under it so far. */
  readonly entries: number
}

/** What the membership log amounts to (spec §5.6): values, never changed in place. */
import type { CircleId, ConversationId, DeviceId, EntryHash, InvitationId, MemberId } from '../id.ts'
import type { ConversationIds } from './ids.ts'
import type { Role } from './role.ts'
import type { RuleName } from './rules.ts'

export const MEMBER_STATE = { active: 'active', left: 'left', removed: 'removed' } as const
export type MemberState = (typeof MEMBER_STATE)[keyof typeof MEMBER_STATE]

export interface Member {
  readonly id: MemberId
  readonly role: Role
  readonly nickname: string | undefined
  readonly devices: readonly DeviceId[]
  readonly state: MemberState
  /** By the clock of whoever admitted. */
  readonly admittedAt: number
  /** Who admitted; undefined for the founder. */
  readonly admittedBy: MemberId | undefined
  /** By whom and when, unless active. */
  readonly ended: { readonly by: MemberId; readonly at: number } | undefined
}

export interface Device {
  readonly id: DeviceId
  readonly member: MemberId
  /** SPKI DER. */
  readonly publicKey: Uint8Array
  /** Its member is active. */
  readonly active: boolean
}

export interface Room {
  readonly id: ConversationId
  readonly creator: MemberId
  readonly createdAt: number
  /** Active members that are in it, sorted. */
  readonly members: readonly MemberId[]
  /** Whoever was in it once, sorted: they may keep what they read. */
  readonly formerMembers: readonly MemberId[]
  /** Those of the former ones that went of their own accord: what they wrote before may still be on its way. */
  readonly leftMembers: readonly MemberId[]
}

export const LOG_INVITATION_STATE = { live: 'live', spent: 'spent', revoked: 'revoked' } as const
export type LogInvitationState = (typeof LOG_INVITATION_STATE)[keyof typeof LOG_INVITATION_STATE]

export interface Invitation {
  readonly id: InvitationId
  readonly inviter: DeviceId
  readonly role: Role
  readonly createdAt: number
  /** A live invitation past this time is expired, by the clock of whoever looks. */
  readonly expires: number
  readonly state: LogInvitationState
  /** Whom it admitted, when spent. */
  readonly admitted: MemberId | undefined
}

/** Two different entries of one device with one sequence number: that device runs twice, or lies. */
export interface Equivocation {
  readonly device: DeviceId
  readonly sequence: number
  readonly entries: readonly EntryHash[]
}

export interface CircleState {
  readonly id: CircleId
  readonly name: string
  /** Name of the suite. */
  readonly suite: string
  readonly createdAt: number
  /** All that ever were, in the order of their admission on this device. */
  readonly members: ReadonlyMap<MemberId, Member>
  readonly devices: ReadonlyMap<DeviceId, Device>
  readonly rooms: ReadonlyMap<ConversationId, Room>
  readonly invitations: ReadonlyMap<InvitationId, Invitation>
  /** Entries without an effect, and the rule that each broke. */
  readonly refused: ReadonlyMap<EntryHash, RuleName>
  readonly equivocations: readonly Equivocation[]
  /** Entries that no entry follows. */
  readonly heads: readonly EntryHash[]
  readonly conversations: ConversationIds
}

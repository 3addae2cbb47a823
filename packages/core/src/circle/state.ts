/** What the membership log amounts to (spec §5.6): values, never changed in place. */
import type { CircleId, ConversationId, DeviceId, EntryHash, InvitationId, MemberId } from '../id.ts'
import type { ConversationIds } from './ids.ts'
import type { PayloadType } from './payload.ts'
import type { Policies } from './policy.ts'
import type { Role } from './role.ts'
import type { RuleName } from './rules.ts'

export const MEMBER_STATE = {
  active: 'active',
  /** Out until it is restored. */
  suspended: 'suspended',
  left: 'left',
  removed: 'removed',
  /** Was active or suspended when the circle was dissolved. */
  dissolved: 'dissolved',
} as const
export type MemberState = (typeof MEMBER_STATE)[keyof typeof MEMBER_STATE]

/** Who ended something, and when by that one's clock. */
export interface Ended {
  readonly by: MemberId
  readonly at: number
}

export interface Member {
  readonly id: MemberId
  readonly role: Role
  readonly nickname: string | undefined
  /** All that ever were, the one with which it was admitted first. */
  readonly devices: readonly DeviceId[]
  readonly state: MemberState
  /** By the clock of whoever admitted. */
  readonly admittedAt: number
  /** Who admitted; undefined for the founder. */
  readonly admittedBy: MemberId | undefined
  /** Who suspended or removed it, left, or dissolved the circle, and when; unless active. */
  readonly ended: Ended | undefined
}

export interface Device {
  readonly id: DeviceId
  readonly member: MemberId
  /** SPKI DER. */
  readonly publicKey: Uint8Array
  /** By the clock of whoever admitted it. */
  readonly admittedAt: number
  /** Its member is active, and it is not revoked. */
  readonly active: boolean
  readonly revoked: Ended | undefined
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
  /** undefined: admits a further device of the inviter's own member. */
  readonly role: Role | undefined
  readonly createdAt: number
  /** A live invitation past this time is expired, by the clock of whoever looks. */
  readonly expires: number
  readonly state: LogInvitationState
  /** Whom it admitted, when spent. */
  readonly admitted: MemberId | undefined
}

/** A destructive act to which not enough agree yet (spec §5.12). */
export interface PendingAct {
  readonly hash: EntryHash
  readonly type: PayloadType
  readonly by: MemberId
  readonly at: number
  /** An approval past this time has no effect, by the clock of who approves. */
  readonly expires: number
  /** Whom it is about, if anyone. */
  readonly target: MemberId | undefined
  /** The members that agree, the author first. */
  readonly approvals: readonly MemberId[]
  /** How many must. */
  readonly needed: number
}

/** Two different entries of one device with one sequence number: that device runs twice, or lies. */
export interface Equivocation {
  readonly device: DeviceId
  readonly sequence: number
  readonly entries: readonly EntryHash[]
}

export interface CircleState {
  readonly id: CircleId
  /** undefined where it does not open: for who has no names key, and for all where it is nonsense. */
  readonly name: string | undefined
  /** Name of the suite. */
  readonly suite: string
  readonly createdAt: number
  /** All that ever were, in the order of their admission on this device. */
  readonly members: ReadonlyMap<MemberId, Member>
  readonly devices: ReadonlyMap<DeviceId, Device>
  readonly rooms: ReadonlyMap<ConversationId, Room>
  readonly invitations: ReadonlyMap<InvitationId, Invitation>
  /** What was set; see policyOf() for what it comes to. */
  readonly policies: Policies
  /** Acts that wait for approvals, by their hash. */
  readonly pending: readonly PendingAct[]
  /** By whom and when the circle was dissolved. */
  readonly dissolved: Ended | undefined
  /** Entries without an effect but for the pending ones, and the rule that each broke. */
  readonly refused: ReadonlyMap<EntryHash, RuleName>
  readonly equivocations: readonly Equivocation[]
  /** Entries that no entry follows. */
  readonly heads: readonly EntryHash[]
  readonly conversations: ConversationIds
}

/** What has become of a device; whoever ended it, unless active. */
export type Standing =
  | { readonly standing: 'active' }
  | ({ readonly standing: 'suspended' | 'removed' | 'left' | 'revoked' | 'dissolved' } & Ended)

/** @returns undefined for a device that was never admitted. What ended for its member goes before what ended for itself. */
export function standingOf(state: CircleState, device: DeviceId): Standing | undefined {
  const known = state.devices.get(device)
  const member = known && state.members.get(known.member)
  if (member === undefined) return undefined
  const { ended } = member
  if (member.state !== 'active' && member.state !== 'suspended' && ended !== undefined) {
    return { standing: member.state, ...ended }
  }
  if (known?.revoked !== undefined) return { standing: 'revoked', ...known.revoked }
  return member.state === 'suspended' && ended !== undefined
    ? { standing: 'suspended', ...ended }
    : { standing: 'active' }
}

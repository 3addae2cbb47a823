/** Who may what in a circle, who is out, and what the circle asks of its devices (spec §5.4, §5.11, §5.12). */
import type { CircleId, DeviceId, EntryHash, MemberId } from '@triode/core'
import type { CircleRef, MemberRef } from './reference.ts'

/** A member; a name is looked for in `circle` alone, if that is given. */
export interface OfMember {
  readonly member: MemberRef
  readonly circle?: CircleRef
}

export interface ChangeRoleInput extends OfMember {
  /** Default: the next one, up or down, of owner, admin, member and guest. Nobody becomes owner or keeper by default. */
  readonly role?: string
}

/** What has been signed. */
export interface Acted {
  readonly circle: CircleId
  /** It has an effect now; or else waits until enough agree. */
  readonly done: boolean
  readonly member?: MemberId
  readonly name?: string
  /** The member's role afterwards. */
  readonly role?: string
  readonly pending?: PendingActView
}

/** An act to which not enough agree yet. */
export interface PendingActView {
  readonly id: EntryHash
  readonly circle: CircleId
  /** remove, transfer, dissolve or policy. */
  readonly act: string
  readonly by: MemberId
  readonly byName?: string
  readonly at: number
  /** Nobody can agree to it any more after this. */
  readonly expires: number
  readonly member?: MemberId
  readonly name?: string
  /** Of a policy: what it is to be. */
  readonly value?: string
  /** How many agree, the author included, and how many must. */
  readonly agree: number
  readonly needed: number
  /** One has agreed oneself, or it is one's own. */
  readonly agreed: boolean
}

/** What its author took back: nobody can agree to it any more. */
export interface Withdrawn {
  readonly circle: CircleId
  readonly act: EntryHash
  readonly withdrawn: true
}

export interface PolicyView {
  readonly key: string
  readonly value: string
  readonly default: string
  /** The most restrictive first. */
  readonly values: string[]
  readonly means: string
  /** The roles that may set it. */
  readonly setBy: string[]
}

export interface SetPolicyInput {
  readonly circle: CircleRef
  readonly key: string
  readonly value: string
}

/** What has become of this device in a circle that it can't act in any more. */
export interface StandingView {
  readonly state: 'suspended' | 'removed' | 'left' | 'revoked' | 'dissolved'
  readonly by: MemberId
  readonly byName?: string
  /** By the clock of whoever did it. */
  readonly at: number
  /** The circle's policy `removed-history` had the messages erased here. */
  readonly erased: boolean
}

export type MembershipChange =
  | 'role'
  | 'suspended'
  | 'restored'
  | 'removed'
  | 'left'
  | 'dissolved'
  | 'device-added'
  | 'device-revoked'
  | 'pending'
  | 'withdrawn'
  | 'verification-changed'

/** Acts throw CallerFault 'not-allowed' (a role does not allow it), or the name of the broken rule, such as 'target-is-member'. */
export interface RoleService {
  promote(input: ChangeRoleInput): Promise<Acted>
  demote(input: ChangeRoleInput): Promise<Acted>
  suspend(input: OfMember): Promise<Acted>
  restoreMember(input: OfMember): Promise<Acted>
  remove(input: OfMember): Promise<Acted>
  /** Makes that member owner, and oneself admin. */
  transfer(input: OfMember): Promise<Acted>
  dissolve(circle: CircleRef): Promise<Acted>
  policies(circle: CircleRef): Promise<PolicyView[]>
  /** @throws CallerFault 'policy-unknown' | 'policy-is-allowed', or a rule */
  setPolicy(input: SetPolicyInput): Promise<Acted>
  pending(circle: CircleRef): Promise<PendingActView[]>
  /** @param act its id, or the unambiguous beginning of it */
  approve(circle: CircleRef, act: string): Promise<Acted>
  /** @param act of one's own, as for approve() */
  withdraw(circle: CircleRef, act: string): Promise<Withdrawn>
}

/** Devices of one's own in circles. */
export interface OwnDevice {
  readonly device: DeviceId
  readonly circle: CircleId
  readonly circleName: string
  /** Known to one's own devices only. */
  readonly name?: string
  /** It is this one. */
  readonly current: boolean
  readonly online: boolean
  readonly addedAt: number
  readonly revoked: boolean
}

export interface AddDeviceInput {
  readonly circle: CircleRef
  /** Default: 24 hours; of a spoken code 10 minutes, and an hour at most. */
  readonly expiresMs?: number
}

/** Invitations, and joining with one. */
import type { CircleId, DeviceId, InvitationId, MemberId, SuiteName } from '@triode/core'
import type { CircleRef } from './reference.ts'

export interface InviteInput {
  readonly circle: CircleRef
  /** Default: 24 hours. */
  readonly expiresMs?: number
  /** Default: member. */
  readonly role?: string
}

export interface InvitationMade {
  readonly invitation: InvitationId
  readonly circle: CircleId
  /** `triode:...`; holds the one-time secret. */
  readonly link: string
  readonly expires: number
  /** As things are now the link leads to this device from its own network alone. Not told of one for an own device. */
  readonly nearOnly?: true
}

export const INVITATION_STATE = {
  live: 'live',
  spent: 'spent',
  revoked: 'revoked',
  expired: 'expired',
} as const
export type InvitationState = (typeof INVITATION_STATE)[keyof typeof INVITATION_STATE]

export interface Invitation {
  readonly invitation: InvitationId
  readonly circle: CircleId
  readonly state: InvitationState
  readonly role: string
  readonly created: number
  readonly expires: number
  /** Who joined with it. */
  readonly joined?: MemberId
  /** Of a spoken code that has not ended: how many wrong tries it still stands; 0 is dead. */
  readonly triesLeft?: number
  /**
   * Of a live one of this device: channels over which nobody finds it by this invitation now, since there are too many; the newest are
   * found. Addresses in the link may lead here all the same. Absent: none.
   */
  readonly leftOutOf?: readonly ('dht' | 'tor')[]
}

export interface JoinInput {
  /** `triode:...`, or a spoken code. */
  readonly link: string
  /** `HOST:PORT` to look at besides. */
  readonly at?: string
  /** Nickname in this circle; default: the one given at init. */
  readonly name?: string
  readonly timeoutMs?: number
}

export interface Joined {
  /** As a member of one's own, or as a further device of whoever invited. */
  readonly as: 'member' | 'device'
  readonly circle: CircleId
  readonly name: string
  readonly suite: SuiteName
  readonly met: { readonly member: MemberId; readonly device: DeviceId; readonly name?: string }
  readonly safetyWords: string[]
  readonly channel: string
  /** As TLS names them, e.g. X25519MLKEM768 and TLS_AES_256_GCM_SHA384. */
  readonly group: string
  readonly cipher: string
}

/** Invitations by a code that is read out. */
import type { CircleId, InvitationId } from '@triode/core'
import type { CircleRef } from './reference.ts'

/** A spoken code is short-lived, and good for a few tries in all. */
export interface SpokenInput {
  readonly circle: CircleRef
  /** Default: 10 minutes; at most an hour. */
  readonly expiresMs?: number
  /** Default: member. */
  readonly role?: string
}

export interface SpokenMade {
  readonly invitation: InvitationId
  readonly circle: CircleId
  /** To be read out, such as `4821-crucial-clown`: a secret until it was used. */
  readonly code: string
  readonly expires: number
  readonly tries: number
}

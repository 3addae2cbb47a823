/** Invitations, and joining with one. */
import { z } from 'zod'
import { suite } from './circle.ts'
import { circleRef, durationMs, id, timestamp } from './reference.ts'

/** Room for some dozens of addresses; a QR code holds 2,953 bytes. */
const MAX_LINK_CHARS = 8192

export const inviteSchema = z.strictObject({
  circle: circleRef,
  expiresMs: durationMs.exactOptional(),
  role: z.string().min(1).max(32).exactOptional(),
})
export const invitationMadeSchema = z.object({
  invitation: id,
  circle: id,
  link: z.string(),
  expires: timestamp,
})

export const invitationSchema = z.object({
  invitation: id,
  circle: id,
  state: z.enum(['live', 'spent', 'revoked', 'expired']),
  role: z.string(),
  created: timestamp,
  expires: timestamp,
  joined: id.exactOptional(),
})
export type Invitation = z.output<typeof invitationSchema>
export const invitationsSchema = z.object({ invitations: z.array(invitationSchema) })
export const revokeSchema = z.strictObject({ invitation: z.string().min(1).max(128) })

export const joinSchema = z.strictObject({
  link: z.string().min(1).max(MAX_LINK_CHARS),
  name: z.string().min(1).max(64).exactOptional(),
  timeoutMs: durationMs.exactOptional(),
})
export const joinedSchema = z.object({
  circle: id,
  name: z.string(),
  suite,
  met: z.object({ member: id, device: id, name: z.string().exactOptional() }),
  safetyWords: z.array(z.string()),
  channel: z.string(),
  group: z.string(),
  cipher: z.string(),
})
export type Joined = z.output<typeof joinedSchema>

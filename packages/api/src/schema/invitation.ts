/** Invitations, and joining with one. */
import { LINK_MAX_LENGTH, MAX_NICKNAME_LENGTH } from '@triode/core'
import { z } from 'zod'
import { suite } from './circle.ts'
import { limited } from './limit.ts'
import { circleRef, durationMs, id, timestamp } from './reference.ts'

const link = limited(z.string().min(1), (text) => text.length <= LINK_MAX_LENGTH, {
  code: 'link-malformed',
  message: 'is longer than any invitation',
  json: { maxLength: LINK_MAX_LENGTH },
})

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
  nearOnly: z
    .literal(true)
    .exactOptional()
    .describe('As things are now the link leads to this device from its own network alone'),
})

export const inviteSpokenSchema = inviteSchema
export const spokenMadeSchema = z.object({
  invitation: id,
  circle: id,
  /** `4821-crucial-clown`: to be read out, a secret until it was used. */
  code: z.string(),
  expires: timestamp,
  tries: z.int(),
})

export const invitationSchema = z.object({
  invitation: id,
  circle: id,
  state: z.enum(['live', 'spent', 'revoked', 'expired']),
  role: z.string(),
  created: timestamp,
  expires: timestamp,
  joined: id.exactOptional(),
  /** Wrong tries that its spoken code still stands; 0 is dead. */
  triesLeft: z.int().exactOptional(),
  leftOutOf: z
    .array(z.enum(['dht', 'tor']))
    .readonly()
    .exactOptional()
    .describe('Channels over which nobody finds this device by it now, since there are too many live ones'),
})
export type Invitation = z.output<typeof invitationSchema>
export const invitationsSchema = z.object({ invitations: z.array(invitationSchema) })
/** A host name of DNS's longest, and a port. */
const MAX_AT_CHARS = 264
export const revokeSchema = z.strictObject({ invitation: z.string().min(1).max(128) })

export const joinSchema = z.strictObject({
  link,
  name: z.string().min(1).max(MAX_NICKNAME_LENGTH).exactOptional(),
  timeoutMs: durationMs.exactOptional(),
  at: z.string().min(1).max(MAX_AT_CHARS).exactOptional(),
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
  as: z.enum(['member', 'device']).describe('device: a further one of whoever invited'),
})
export type Joined = z.output<typeof joinedSchema>

/** Who is in a circle, and who is connected. */
import { z } from 'zod'
import { id, memberRef, timestamp } from './reference.ts'

export const memberSchema = z.object({
  member: id,
  circle: id,
  name: z.string().exactOptional(),
  role: z.string(),
  devices: z.array(
    z.object({
      device: id,
      verified: z.boolean(),
      online: z.boolean(),
      lastSeenAt: timestamp.exactOptional(),
      safetyWords: z.array(z.string()).exactOptional(),
    }),
  ),
  verified: z.boolean(),
  changed: z.boolean().describe('Was verified, and has a device now that was not'),
  partly: z.boolean().describe('Some of its devices were verified, and others that it had then were not yet'),
  state: z.string(),
  me: z.boolean(),
  safetyWords: z.array(z.string()),
})
export type Member = z.output<typeof memberSchema>
export const membersSchema = z.object({ members: z.array(memberSchema) })
export const ofMemberSchema = z.strictObject({ member: memberRef })
export const verifySchema = z.strictObject({ member: memberRef, verified: z.boolean() })

/** Characters of the longest text that a device shows, with room for blanks around. */
const MAX_SCANNED_CHARS = 2_048
export const shownKeysSchema = z.object({
  member: id,
  circle: id,
  text: z.string().describe('For a QR code: triode-keys: and what the other device compares'),
})
export const verifyScannedSchema = z.strictObject({
  member: memberRef,
  text: z.string().min(1).max(MAX_SCANNED_CHARS).describe('What the other device shows'),
})

export const peerSchema = z.object({
  device: id,
  member: id,
  name: z.string().exactOptional(),
  circle: id,
  channel: z.string(),
  remote: z.string(),
  group: z.string(),
  cipher: z.string(),
  roundTripMs: z.number().min(0).exactOptional(),
  since: timestamp,
  direction: z.enum(['dialed', 'accepted']),
})
export type Peer = z.output<typeof peerSchema>
export const peersSchema = z.object({ peers: z.array(peerSchema) })

/** What the event stream carries (spec §13.5). */
import { z } from 'zod'
import { conversationSchema } from './conversation.ts'
import { channelSchema } from './device.ts'
import { wordDetails } from './fault.ts'
import { fileSchema } from './file.ts'
import { peerSchema } from './member.ts'
import { deliverySchema, messageSchema } from './message.ts'
import { count, id, timestamp } from './reference.ts'

export const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message'), message: messageSchema }),
  z.object({ type: z.literal('message-changed'), message: messageSchema }),
  deliverySchema.extend({ type: z.literal('delivery') }),
  z.object({
    type: z.literal('typing'),
    conversation: id,
    member: id,
    name: z.string().exactOptional(),
    until: timestamp,
  }),
  z.object({ type: z.literal('conversation'), conversation: conversationSchema }),
  z.object({ type: z.literal('roster'), circle: id, left: z.boolean().exactOptional() }),
  z.object({
    type: z.literal('membership'),
    circle: id,
    change: z.enum([
      'role',
      'suspended',
      'restored',
      'removed',
      'left',
      'dissolved',
      'device-added',
      'device-revoked',
      'pending',
      'withdrawn',
      'verification-changed',
    ]),
    me: z.boolean(),
    member: id.exactOptional(),
    name: z.string().exactOptional(),
    role: z.string().exactOptional(),
    device: id.exactOptional(),
    by: id.exactOptional(),
    byName: z.string().exactOptional(),
    act: id.exactOptional(),
    erased: z.boolean().exactOptional(),
  }),
  z.object({ type: z.literal('file'), file: fileSchema }),
  z.object({ type: z.literal('file-gone'), id, conversation: id }),
  z.object({
    type: z.literal('file-check'),
    name: z.string(),
    done: count.describe('Bytes'),
    of: count.describe('Bytes of all that is checked'),
  }),
  z.object({ type: z.literal('peer-up'), peer: peerSchema }),
  z.object({ type: z.literal('peer-down'), peer: peerSchema, reason: z.string().exactOptional() }),
  z.object({ type: z.literal('lock') }),
  z.object({ type: z.literal('unlock') }),
  z.object({ type: z.literal('channel'), channel: channelSchema }),
  z.object({
    type: z.literal('fault'),
    code: z.string(),
    message: z.string(),
    remedy: z.string().exactOptional(),
    details: wordDetails,
    circle: id.exactOptional(),
    member: id.exactOptional(),
    device: id.exactOptional(),
    channel: z.string().exactOptional(),
    remote: z.string().exactOptional(),
  }),
])
export type ApiEvent = z.output<typeof eventSchema>

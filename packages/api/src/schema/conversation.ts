/** Conversations: circle, room, direct and self. */
import { MAX_DRAFT_BYTES, MAX_NAME_LENGTH, MAX_ROOM_CHANGE, MAX_TIMER_MS, MIN_TIMER_MS } from '@triode/core'
import { z } from 'zod'
import { limited, textOf } from './limit.ts'
import { messageRef, circleRef, count, durationMs, id, memberRef, timestamp, where } from './reference.ts'
import { messageSchema } from './message.ts'

/** As many as a room of a large circle has. */
const MAX_ROOM_MEMBERS = 1000

export const resolvedSchema = z.object({
  conversation: id,
  circle: id,
  kind: z.enum(['circle', 'room', 'direct', 'self']),
  name: z.string(),
  member: id.exactOptional(),
})
export const draftSchema = z.object({ text: z.string(), replyTo: z.string().exactOptional() })
export const unsentEditSchema = z.object({ id, text: z.string() })

const mutedUntil = z.union([timestamp.min(0), z.literal('always')])

export const conversationSchema = resolvedSchema.extend({
  unread: count,
  lastMessage: messageSchema.exactOptional(),
  expiresAfterMs: durationMs.exactOptional(),
  draft: draftSchema.exactOptional(),
  missingFrom: z
    .array(id)
    .readonly()
    .exactOptional()
    .describe('Members of whose messages some are missing here, until somebody is met who has them'),
  unsentEdit: unsentEditSchema.exactOptional().describe('How an own message was to be changed'),
  pinned: z.boolean(),
  mutedUntil: mutedUntil.exactOptional().describe('Absent when it is not muted'),
  archived: z.boolean().describe('Put away, and nothing came since; of a muted one, whatever came'),
  markedUnread: z.boolean().describe('To be come back to, whatever `unread` says'),
  members: z.array(id),
})
export type Conversation = z.output<typeof conversationSchema>
export const conversationsSchema = z.object({ conversations: z.array(conversationSchema) })

export const ofWhereSchema = z.strictObject({ where })
export const createRoomSchema = z.strictObject({
  circle: circleRef,
  name: z.string().min(1).max(MAX_NAME_LENGTH),
  members: z.array(memberRef).max(MAX_ROOM_MEMBERS),
})
export const renameRoomSchema = z.strictObject({ where, name: z.string().min(1).max(MAX_NAME_LENGTH) })
const seats = z.array(memberRef).max(MAX_ROOM_CHANGE)
export const changeRoomMembersSchema = z.strictObject({
  where,
  add: seats.exactOptional(),
  remove: seats.exactOptional(),
})
export const readSchema = z.strictObject({ where, upTo: messageRef.exactOptional() })
export const preferencesSchema = z.strictObject({
  where,
  pinned: z.boolean().exactOptional(),
  mutedUntil: mutedUntil.nullable().exactOptional().describe('null: no longer muted'),
  archived: z.boolean().exactOptional(),
  markedUnread: z.boolean().exactOptional(),
})
const timer = limited(durationMs, (ms) => ms >= MIN_TIMER_MS && ms <= MAX_TIMER_MS, {
  code: 'timer-out-of-range',
  message: 'is not between a second and five years',
  json: { minimum: MIN_TIMER_MS, maximum: MAX_TIMER_MS },
})
export const expirySchema = z.strictObject({ where, afterMs: timer.nullable() })
export const setDraftSchema = z.strictObject({
  where,
  draft: z.strictObject({ text: textOf(MAX_DRAFT_BYTES), replyTo: messageRef.exactOptional() }).nullable(),
})
export const draftAnswerSchema = z.object({ draft: draftSchema.nullable() })

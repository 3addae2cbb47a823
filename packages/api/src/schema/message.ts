/** Messages: sending, reading, changing, finding them. */
import { MAX_DRAFT_BYTES, MAX_EMOJI_UNITS, MAX_MENTIONS, MAX_TEXT_BYTES } from '@triode/core'
import { z } from 'zod'
import { wordDetails } from './fault.ts'
import { fileSummary } from './fileSummary.ts'
import { limited, textOf } from './limit.ts'
import { count, id, memberRef, messageRef, pageLimit, timestamp, where } from './reference.ts'

const text = textOf(MAX_TEXT_BYTES)
const emoji = z.string().min(1).max(MAX_EMOJI_UNITS)
export const mentions = limited(z.array(memberRef), (members) => members.length <= MAX_MENTIONS, {
  code: 'too-many-mentions',
  message: `has more than ${MAX_MENTIONS} members`,
  json: { maxItems: MAX_MENTIONS },
})
export const tally = z.object({ count, of: count })
export const messageState = z.enum(['queued', 'held', 'delivered', 'read', 'received'])

export const messageSchema = z.object({
  id,
  conversation: id,
  circle: id,
  kind: z.enum(['text', 'system']),
  from: id,
  fromName: z.string().exactOptional(),
  device: id,
  at: timestamp,
  atSuspect: z
    .literal(true)
    .exactOptional()
    .describe('`at` is implausible: the clock of the sender is wrong. `receivedAt` says more'),
  receivedAt: timestamp,
  text: z.string(),
  files: z.array(fileSummary),
  state: messageState,
  delivered: tally,
  read: tally,
  replyTo: id.exactOptional(),
  editedAt: timestamp.exactOptional(),
  deleted: z.boolean(),
  reactions: z.array(z.object({ emoji: z.string(), members: z.array(id) })),
  mentions: z.array(id),
  expiresAt: timestamp.exactOptional(),
  handedOverBy: id
    .exactOptional()
    .describe('The device whose word it is that the author wrote it: from before this device came'),
  unverified: z
    .literal(true)
    .exactOptional()
    .describe('From a device that was not verified, of a member of whom another one was: a warning'),
})
export type Message = z.output<typeof messageSchema>

export const sendWarning = z
  .object({ code: z.string(), message: z.string(), remedy: z.string(), details: wordDetails })
  .exactOptional()
  .describe('To be heeded before more is sent')

export const sendSchema = z.strictObject({
  where,
  text,
  replyTo: messageRef.exactOptional(),
  mentions: mentions.exactOptional(),
})
export const sentSchema = z.object({
  id,
  conversation: id,
  at: timestamp,
  state: messageState,
  warning: sendWarning,
})

/** What a page holds unless the caller says otherwise: a screen or two. */
const DEFAULT_PAGE = 50

export const messagesSchema = z.strictObject({
  where,
  before: messageRef.exactOptional().describe('The page that ends before this message'),
  after: messageRef.exactOptional().describe('The page that begins after this message'),
  around: messageRef.exactOptional().describe('The page with this message in its middle'),
  at: z.coerce
    .number<number>()
    .int()
    .min(0)
    .exactOptional()
    .describe('The page that begins with the first message at or after this time'),
  limit: pageLimit.default(DEFAULT_PAGE),
})
export const messagePageSchema = z.object({
  conversation: id,
  messages: z.array(messageSchema),
  more: z.boolean().describe('There are older ones'),
  moreAfter: z.boolean().describe('There are newer ones'),
})
export const ofMessageSchema = z.strictObject({ id: messageRef })

export const reactSchema = z.strictObject({ id: messageRef, emoji, remove: z.boolean().exactOptional() })
export const editSchema = z.strictObject({ id: messageRef, text })
export const setUnsentEditSchema = z.strictObject({
  id: messageRef,
  text: textOf(MAX_DRAFT_BYTES).nullable(),
})

export const searchSchema = z.strictObject({
  text: z.string().min(1).max(1024),
  where: where.exactOptional(),
  limit: pageLimit.default(DEFAULT_PAGE),
})
export const foundSchema = z.object({ messages: z.array(messageSchema), more: z.boolean() })

export const deliverySchema = z.object({
  id,
  conversation: id,
  state: messageState,
  delivered: tally,
  read: tally,
})

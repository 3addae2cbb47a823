/** Circles of this device. */
import { MAX_NAME_LENGTH, MAX_NICKNAME_LENGTH } from '@triode/core'
import { z } from 'zod'
import { circleRef, count, id, timestamp } from './reference.ts'
import { standingSchema } from './role.ts'

export const suite = z.enum(['hybrid', 'cnsa', 'p384'])

export const circleSchema = z.object({
  circle: id,
  name: z.string(),
  suite,
  members: count,
  unread: count,
})
export type Circle = z.output<typeof circleSchema>

export const circleDetailSchema = circleSchema.extend({
  me: id,
  device: id,
  role: z.string(),
  devices: count,
  tunnels: count,
  createdAt: timestamp,
  epoch: z.object({ number: count, startedAt: timestamp, entries: count }).exactOptional(),
  logEntries: count,
  keepers: z
    .array(
      z.object({
        device: id,
        member: id,
        name: z.string().exactOptional(),
        terms: z
          .object({ holdHours: count, memberBytes: count, fileBytes: count })
          .exactOptional()
          .describe('As it told; absent while there is no tunnel to it'),
        held: z
          .object({
            entries: count.describe('Messages, and what belongs to them'),
            files: count.describe('Whole ones'),
          })
          .exactOptional()
          .describe('What of this device\u2019s own it said it has, for those who lack it; absent as terms'),
        full: z
          .literal(true)
          .exactOptional()
          .describe('It has no room for messages of this device\u2019s own that others lack'),
        seenAt: timestamp.exactOptional().describe('When there was a tunnel to it last, if there is none'),
      }),
    )
    .describe('Devices that the circle made keepers'),
  pending: count,
  standing: standingSchema.exactOptional().describe('Absent while this device is active there'),
})
export type CircleDetail = z.output<typeof circleDetailSchema>

export const createCircleSchema = z.strictObject({
  name: z.string().min(1).max(MAX_NAME_LENGTH),
  suite: suite.exactOptional(),
  nickname: z.string().min(1).max(MAX_NICKNAME_LENGTH).exactOptional(),
})
export const renameCircleSchema = z.strictObject({
  circle: circleRef,
  name: z.string().min(1).max(MAX_NAME_LENGTH),
})
export const setNicknameSchema = z.strictObject({
  circle: circleRef,
  nickname: z
    .string()
    .min(1)
    .max(MAX_NICKNAME_LENGTH)
    .nullable()
    .describe('How that circle is to call you; null: by nothing but your id'),
})
export const circlesSchema = z.object({ circles: z.array(circleSchema) })
export const leaveSchema = z.strictObject({
  circle: circleRef,
  force: z
    .boolean()
    .exactOptional()
    .describe('Even as the only owner, which leaves the others in a circle that nobody can govern'),
})
export const ofCircleSchema = z.strictObject({ circle: circleRef })
export const perhapsOfCircleSchema = z.strictObject({ circle: circleRef.exactOptional() })

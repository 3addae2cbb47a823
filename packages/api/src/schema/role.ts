/** Roles, removal, policies and approvals; one's own devices (spec §5.4, §5.11, §5.12). */
import { MAX_NICKNAME_LENGTH } from '@triode/core'
import { z } from 'zod'
import { circleRef, count, durationMs, id, memberRef, timestamp } from './reference.ts'

/** Longest word: of a role, of a policy's key or value. */
const word = z.string().min(1).max(32)
const someId = z.string().min(1).max(128)

const ofMember = { member: memberRef, circle: circleRef.exactOptional() }
export const ofMemberInSchema = z.strictObject(ofMember)
export const changeRoleSchema = z.strictObject({
  ...ofMember,
  role: word.exactOptional().describe('Default: the next one of guest, member, admin'),
})
export const policySchema = z.object({
  key: z.string(),
  value: z.string(),
  default: z.string(),
  values: z.array(z.string()).describe('The most restrictive first'),
  means: z.string(),
  setBy: z.array(z.string()).describe('Roles'),
})
export type Policy = z.output<typeof policySchema>
export const policiesSchema = z.object({ policies: z.array(policySchema) })
export const setPolicySchema = z.strictObject({ circle: circleRef, key: word, value: word })

export const pendingActSchema = z.object({
  id,
  circle: id,
  act: z.string(),
  by: id,
  byName: z.string().exactOptional(),
  at: timestamp,
  expires: timestamp.describe('Nobody can agree to it any more after this'),
  member: id.exactOptional(),
  name: z.string().exactOptional(),
  value: z.string().exactOptional(),
  agree: count,
  needed: count,
  agreed: z.boolean(),
})
export type PendingAct = z.output<typeof pendingActSchema>
export const pendingSchema = z.object({ pending: z.array(pendingActSchema) })
export const approveSchema = z.strictObject({ circle: circleRef, act: someId })

export const withdrawnSchema = z.object({ circle: id, act: id, withdrawn: z.literal(true) })
export type Withdrawn = z.output<typeof withdrawnSchema>

export const actedSchema = z.object({
  circle: id,
  done: z.boolean().describe('It has an effect now; or else waits until enough agree'),
  member: id.exactOptional(),
  name: z.string().exactOptional(),
  role: z.string().exactOptional(),
  pending: pendingActSchema.exactOptional(),
})
export type Acted = z.output<typeof actedSchema>

export const standingSchema = z.object({
  state: z.enum(['suspended', 'removed', 'left', 'revoked', 'dissolved']),
  by: id,
  byName: z.string().exactOptional(),
  at: timestamp,
  erased: z.boolean(),
})

export const ownDeviceSchema = z.object({
  device: id,
  circle: id,
  circleName: z.string(),
  name: z.string().exactOptional(),
  current: z.boolean(),
  online: z.boolean(),
  addedAt: timestamp,
  revoked: z.boolean(),
})
export type OwnDevice = z.output<typeof ownDeviceSchema>
export const ownDevicesSchema = z.object({ devices: z.array(ownDeviceSchema) })
export const addDeviceSchema = z.strictObject({ circle: circleRef, expiresMs: durationMs.exactOptional() })
export const renameDeviceSchema = z.strictObject({
  device: someId,
  name: z.string().min(1).max(MAX_NICKNAME_LENGTH),
})
export const ofDeviceSchema = z.strictObject({ device: someId })

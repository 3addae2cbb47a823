/** The audit log (spec §14): its records, its head, its exports. */
import { z } from 'zod'
import { circleRef, count, id, pageLimit, timestamp } from './reference.ts'

/** PATH_MAX of Linux. */
const MAX_PATH_CHARS = 4096

const file = z.string().min(1).max(MAX_PATH_CHARS).describe('An absolute path on the machine of the device')
const noted = z.string().min(1).max(64).describe('A head noted earlier, SEQ:HASH')

const headFields = {
  head: z.string().describe('SEQ:HASH, to note down'),
  words: z.array(z.string()),
  key: id.describe('SHA-256 of the key that signs exports'),
}

export const auditRecordSchema = z.object({
  seq: count,
  at: timestamp,
  event: z.string(),
  means: z.string(),
  outcome: z.enum(['done', 'failed']),
  fields: z.record(z.string(), z.union([z.string(), z.number().int()])),
})
export type AuditRecord = z.output<typeof auditRecordSchema>

export const auditSchema = z.strictObject({
  circle: circleRef.exactOptional(),
  limit: pageLimit,
  before: z.coerce.number<number>().int().min(1).exactOptional(),
})
export const auditPageSchema = z.object({
  records: z.array(auditRecordSchema),
  more: z.boolean(),
  ...headFields,
})

export const verifyAuditSchema = z.strictObject({ file: file.exactOptional(), head: noted.exactOptional() })
export const auditVerdictSchema = z.object({ from: count, redacted: count, ...headFields })

export const exportAuditSchema = z.strictObject({ file, circle: circleRef.exactOptional() })
export const auditExportSchema = z.object({ file: z.string(), ...headFields })

/** How far one message of one's own has got (spec §11.6). */
import { z } from 'zod'
import { fileSchema } from './file.ts'
import { deliverySchema } from './message.ts'
import { id, timestamp } from './reference.ts'

const standing = z.object({
  state: z.enum(['waiting', 'delivered', 'read']),
  deliveredAt: timestamp.exactOptional().describe('When this device heard of it'),
  readAt: timestamp.exactOptional().describe('When this device heard of it'),
})
const device = standing.extend({
  device: id,
  online: z.boolean(),
  seenAt: timestamp.exactOptional().describe('When this device had a tunnel there last'),
  why: z
    .enum(['on-its-way', 'away', 'never-met'])
    .exactOptional()
    .describe('While it waits: whether this device has a tunnel there, had one, or never had one'),
})

export const deliveryReportSchema = deliverySchema.extend({
  recipients: z
    .array(
      standing.extend({
        member: id,
        name: z.string().exactOptional(),
        devices: z.array(device),
      }),
    )
    .describe('Whom it was sealed to, without its author'),
  holders: z
    .array(
      device.extend({
        member: id.exactOptional(),
        name: z.string().exactOptional(),
        role: z.string().exactOptional(),
        own: z.boolean().describe('A device of oneself'),
      }),
    )
    .describe('Further devices that have it: keepers, one\u2019s own, some that are out'),
  files: z.array(fileSchema).describe('Files and folders that it brings, and who has all of each'),
})
export type DeliveryReport = z.output<typeof deliveryReportSchema>

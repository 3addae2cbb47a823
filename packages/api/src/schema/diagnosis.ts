/** What works of reaching others, what the device takes of the disk, and a report that names nobody. */
import { z } from 'zod'
import { count, id } from './reference.ts'

export const doctorSchema = z.object({
  findings: z.array(
    z.object({
      works: z.boolean(),
      code: z.string().describe('What it says (spec §13.14); of a warning its own code'),
      values: z
        .record(z.string(), z.union([z.string(), z.number()]))
        .describe('Names and numbers of which it speaks'),
      what: z.string().describe('The same in English'),
      remedy: z.string().exactOptional(),
    }),
  ),
})
export type Finding = z.output<typeof doctorSchema>['findings'][number]

export const storageSchema = z.object({
  vaultBytes: count.describe('The database of the vault: messages, circles, keys'),
  filesBytes: count.describe('The sealed chunks of files'),
  freeBytes: count.describe('What the disk has free'),
  quotaBytes: count.nullable().describe('What files may take, as it is set; null: no limit'),
  conversations: z
    .array(
      z.object({
        conversation: id,
        circle: id,
        name: z.string().exactOptional().describe('Absent of a conversation that one reads no more'),
        bytes: count,
        files: count,
      }),
    )
    .describe('What files take by conversation, those that take most first'),
})
export type Storage = z.output<typeof storageSchema>

export const diagnosticsSchema = z.object({
  text: z.string().describe('Lines without names, ids, addresses, paths or contents'),
})

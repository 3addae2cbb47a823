/** What a message says of a file. */
import { z } from 'zod'
import { count, id, timestamp } from './reference.ts'

export const fileSummary = z.object({
  id,
  kind: z.enum(['file', 'folder']),
  name: z.string(),
  mediaType: z.string().describe('RFC 6838; empty where it is not known'),
  size: count,
  files: count.exactOptional().describe('Of a folder'),
  width: count.exactOptional(),
  height: count.exactOptional(),
  durationMs: count.exactOptional(),
  preview: id.exactOptional().describe('A picture of it: read like a file, by this id'),
  modifiedAt: timestamp.exactOptional(),
  executable: z.boolean(),
  ownerOnly: z
    .literal(true)
    .exactOptional()
    .describe('Nobody but its owner could do anything with it; it is saved so'),
  readOnly: z.literal(true).exactOptional().describe('Nobody could write to it; it is saved so'),
})
export type FileSummary = z.output<typeof fileSummary>

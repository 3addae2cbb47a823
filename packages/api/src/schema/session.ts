/** How the page of a device gets in (spec §13.10). */
import { z } from 'zod'

export const launchedSchema = z.object({
  url: z.url().describe('Opens the page, once; what follows # is the launch code'),
  expires: z.number().int().describe('Milliseconds since 1970'),
})

export const sessionSchema = z.object({
  token: z.string().describe('Stands for the token of the device'),
  ticket: z.string().describe('Stands for it in the address of a file’s bytes alone'),
})
export type Session = z.output<typeof sessionSchema>

/** Before the id of a file, in what its pass is made of (spec §3.4, §13.10). */
export const FILE_PASS_LABEL = 'triode/v1/api/file-pass'

/** How the API says that something went wrong (spec §13.4). */
import { z } from 'zod'

/** Of whatever the device words: what its sentences leave open (spec §13.4). */
export const wordDetails = z
  .record(z.string().max(32), z.union([z.string().max(1024), z.number()]))
  .exactOptional()
  .describe('With the code enough to say it in another language; `of` tells apart what one code stands for')

export const faultSchema = z.object({
  error: z.object({
    /** Stable and kebab-case, for programs. */
    code: z.string(),
    /** One sentence for a person. */
    message: z.string(),
    /** What the person can do about it. */
    remedy: z.string().exactOptional(),
    details: wordDetails,
  }),
})
export type FaultBody = z.output<typeof faultSchema>

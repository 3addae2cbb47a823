/** How the API says that something went wrong (spec §13.4). */
import { z } from 'zod'

export const faultSchema = z.object({
  error: z.object({
    /** Stable and kebab-case, for programs. */
    code: z.string(),
    /** One sentence for a person. */
    message: z.string(),
    /** What the person can do about it. */
    remedy: z.string().exactOptional(),
  }),
})
export type FaultBody = z.output<typeof faultSchema>

/** The devices of a circle, as far as this one knows how they are connected. */
import { z } from 'zod'
import { peerSchema } from './member.ts'
import { count, id, timestamp } from './reference.ts'

export const networkSchema = z.object({
  circle: id,
  known: z.literal('own-links').describe('Of links between other devices nothing is known: nobody tells'),
  devices: z.array(
    z.object({
      device: id,
      member: id,
      name: z.string().exactOptional(),
      role: z.string(),
      self: z.boolean().describe('This very device'),
      own: z.boolean().describe('Of one\u2019s own member'),
      waiting: count.describe('Entries written here and sealed to it, which it has not said it has'),
      link: peerSchema.exactOptional().describe('The tunnel there is now'),
      seenAt: timestamp.exactOptional().describe('When there was a tunnel last'),
    }),
  ),
})
export type NetworkView = z.output<typeof networkSchema>

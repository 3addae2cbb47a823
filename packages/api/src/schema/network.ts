/** The devices of a circle, as far as this one knows how they are connected. */
import { z } from 'zod'
import { peerSchema } from './member.ts'
import { count, id, timestamp } from './reference.ts'

export const networkSchema = z.object({
  circle: id,
  known: z
    .enum(['own-links', 'told-links'])
    .describe('Whether this device is told of links between others: the policy links and its role say so'),
  group: z.string().describe('The key exchange group of every tunnel of the circle'),
  devices: z.array(
    z.object({
      device: id,
      member: id,
      name: z.string().exactOptional(),
      role: z.string(),
      self: z.boolean().describe('This very device'),
      own: z.boolean().describe('Of one\u2019s own member'),
      waiting: count.describe('Entries written here and sealed to it, which it has not said it has'),
      tells: z.boolean().describe('Whether it has told of its links to others'),
      link: peerSchema.exactOptional().describe('The tunnel there is now'),
      seenAt: timestamp.exactOptional().describe('When there was a tunnel last'),
    }),
  ),
  links: z
    .array(
      z.object({
        between: z.tuple([id, id]).describe('The smaller id first'),
        channel: z.string(),
        via: id.exactOptional().describe('The device that hands it on'),
        roundTripMs: count.exactOptional().describe('At most; a power of two'),
        toldBy: z.array(id).describe('Who of the two says so'),
      }),
    )
    .describe('Links between two other devices, by their word'),
})
export type NetworkView = z.output<typeof networkSchema>

/** Ids and the references that stand for them in requests (spec §13.2). */
import { z } from 'zod'

/** The longest id is a full hash, 103 letters; names have at most 64 characters, twice in `CIRCLE/NAME`. */
const MAX_REFERENCE_CHARS = 512

/** An id, as answers give it: base32, lower case. */
export const id = z
  .string()
  .regex(/^[a-z2-7]+$/)
  .max(128)

const reference = z.string().min(1).max(MAX_REFERENCE_CHARS)

export const circleRef = reference.describe('The id or unambiguous name of a circle')
export const memberRef = reference.describe(
  'A member by id or unambiguous name, or the id of one of its devices',
)
export const where = reference.describe(
  'A circle, room, conversation or member, by id or unambiguous name; CIRCLE/NAME narrows a name',
)
export const messageRef = z.string().min(1).max(128).describe('The id of a message')

/** Milliseconds since 1970-01-01 UTC. */
export const timestamp = z.number().int()
export const count = z.number().int().min(0)
/** A hundred years: anything longer is a mistake in the unit. */
const MAX_DURATION_MS = 3_155_760_000_000
export const durationMs = z.number().int().min(1).max(MAX_DURATION_MS)
/** For queries, where numbers travel as text. */
export const pageLimit = z.coerce.number<number>().int().min(1).max(500)

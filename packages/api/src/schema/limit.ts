/**
 * Limits that the device keeps, said by the schema too: the numbers come from the core (spec §5, §11.1), and who exceeds
 * one hears the same code wherever that is noticed.
 */
import { isLongerThan } from '@triode/core'
import { z } from 'zod'

interface Limit {
  /** The code of the device's own fault. */
  readonly code: string
  readonly message: string
  /** How JSON Schema says it, such as `{ maxLength: 64 }`. */
  readonly json: Readonly<Record<string, number>>
}

/** `schema`, of which only values that `fits` takes. */
export function limited<T extends z.ZodType>(
  schema: T,
  fits: (value: z.output<T>) => boolean,
  { code, message, json }: Limit,
): T {
  return schema.refine(fits, { error: message, params: { code } }).meta(json)
}

/** A text of 1 character to `maxBytes` bytes of UTF-8. JSON Schema can only count characters, of which it has no more. */
export function textOf(maxBytes: number) {
  return limited(z.string().min(1), (value) => !isLongerThan(value, maxBytes), {
    code: 'text-too-long',
    message: `has more than ${maxBytes} bytes`,
    json: { maxLength: maxBytes },
  }).describe(`At most ${maxBytes} bytes of UTF-8`)
}

/** Buffers that live for a moment. */
import type { YoungGarbage } from '../../src/files/youngGarbage.ts'
import { MIB } from './stories.ts'

/** Makes 24 of a mebibyte each. @returns bytes of buffers, of all this thread has, that lay at once at most, beyond those before */
export function mostLying(garbage?: YoungGarbage): number {
  const before = process.memoryUsage().arrayBuffers
  let most = 0
  for (let made = 0; made < 24; made++) {
    const { length } = Buffer.alloc(MIB)
    garbage?.made(length)
    most = Math.max(most, process.memoryUsage().arrayBuffers - before)
  }
  return most
}

/** Buffers that live for a moment. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { YoungGarbage } from '../../src/files/youngGarbage.ts'
import { MIB } from './stories.ts'

/**
 * Makes 24 of a mebibyte each. All garbage of before is collected first: V8 looks by itself once some 32 MiB lie, so that what a test before left
 * would be collected in the middle of these.
 *
 * @returns bytes of buffers, of all this thread has, that lay at once at most, beyond those before
 */
export function mostLying(garbage?: YoungGarbage): number {
  collectAll()
  const before = process.memoryUsage().arrayBuffers
  let most = 0
  for (let made = 0; made < 24; made++) {
    const { length } = Buffer.alloc(MIB)
    garbage?.made(length)
    most = Math.max(most, process.memoryUsage().arrayBuffers - before)
  }
  return most
}

function collectAll(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
}

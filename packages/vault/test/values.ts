/** What tests and the processes that they start agree on. */
import type { Argon2id } from '../src/index.ts'

/** Protects nothing; takes a millisecond. */
export const CHEAP: Argon2id = { name: 'argon2id', memoryKib: 64, passes: 1, parallelism: 1 }

export const PASSPHRASE = 'five or more random words'
export const OTHER_PASSPHRASE = 'other words, as many of them'

/** A numbered sub-key: 4 bytes, big-endian. */
export function sub(number: number): Uint8Array {
  const out = new Uint8Array(4)
  new DataView(out.buffer).setUint32(0, number)
  return out
}

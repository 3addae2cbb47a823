import { randomBytes } from 'node:crypto'
import type { Random } from '@triode/core'
import { plain } from './plain.ts'

/** OpenSSL's deterministic random bit generator (SP 800-90A), seeded by the operating system. */
export const systemRandom: Random = { bytes: (count) => plain(randomBytes(count)) }

/** What a membership log is opened with, and what a circle is founded with. */
import type { Suite } from '../crypto/suite.ts'
import type { CircleId } from '../id.ts'
import type { SigningKey } from '../ports/primitives.ts'
import type { Random } from '../ports/random.ts'
import type { Store } from '../ports/store.ts'

export type AddResult = 'added' | 'known' | 'pending'

export interface LogContext {
  readonly suite: Suite
  readonly store: Store
}

export interface CreateCircle {
  readonly key: SigningKey
  readonly random: Random
  readonly name: string
  readonly nickname: string | undefined
  readonly at: number
}

/** Name in the store of a circle's log; to erase it is to forget the circle. */
export function logStoreName(circle: CircleId): string {
  return `circle/${circle}/log`
}

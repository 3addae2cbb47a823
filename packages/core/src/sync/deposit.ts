/** One own drop at one keeper, as far as this device knows it. */
import type { EnvelopeTarget } from '../feed/epoch.ts'
import type { ConversationId } from '../id.ts'
import type { OwnDrop } from '../keeping/ownDrops.ts'
import { ToldBlobs } from './toldBlobs.ts'

export interface Deposit {
  readonly conversation: ConversationId
  readonly drop: OwnDrop
  readonly targets: readonly EnvelopeTarget[]
  /** The next entry to send; undefined until the keeper has said how the drop stands. */
  next: number | undefined
  /** The first entry that the keeper has; 0: none. */
  first: number
  /** One more than the last that it said it has. */
  end: number
  /** It said that it has less than it had said. */
  hasLost: boolean
  /** Its readers have notices there, or on their way. */
  isTold: boolean
  readonly blobs: ToldBlobs
}

/** What a keeper said that it has of this device's own. */
export interface HeldThere {
  readonly entries: number
  /** Whole ones. */
  readonly files: number
}

/** The keeper has not said yet how the drop stands. */
export function newDeposit(what: Pick<Deposit, 'conversation' | 'drop' | 'targets'>): Deposit {
  return { ...what, next: undefined, first: 0, end: 0, hasLost: false, isTold: false, blobs: new ToldBlobs() }
}

export function heldThere(deposits: Iterable<Deposit>): HeldThere {
  let entries = 0
  let files = 0
  for (const { first, end, blobs } of deposits) {
    if (first > 0) entries += Math.max(0, end - first)
    files += blobs.whole
  }
  return { entries, files }
}

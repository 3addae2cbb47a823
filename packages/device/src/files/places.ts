/** What is wanted, and which of it is fetched now: so much at a time, and of one member; of the rest the most urgent is next. */
import type { BlobId, CircleId, ConversationId, Fault, MemberId, StoredBlob } from '@triode/core'
import { FILE_PRIORITY, type FilePriority } from '../service.ts'
import type { BlobKey } from './blobKey.ts'
import type { ByteRange } from './transfer/transferHost.ts'
import { MAX_FETCHED, MAX_FETCHED_OF_ONE } from './tuning.ts'

/** What a record says of it. */
export interface Wish {
  readonly priority: FilePriority
  readonly evenCostly: boolean
  /** A folder's index, or a picture: those come first. */
  readonly isSmallPart: boolean
}

/** Somebody who reads it while it comes. */
export interface Reader {
  readonly range: ByteRange
  /** When it began, or last got some of it, on the device's clock. */
  servedAt: number
  isWaiting: boolean
}

export interface Wanted {
  readonly key: BlobKey
  readonly circle: CircleId
  readonly id: BlobId
  readonly conversation: ConversationId
  /** Whose message names it. */
  readonly from: MemberId
  wish: Wish | undefined
  readonly readers: Set<Reader>
  /** Its turn among those that nobody could give. */
  turn: number
  /** `over`: as soon as that is possible. */
  state: 'due' | 'begun' | 'over'
  /** While it is held open. */
  stored?: StoredBlob
  waitingSince?: number
  /** Bytes that were here last, and since when it is no more, while somebody says to have some. */
  have: number
  movedAt: number
  /** What the disk said when it was to be opened: tried again now and then. */
  blocked?: Fault
  /** When it was wanted, or of others than before: who is asked then takes a moment to answer. */
  askedAt: number
  cancelAsked?: () => void
}

/** Of what waits for its turn. */
export const NEW = { state: 'due', have: 0, movedAt: -Infinity, askedAt: -Infinity } as const

/** How many may still be begun, of all and of each member. Whoever reads waits for no turn, and takes none. */
export class Places {
  private free = MAX_FETCHED
  private readonly taken = new Map<MemberId, number>()

  constructor(begun: Iterable<Wanted>) {
    for (const one of begun) this.count(one)
  }

  has({ readers, from }: Wanted): boolean {
    return readers.size > 0 || (this.free > 0 && (this.taken.get(from) ?? 0) < MAX_FETCHED_OF_ONE)
  }

  /** @returns false: it has to wait */
  take(one: Wanted): boolean {
    const hasPlace = this.has(one)
    if (hasPlace) this.count(one)
    return hasPlace
  }

  private count({ readers, from }: Wanted): void {
    if (readers.size > 0) return
    this.free--
    this.taken.set(from, (this.taken.get(from) ?? 0) + 1)
  }
}

/** Whether it is fetched first. */
export function isBefore(one: Wanted, other: Wanted): boolean {
  const [a, b] = [rank(one), rank(other)]
  return a < b || (a === b && one.turn < other.turn)
}

/** Lower is fetched first. */
function rank({ wish, readers }: Wanted): number {
  if (readers.size > 0) return 0
  if (wish?.isSmallPart === true) return 1
  return { high: 2, normal: 3, low: 4 }[wish?.priority ?? FILE_PRIORITY.normal]
}

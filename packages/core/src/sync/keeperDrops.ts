/** This device's own drops at one connected keeper (spec §16.3): those of now, and those of before that are still there. */
import type { Feed } from '../feed/feed.ts'
import type { DropHandle, FeedId } from '../id.ts'
import { heldThere, newDeposit, type Deposit, type HeldThere } from './deposit.ts'
import type { KeptStanding } from './keepingFrames.ts'

/** A drop of before. */
interface Former {
  /** That which takes its place. */
  readonly present: DropHandle
  /** One more than the last entry that the keeper said it has; 0: it has not said so yet. */
  next: number
}

export class KeeperDrops {
  /** For how long it holds things. */
  readonly holdMs: number
  /** The largest file that it takes; 0: none. */
  readonly fileBytes: number
  hasRoom = true
  private readonly deposits = new Map<DropHandle, Deposit>()
  private readonly former = new Map<DropHandle, Former>()
  /** Feeds of whose entries it took some no more, for want of room, though readers lack them. */
  private readonly refused = new Set<FeedId>()

  constructor(holdMs: number, fileBytes: number) {
    this.holdMs = holdMs
    this.fileBytes = fileBytes
  }

  get(handle: DropHandle): Deposit | undefined {
    return this.deposits.get(handle)
  }

  all(): Iterable<Deposit> {
    return this.deposits.values()
  }

  /** What it said that it has. */
  get held(): HeldThere {
    return heldThere(this.deposits.values())
  }

  /** Whether it has no room for entries that readers lack. */
  get isFull(): boolean {
    return this.refused.size > 0
  }

  /** From now on its feed is left in this drop, and in none of before. @returns the drops to ask after */
  open(what: Pick<Deposit, 'conversation' | 'drop' | 'targets'>): readonly DropHandle[] {
    const { handle, feed, former } = what.drop
    for (const [other, { drop }] of this.deposits) if (drop.feed === feed) this.deposits.delete(other)
    this.deposits.set(handle, newDeposit(what))
    for (const one of former) this.former.set(one, { present: handle, next: 0 })
    // How those of before stand is known first: they are given up once the present one is there.
    return [...former, handle]
  }

  /** It is asked how the drop stands as if for the first time. @returns the drops to ask after */
  again({ conversation, drop, targets }: Deposit): readonly DropHandle[] {
    this.deposits.set(drop.handle, newDeposit({ conversation, drop, targets }))
    return [drop.handle]
  }

  /** Nothing goes into it, and nothing that is said of it is heard, until it is opened anew. */
  close(handle: DropHandle): void {
    this.deposits.delete(handle)
  }

  /** It said how a drop stands that is none of now. */
  noteFormer({ handle, next }: KeptStanding): void {
    const former = this.former.get(handle)
    if (next === 0) this.former.delete(handle)
    else if (former !== undefined) former.next = next
  }

  /** While a drop of before is there, less may be in the present one than the keeper has. */
  hasFormerOf({ drop }: Deposit): boolean {
    return this.former.values().some(({ present }) => present === drop.handle)
  }

  /** What was left under other tags is in the present drop now, or with everybody; but for what this device lost by a restore. @returns the drops to give up */
  takeFormerOf({ drop }: Deposit, { head }: Feed): readonly DropHandle[] {
    const over = [...this.former].filter(
      ([, { present, next }]) => present === drop.handle && next <= head.seq + 1,
    )
    for (const [handle] of over) this.former.delete(handle)
    return over.map(([handle]) => handle)
  }

  /** Readers lack entries of `feed` for which it has no room. */
  noteRefused(feed: FeedId): void {
    this.refused.add(feed)
  }

  /** Nothing of `feed` that readers lack is refused any more. */
  noteTaken(feed: FeedId): void {
    this.refused.delete(feed)
  }

  /** What was sent meanwhile was not taken: the drop is asked after again, in a while. */
  waitForRoom(handle: DropHandle): void {
    this.hasRoom = false
    this.close(handle)
  }
}

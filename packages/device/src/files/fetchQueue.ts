/** All that is wanted, until it is here: it begins as soon as there is a place for it, and what then waits in vain lets others have their turn. */
import type { Clock, Fault } from '@triode/core'
import type { BlobKey } from './blobKey.ts'
import { isBefore, NEW, Places, type Wanted } from './places.ts'
import { TURN_MS } from './tuning.ts'

export interface FetchQueueOptions {
  readonly clock: Clock
  /** It has a place. */
  readonly begin: (one: Wanted) => void
  /** Whether what was begun waits for a source, or in vain for what one says to have. */
  readonly isIdle: (one: Wanted, now: number) => boolean
  /** It is another's turn: it is to leave. */
  readonly end: (one: Wanted) => void
}

export class FetchQueue {
  private readonly options: FetchQueueOptions
  private readonly wanted = new Map<BlobKey, Wanted>()
  /** Those that are fetched. */
  private readonly begun = new Set<Wanted>()
  private turns = 0
  private cancelTurn: (() => void) | undefined
  private stopped = false

  constructor(options: FetchQueueOptions) {
    this.options = options
  }

  get(key: BlobKey): Wanted | undefined {
    return this.wanted.get(key)
  }

  all(): Iterable<Wanted> {
    return this.wanted.values()
  }

  /** It is wanted, and waits until it is offered a place. */
  add(one: Wanted): void {
    this.wanted.set(one.key, one)
  }

  /** What is wanted begins if there is a place; what waits for one is not looked through for that: somebody may have sent very much. */
  offer(one: Wanted): void {
    if (this.stopped || one.state !== 'due' || one.blocked !== undefined) return
    if (new Places(this.begun).take(one)) this.begin(one)
    else this.waitTurn()
  }

  /** Begins what comes next, as long as there are places. */
  pump(): void {
    if (this.stopped) return
    const places = new Places(this.begun)
    for (let next = this.nextDue(places); next !== undefined; next = this.nextDue(places)) {
      places.take(next)
      this.begin(next)
    }
    if (this.wanted.size > this.begun.size) this.waitTurn()
  }

  /** Tries again what the disk did not let begin. */
  retry(): void {
    for (const one of this.wanted.values()) delete one.blocked
    this.pump()
  }

  /** The disk did not let it begin: it gives its place back. */
  block(one: Wanted, blocked: Fault): void {
    one.blocked = blocked
    one.state = 'due'
    this.begun.delete(one)
  }

  /** It is wanted no more, or here. @returns whether it was begun: that is to be ended */
  leave(one: Wanted): boolean {
    const { key, state } = one
    one.state = 'over'
    this.begun.delete(one)
    if (this.wanted.get(key) === one) this.wanted.delete(key)
    return state === 'begun'
  }

  /** What left is wanted as before, after all others. @returns false: nobody wants it, or somebody does anew */
  again({ key, circle, id, conversation, from, wish, readers }: Wanted, blocked?: Fault): boolean {
    const isWanted = wish !== undefined || readers.size > 0
    if (this.stopped || this.wanted.has(key) || !isWanted) return false
    const again = { key, circle, id, conversation, from, wish, readers }
    this.wanted.set(key, {
      ...again,
      ...NEW,
      turn: ++this.turns,
      ...(blocked !== undefined && { blocked }),
    })
    return true
  }

  /** Nothing begins any more. */
  stop(): void {
    this.stopped = true
    this.cancelTurn?.()
  }

  // ---- inside

  private begin(one: Wanted): void {
    one.state = 'begun'
    this.begun.add(one)
    this.options.begin(one)
  }

  private nextDue(places: Places): Wanted | undefined {
    let next: Wanted | undefined
    for (const one of this.wanted.values()) {
      if (one.state !== 'due' || one.blocked !== undefined || !places.has(one)) continue
      if (next === undefined || isBefore(one, next)) next = one
    }
    return next
  }

  private waitTurn(): void {
    this.cancelTurn ??= this.options.clock.after(TURN_MS, () => {
      this.nextTurn()
    })
  }

  /** Those that wait in vain let others have their turn; whoever reads waits for none. */
  private nextTurn(): void {
    this.cancelTurn = undefined
    const now = this.options.clock.elapsed()
    for (const one of [...this.wanted.values()]) {
      if (one.readers.size > 0 || one.state !== 'begun' || !this.options.isIdle(one, now)) continue
      this.options.end(one)
      this.again(one)
    }
    this.pump()
  }
}

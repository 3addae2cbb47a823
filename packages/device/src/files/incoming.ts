/**
 * What is wanted, and why: blobs that are small enough to come by themselves (spec §15.8), that somebody asked for, or that somebody
 * reads. Whichever has its turn is opened and fetched, and let go of once it is whole or nobody wants it any more.
 */
import { Fault, type BlobId, type CircleId, type Clock, type StoredBlob } from '@triode/core'
import { FILE_PRIORITY } from '../service.ts'
import {
  TRANSFER_STATE,
  type BlobReading,
  type ByteRange,
  type ChunkStore,
  type TransferProgress,
} from './transfer/transferHost.ts'
import type { Transfers } from './transfer/transfers.ts'
import { blobKey, type BlobKey } from './blobKey.ts'
import type { Catalog, Named } from './catalog.ts'
import { isFull } from './faults.ts'
import { FetchQueue } from './fetchQueue.ts'
import type { OpenBlobs } from './openBlobs.ts'
import { NEW, type Reader, type Wanted, type Wish } from './places.ts'
import type { Quota } from './quota.ts'
import { roomyBlob } from './roomyBlob.ts'
import type { SavingAlong } from './savingAlong.ts'
import { ASKING_MS, RESTED_MS, STILL_MS, TURN_MS } from './tuning.ts'

export interface IncomingOptions {
  readonly catalog: Catalog
  readonly open: OpenBlobs
  readonly transfers: Transfers
  readonly quota: Quota
  readonly saving: Pick<SavingAlong, 'along' | 'makeRoom'>
  readonly clock: Clock
  /** What was wanted is whole; it is durable. */
  readonly whole: (circle: CircleId, id: BlobId) => void
  readonly changed: (circle: CircleId, id: BlobId) => void
  /** What is noted here of its chunks was damaged or gone, and was made anew from them. */
  readonly mended: (circle: CircleId, id: BlobId) => void
  /** As of TransferHost. */
  readonly refused: (cause: unknown) => Fault | undefined
  readonly failed: (cause: unknown) => void
}

/** What somebody who reads says of it. */
export interface Reading {
  /** The next bytes are waited for: who was served longest ago is served first. */
  waits(): void
  /** They are here. */
  served(): void
  /** They are not wanted any more. Idempotent. */
  end(): void
}

export class Incoming {
  private readonly options: IncomingOptions
  private readonly queue: FetchQueue
  private readonly listeners = new Map<BlobKey, Set<() => void>>()
  /** The last that was begun with each blob: opening, fetching and letting go happen one after another. */
  private readonly tails = new Map<BlobKey, Promise<void>>()
  private stopped = false

  constructor(options: IncomingOptions) {
    this.options = options
    this.queue = new FetchQueue({
      clock: options.clock,
      begin: (one) => {
        this.begin(one)
      },
      isIdle: (one, now) => this.isIdle(one, now),
      end: (one) => {
        this.end(one)
      },
    })
  }

  /** Fetches it until it is whole; again, with another wish: that counts. */
  want(named: Named, wish: Wish): void {
    const one = this.entry(named)
    if (one.wish?.evenCostly !== wish.evenCostly) this.asks(one)
    one.wish = wish
    delete one.blocked
    this.tellTransfers(one)
    this.queue.offer(one)
  }

  /** Nobody but who reads it wants it any more. */
  async unwant(circle: CircleId, id: BlobId): Promise<void> {
    const key = blobKey(circle, id)
    const one = this.queue.get(key)
    if (one === undefined) return
    one.wish = undefined
    if (one.readers.size === 0) this.end(one)
    await this.tails.get(key)
  }

  /** Somebody reads these bytes, in their order, and begins by waiting for the first. */
  read(named: Named, range: ByteRange): Reading {
    const { clock } = this.options
    const key = blobKey(named.circle.id, named.blob.id)
    const reader: Reader = { range, servedAt: clock.elapsed(), isWaiting: true }
    const join = (one: Wanted): void => {
      one.readers.add(reader)
      this.tellTransfers(one)
      this.queue.offer(one)
    }
    join(this.entry(named))
    return {
      waits: () => {
        reader.isWaiting = true
        // All of it was here, or the disk refused it, and it is wanted anew.
        const one = this.queue.get(key)
        if (one?.readers.has(reader) === false) join(one)
      },
      served: () => {
        reader.servedAt = clock.elapsed()
        reader.isWaiting = false
      },
      end: () => {
        const one = this.queue.get(key)
        if (one?.readers.delete(reader) !== true) return
        if (one.readers.size > 0 || one.wish !== undefined) this.tellTransfers(one)
        else this.end(one)
      },
    }
  }

  /** It is gone, or dropped: whoever reads it hears so. Resolves once nothing is written to it any more. */
  async forget(circle: CircleId, id: BlobId): Promise<void> {
    const key = blobKey(circle, id)
    const one = this.queue.get(key)
    if (one !== undefined) {
      one.wish = undefined
      one.readers.clear()
      this.end(one)
    }
    await this.tails.get(key)
    this.notify(key)
  }

  isWanted(circle: CircleId, id: BlobId): boolean {
    return this.queue.get(blobKey(circle, id)) !== undefined
  }

  /** Of what is being fetched. */
  progress(circle: CircleId, id: BlobId): TransferProgress | undefined {
    return this.isWanted(circle, id) ? this.options.transfers.progress(circle, id) : undefined
  }

  /** Whether somebody was asked for it just now, and has not answered yet. */
  isAsking(circle: CircleId, id: BlobId): boolean {
    const one = this.queue.get(blobKey(circle, id))
    if (one === undefined || this.options.clock.elapsed() - one.askedAt >= ASKING_MS) return false
    const evenCostly = one.readers.size > 0 || one.wish?.evenCostly === true
    return this.options.transfers.isAsking({ circle, conversation: one.conversation, id, evenCostly })
  }

  /** Why the disk does not let it begin. */
  blocked(circle: CircleId, id: BlobId): Fault | undefined {
    return this.queue.get(blobKey(circle, id))?.blocked
  }

  /** What transfers say of it changed. */
  moved(circle: CircleId, id: BlobId): void {
    const key = blobKey(circle, id)
    const one = this.queue.get(key)
    this.notify(key)
    if (one?.state !== 'begun') return
    const { state, have } = this.options.transfers.progress(circle, id) ?? {}
    if (state === TRANSFER_STATE.complete || one.stored?.isWhole === true) {
      this.finish(one)
      return
    }
    const isIdle = state === TRANSFER_STATE.waiting || state === TRANSFER_STATE.heldBack
    const now = this.options.clock.elapsed()
    if (!isIdle) delete one.waitingSince
    else one.waitingSince ??= now
    if (have !== one.have) Object.assign(one, { have, movedAt: now })
  }

  /** Tries again what the disk did not let begin. */
  retry(): void {
    this.queue.retry()
  }

  /** Called whenever something of the blob came, or it is gone. @returns the end of that */
  listen(circle: CircleId, id: BlobId, listener: () => void): () => void {
    const key = blobKey(circle, id)
    const listeners = this.listeners.get(key) ?? new Set()
    this.listeners.set(key, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.listeners.get(key) === listeners) this.listeners.delete(key)
    }
  }

  /** Nothing is opened or finished after this has resolved. */
  async stop(): Promise<void> {
    this.stopped = true
    this.queue.stop()
    for (const key of this.listeners.keys()) this.notify(key)
    for (const one of this.queue.all()) this.end(one)
    await Promise.all(this.tails.values())
  }

  // ---- inside

  /** Who does not answer in time counts as not being there: that is to be shown. */
  private asks(one: Wanted): void {
    const { clock, changed } = this.options
    one.askedAt = clock.elapsed()
    one.cancelAsked?.()
    one.cancelAsked = clock.after(ASKING_MS, () => {
      if (this.queue.get(one.key) === one) changed(one.circle, one.id)
    })
  }

  private entry({ circle, conversation, message, blob }: Named): Wanted {
    const key = blobKey(circle.id, blob.id)
    const known = this.queue.get(key)
    if (known !== undefined) return known
    const readers = new Set<Reader>()
    const base = { key, circle: circle.id, id: blob.id, conversation, from: message.member, readers }
    const one: Wanted = { ...base, ...NEW, wish: undefined, turn: 0 }
    this.asks(one)
    this.queue.add(one)
    return one
  }

  /** Whether it waits for a source, or in vain for what one says to have. */
  private isIdle({ circle, id, waitingSince, movedAt }: Wanted, now: number): boolean {
    if (waitingSince !== undefined) return now - waitingSince >= TURN_MS
    if (now - movedAt < STILL_MS) return false
    return this.options.transfers.progress(circle, id)?.state === TRANSFER_STATE.fetching
  }

  private begin(one: Wanted): void {
    one.movedAt = this.options.clock.elapsed()
    this.next(one.key, async () => {
      const named = this.options.catalog.find(one.circle, one.id)
      if (isOver(one)) return
      if (named === undefined) {
        this.end(one)
        return
      }
      try {
        one.stored = await this.hold(named)
        if (await one.stored.mend()) this.options.mended(one.circle, one.id)
      } catch (cause) {
        this.broken(one, cause)
        return
      }
      if (isOver(one)) return
      if (one.stored.isWhole) this.finish(one)
      else {
        this.tellTransfers(one)
        // Where there is nobody to ask, nothing moves: it waits from now on.
        this.moved(one.circle, one.id)
      }
    })
  }

  /** What lies in its place and is of another blob goes: it would never be looked for elsewhere. */
  private async hold({ circle, blob }: Named): Promise<StoredBlob> {
    const { open } = this.options
    try {
      return await open.hold(circle, blob)
    } catch (fault) {
      if (!(fault instanceof Fault) || fault.code !== 'blob-damaged') throw fault
      await open.remove(circle.id, blob.id)
      return await open.hold(circle, blob)
    }
  }

  private broken(one: Wanted, cause: unknown): void {
    const blocked = this.blocking(cause)
    if (blocked === undefined) this.end(one)
    else if (!isOver(one)) {
      this.queue.block(one, blocked)
      this.options.changed(one.circle, one.id)
    }
    this.options.failed(blocked ?? cause)
  }

  /** What can be waited out. */
  private blocking(cause: unknown): Fault | undefined {
    return this.options.refused(cause) ?? (cause instanceof Fault && isFull(cause) ? cause : undefined)
  }

  private tellTransfers(one: Wanted): void {
    const { circle, id, conversation, stored, state, wish, readers } = one
    const named = this.options.catalog.find(circle, id)
    if (state !== 'begun' || stored === undefined || named === undefined) return
    const isUrgent = readers.size > 0 || wish?.isSmallPart === true
    this.options.transfers.want({
      circle,
      conversation,
      stored: this.roomy(one, stored),
      hashBytes: named.circle.suite.hashBytes,
      priority: isUrgent ? FILE_PRIORITY.high : (wish?.priority ?? FILE_PRIORITY.normal),
      evenCostly: readers.size > 0 || wish?.evenCostly === true,
      reading: () => this.reading(readers),
    })
  }

  /** Of those who wait whoever was served longest ago; else who waited a moment ago and will again, else who came last. */
  private reading(readers: ReadonlySet<Reader>): BlobReading | undefined {
    if (readers.size === 0) return undefined
    const now = this.options.clock.elapsed()
    const all = [...readers]
    const waiting = all.filter(({ isWaiting }) => isWaiting).sort((a, b) => a.servedAt - b.servedAt)[0]
    if (waiting !== undefined) return { first: waiting.range, servedAt: waiting.servedAt }
    const busy = all.find(({ servedAt }) => now - servedAt < RESTED_MS)
    const last = busy ?? all.at(-1)
    return last && { first: last.range, servedAt: busy && now }
  }

  private roomy({ circle, id }: Wanted, stored: StoredBlob): ChunkStore {
    const { quota, saving, failed } = this.options
    return roomyBlob(stored, quota, {
      along: (add) => saving.along(circle, id, add),
      makeRoom: () => {
        saving.makeRoom().catch(failed)
      },
    })
  }

  /** All of it came. */
  private finish(one: Wanted): void {
    const { whole } = this.options
    const { circle, id, stored } = one
    if (this.stopped || stored === undefined) return
    this.end(one, async () => {
      try {
        await stored.sync()
        if (!this.stopped) whole(circle, id)
      } catch (cause) {
        // What the disk did not keep counts as absent; or there is no room to note that it came.
        const blocked = this.blocking(cause)
        if (blocked !== undefined && this.queue.again(one, blocked)) this.options.changed(circle, id)
        throw cause
      }
    })
  }

  /** Asks for nothing more of it, does what is `last` while it is still open, and lets go. */
  private end(one: Wanted, last?: () => Promise<void>): void {
    const { key, circle, id } = one
    one.cancelAsked?.()
    if (!this.queue.leave(one)) return
    const { transfers, open } = this.options
    this.next(key, async () => {
      if (one.stored === undefined) return
      try {
        await transfers.drop(circle, id)
        await last?.()
      } finally {
        open.release(circle, id)
        this.notify(key)
        this.queue.pump()
      }
    })
  }

  private notify(key: BlobKey): void {
    for (const listener of [...(this.listeners.get(key) ?? [])]) listener()
  }

  private next(key: BlobKey, work: () => Promise<void>): void {
    const tail = (this.tails.get(key) ?? Promise.resolve()).then(work).catch((cause: unknown) => {
      if (!this.stopped) this.options.failed(cause)
    })
    this.tails.set(key, tail)
    void tail.then(() => {
      if (this.tails.get(key) === tail) this.tails.delete(key)
    })
  }
}

/** Read anew: it may have changed while something was waited for. */
function isOver({ state }: Wanted): boolean {
  return state === 'over'
}

/**
 * Chunks that this device holds for others as a keeper (spec §16.6): fetched from whoever left them as soon as that device is there,
 * checked against the tree as all chunks are, and erased when they are not to be held any more.
 */
import type { BlobId, CircleId, Clock, ConversationId, DeviceId, MemberId, StoredBlob } from '@triode/core'
import type { CircleRuntime } from '../../circle/circleRuntime.ts'
import { FILE_PRIORITY } from '../../service.ts'
import { blobKey, type BlobKey } from '../blobKey.ts'
import type { OpenBlobs } from '../openBlobs.ts'
import type { Quota } from '../quota.ts'
import { roomyBlob } from '../roomyBlob.ts'
import type { Held } from '../sweep.ts'
import { TRANSFER_STATE } from '../transfer/transferHost.ts'
import type { Transfers } from '../transfer/transfers.ts'
import { KEPT_LOOK_MS, KEPT_TURN_MS, MAX_KEPT_FETCHED, MAX_KEPT_FETCHED_OF_ONE } from '../tuning.ts'

export interface KeptChunksOptions {
  readonly circles: () => readonly CircleRuntime[]
  readonly isUp: (circle: CircleId, device: DeviceId) => boolean
  readonly open: OpenBlobs
  readonly transfers: () => Transfers
  readonly quota: Quota
  readonly clock: Clock
  readonly failed: (cause: unknown) => void
}

/** A blob that is being fetched. */
interface Fetched {
  readonly circle: CircleRuntime
  readonly id: BlobId
  readonly authors: readonly DeviceId[]
  stored?: StoredBlob
  /** Bytes that are here, and since when, by the monotonic clock. */
  have: number
  movedAt: number
  isOver: boolean
}

export class KeptChunks {
  private readonly options: KeptChunksOptions
  private readonly fetched = new Map<BlobKey, Fetched>()
  /** Of which something is, or may be, on the disk. */
  private readonly here = new Map<BlobKey, { readonly circle: CircleId; readonly id: BlobId }>()
  /** Of these it is known that something is missing. */
  private readonly partial = new Set<BlobKey>()
  /** Opening, fetching, letting go and deleting happen one after another. */
  private readonly tails = new Map<BlobKey, Promise<void>>()
  /** When it was begun with last: what waits longest is next. */
  private readonly begunAt = new Map<BlobKey, number>()
  private cancelLook: (() => void) | undefined
  private lookedAt = -Infinity
  private cancelTurn: (() => void) | undefined
  private started = false
  private stopped = false

  constructor(options: KeptChunksOptions) {
    this.options = options
  }

  /** What lies here is known now. */
  start({ circles }: Held): void {
    for (const runtime of this.keeping()) {
      for (const [id, tags] of runtime.participant.keeping.kept.blobs.all()) {
        const isThere = tags.size > 0 && circles.get(runtime.id)?.has(id) === true
        if (isThere) this.here.set(blobKey(runtime.id, id), { circle: runtime.id, id })
      }
    }
    this.started = true
    this.lookSoon()
  }

  /** Whether this device is to hold it for others. */
  isKept(circle: CircleId, id: BlobId): boolean {
    const runtime = this.keeping().find((one) => one.id === circle)
    return runtime?.participant.keeping.kept.blobs.all().has(id) === true
  }

  /** Whether `device` may have it: its author named that one. */
  mayAsk(circle: CircleId, device: DeviceId, id: BlobId): boolean {
    const runtime = this.keeping().find((one) => one.id === circle)
    return runtime?.participant.keeping.kept.mayHave(device, id) === true
  }

  /** Whether `device` left it, and so can give it. */
  isAuthor(circle: CircleId, device: DeviceId, id: BlobId): boolean {
    const runtime = this.keeping().find((one) => one.id === circle)
    return runtime?.participant.keeping.kept.blobs.authorsOf(id).includes(device) === true
  }

  async stored(circle: CircleId, id: BlobId): Promise<StoredBlob | undefined> {
    const runtime = this.keeping().find((one) => one.id === circle)
    const blob = runtime?.participant.keeping.kept.blobs.get(id)
    // Looking for what was never here would make files for it.
    if (runtime === undefined || blob === undefined || !this.here.has(blobKey(circle, id))) return undefined
    return await this.options.open.glance(runtime, { id, size: blob.length, root: blob.root })
  }

  /** A chunk turned out to be damaged: it is fetched again. */
  async damaged(circle: CircleId, id: BlobId, chunk: number): Promise<void> {
    const stored = await this.stored(circle, id)
    const bad = (await stored?.check({ only: chunk })) ?? []
    if (bad.length === 0) return
    this.keeping()
      .find((one) => one.id === circle)
      ?.participant.sync.keepers.service.blobChanged(id, false)
    this.lookSoon()
  }

  /** Transfers say more of it. */
  moved(circle: CircleId, id: BlobId): void {
    const one = this.fetched.get(blobKey(circle, id))
    if (one === undefined || one.isOver) return
    const isWhole = one.stored?.isWhole === true
    const { state, have = 0 } = this.options.transfers().progress(circle, id) ?? {}
    if (have !== one.have) Object.assign(one, { have, movedAt: this.options.clock.elapsed() })
    if (isWhole) this.end(one, true)
    else if (state === TRANSFER_STATE.waiting && !this.hasAuthor(one)) {
      this.end(one, false)
      this.lookSoon()
    }
  }

  /** What is to be held changed, or who is there. */
  lookSoon(): void {
    if (!this.started || this.stopped) return
    const { clock } = this.options
    this.cancelLook ??= clock.after(Math.max(0, this.lookedAt + KEPT_LOOK_MS - clock.elapsed()), () => {
      this.cancelLook = undefined
      this.lookedAt = clock.elapsed()
      try {
        this.look()
      } catch (cause) {
        this.options.failed(cause)
      }
    })
  }

  /** Nothing is held of a circle that is erased. */
  async forgetCircle(circle: CircleId): Promise<void> {
    const all = [...this.here.values()].filter((one) => one.circle === circle)
    await Promise.all(all.map(({ id }) => this.remove(circle, id)))
  }

  async stop(): Promise<void> {
    this.stopped = true
    this.cancelLook?.()
    this.cancelTurn?.()
    for (const one of this.fetched.values()) this.end(one, false)
    await Promise.all(this.tails.values())
  }

  // ---- inside

  private keeping(): CircleRuntime[] {
    return this.options.circles().filter(({ participant }) => participant.sync.keepers.service.isOn)
  }

  private look(): void {
    for (const { circle, id } of [...this.here.values()])
      if (!this.isKept(circle, id)) this.remove(circle, id).catch(this.options.failed)
    const due = this.keeping().flatMap((circle) => {
      const { blobs } = circle.participant.keeping.kept
      const ids = [...blobs.all().keys()].filter(
        (id) => !blobs.isWhole(id) && !this.fetched.has(blobKey(circle.id, id)),
      )
      return ids.map((id) => ({ circle, id, begunAt: this.begunAt.get(blobKey(circle.id, id)) ?? -Infinity }))
    })
    due.sort((a, b) => (a.begunAt === b.begunAt ? 0 : a.begunAt - b.begunAt))
    const waiting = due.filter(({ circle, id }) => !this.begin(circle, id))
    if (waiting.length > 0) this.takeTurns()
  }

  /** While a device is there that left it; of what is here already it is seen whether that is all. @returns false: it has to wait for others */
  private begin(circle: CircleRuntime, id: BlobId): boolean {
    const key = blobKey(circle.id, id)
    const authors = circle.participant.keeping.kept.blobs.authorsOf(id)
    const up = authors.filter((device) => this.options.isUp(circle.id, device))
    if (up.length === 0 && (this.partial.has(key) || !this.here.has(key))) return true
    const open = [...this.fetched.values()]
    const memberOf = (device: DeviceId): MemberId | undefined => circle.state.devices.get(device)?.member
    const isFull = (device: DeviceId): boolean =>
      open.filter((one) => one.authors.some((other) => memberOf(other) === memberOf(device))).length >=
      MAX_KEPT_FETCHED_OF_ONE
    if (open.length >= MAX_KEPT_FETCHED || (up.length > 0 && up.every(isFull))) return false
    const now = this.options.clock.elapsed()
    const one: Fetched = { circle, id, authors: up, have: 0, movedAt: now, isOver: false }
    this.fetched.set(key, one)
    this.begunAt.set(key, now)
    this.next(key, () => this.fetch(one))
    return true
  }

  /** The one of which nothing came for longest makes room. */
  private takeTurns(): void {
    const { clock, failed } = this.options
    const late = clock.elapsed() - KEPT_TURN_MS
    const [idle] = [...this.fetched.values()]
      .filter(({ isOver: over, movedAt }) => !over && movedAt <= late)
      .sort((a, b) => a.movedAt - b.movedAt)
    if (idle !== undefined) {
      const key = blobKey(idle.circle.id, idle.id)
      this.end(idle, false)
      this.tails
        .get(key)
        ?.then(() => {
          this.lookSoon()
        })
        .catch(failed)
    }
    this.cancelTurn ??= clock.after(KEPT_TURN_MS / 4, () => {
      this.cancelTurn = undefined
      this.lookSoon()
    })
  }

  private async fetch(one: Fetched): Promise<void> {
    const { circle, id } = one
    const { open, quota, failed } = this.options
    const blob = circle.participant.keeping.kept.blobs.get(id)
    if (one.isOver || blob === undefined) {
      this.end(one, false)
      return
    }
    try {
      this.here.set(blobKey(circle.id, id), { circle: circle.id, id })
      one.stored = await open.hold(circle, { id, size: blob.length, root: blob.root })
    } catch (cause) {
      this.end(one, false)
      failed(cause)
      return
    }
    if (isOver(one)) return
    this.partial.add(blobKey(circle.id, id))
    if (one.stored.isWhole || !this.hasAuthor(one)) {
      this.end(one, one.stored.isWhole)
      return
    }
    this.options.transfers().want({
      circle: circle.id,
      conversation: inPlaceOfConversation(id),
      stored: roomyBlob(one.stored, quota, {
        along: (add) => add(undefined),
        makeRoom: () => undefined,
      }),
      hashBytes: circle.suite.hashBytes,
      priority: FILE_PRIORITY.low,
      evenCostly: true,
    })
  }

  private hasAuthor({ circle, authors }: Fetched): boolean {
    return authors.some((device) => this.options.isUp(circle.id, device))
  }

  private end(one: Fetched, isWhole: boolean): void {
    if (one.isOver) return
    one.isOver = true
    const { circle, id } = one
    const key = blobKey(circle.id, id)
    this.next(key, async () => {
      try {
        if (one.stored === undefined) return
        await this.options.transfers().drop(circle.id, id)
        if (isWhole) await one.stored.sync()
      } finally {
        if (one.stored !== undefined) this.options.open.release(circle.id, id)
        if (this.fetched.get(key) === one) this.fetched.delete(key)
      }
      if (isWhole) this.partial.delete(key)
      if (this.stopped || !isWhole) return
      circle.participant.sync.keepers.service.blobChanged(id, true)
      this.lookSoon()
    })
  }

  private async remove(circle: CircleId, id: BlobId): Promise<void> {
    const key = blobKey(circle, id)
    const one = this.fetched.get(key)
    if (one !== undefined) this.end(one, false)
    this.here.delete(key)
    this.partial.delete(key)
    this.begunAt.delete(key)
    this.next(key, async () => {
      // It may have been left again meanwhile.
      if (this.isKept(circle, id)) return
      await this.options.open.remove(circle, id)
      this.options.transfers().changed(circle, id)
    })
    await this.tails.get(key)
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
function isOver({ isOver: over }: Fetched): boolean {
  return over
}

/** Keepers know of no conversations: between them and others a blob's name stands in that place. */
export function inPlaceOfConversation(name: BlobId): ConversationId {
  return name as string as ConversationId
}

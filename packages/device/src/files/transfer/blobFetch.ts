/** One blob that is wanted: what is asked of which source, and what becomes of what comes. */
import {
  CHUNK_BYTES,
  Fault,
  PeerFault,
  SEALED_CHUNK_BYTES,
  TransferPlan,
  Unavailable,
  type ChunkRun,
  type Clock,
  type PageRef,
  type ToldRun,
} from '@triode/core'
import { FILE_PRIORITY } from '../../service/file.ts'
import type { BatchBuffers } from './batchBuffers.ts'
import type { ChunkClient } from './chunkClient.ts'
import { RateMeter } from './rateMeter.ts'
import { RunIntake } from './runIntake.ts'
import { TRANSFER_STATE, type TransferProgress, type TransferState, type WantedBlob } from './transferHost.ts'
import { DISK_RETRY_MS, DISK_ROOM_BYTES, MAX_DOUBTED, REFUSED_RETRY_MS } from './tuning.ts'

export interface BlobFetchOptions {
  readonly clock: Clock
  readonly wanted: WantedBlob
  readonly buffers: BatchBuffers
  readonly freeBytes: () => Promise<number>
  /** As of TransferHost. */
  readonly refused: (cause: unknown) => Fault | undefined
  /** Something is to be shown, or asked for, anew. */
  readonly changed: () => void
  /** Chunks were stored. */
  readonly grew: () => void
  /** The source sent what does not match. */
  readonly lied: (client: ChunkClient) => void
  readonly failed: (cause: unknown) => void
}

export class BlobFetch {
  readonly plan: TransferPlan
  private wantedNow: WantedBlob
  private readonly options: BlobFetchOptions
  private readonly sources = new Map<ChunkClient, RateMeter>()
  private readonly liars = new WeakSet<ChunkClient>()
  private readonly intakes = new Map<ChunkRun, { readonly intake: RunIntake; readonly client: ChunkClient }>()
  private readonly meter: RateMeter
  /** Pages are taken in one after another, and chunks after the pages that came before them. */
  private pages: Promise<void> = Promise.resolve()
  private readonly adding = new Set<Promise<void>>()
  /** Sources that did not know it, and when they said so. */
  private readonly unknownTo = new WeakMap<ChunkClient, number>()
  private cancelRetry: (() => void) | undefined
  /** Why nothing is asked for a while. */
  private halted: Halt | undefined
  /** Why the disk takes nothing of it, until it does. */
  private refusal: Fault | undefined
  private stopped = false

  constructor(options: BlobFetchOptions) {
    const { stored } = options.wanted
    this.options = options
    this.wantedNow = options.wanted
    this.plan = new TransferPlan(stored.shape, stored.have)
    this.meter = new RateMeter(options.clock)
  }

  get wanted(): WantedBlob {
    return this.wantedNow
  }

  want(wanted: WantedBlob): void {
    this.wantedNow = wanted
  }

  /** Lower comes first: somebody waits for it, or reads it, then by priority. */
  get rank(): number {
    return this.place[0]
  }

  /** Its place among others: of the same rank, whoever was served longest ago comes first. */
  get place(): readonly [rank: number, servedAt: number] {
    const { priority, reading } = this.wantedNow
    const { first, servedAt } = reading?.() ?? {}
    if (servedAt !== undefined) return [WAITED_FOR, servedAt]
    return [first === undefined ? RANKS[priority] : READ, 0]
  }

  get isWhole(): boolean {
    return this.wantedNow.stored.isWhole
  }

  // ---- sources

  told(client: ChunkClient, runs: readonly ToldRun[] | undefined): void {
    if (!this.sources.has(client)) this.sources.set(client, new RateMeter(this.options.clock))
    if (runs === undefined) {
      this.plan.toldNothing(client.id)
      this.unknownTo.set(client, this.options.clock.elapsed())
    } else this.plan.told(client.id, runs)
    this.options.changed()
  }

  /** When a source said that it does not know it: where not all can be asked for, those that it was asked for longest ago are next. */
  unknownSince(client: ChunkClient | undefined): number {
    return (client && this.unknownTo.get(client)) ?? -Infinity
  }

  /** Whether it said what it has of it. */
  heard(client: ChunkClient | undefined): boolean {
    return client !== undefined && this.sources.has(client)
  }

  /** Its tunnel is gone, or it may not be asked any more. */
  forget(client: ChunkClient): void {
    this.flush((of) => of === client)
    this.sources.delete(client)
    this.plan.forget(client.id)
    this.options.changed()
  }

  stall(client: ChunkClient): void {
    if (!this.sources.has(client)) return
    this.flush((of) => of === client)
    const isKnown = this.plan.isStalled(client.id)
    this.plan.stall(client.id)
    // Told once, however long it lasts, and of however many files.
    if (!isKnown) this.options.changed()
  }

  /** Whether others have something that is missing. */
  hasOther(client: ChunkClient): boolean {
    return this.sources.has(client) && this.plan.hasOther(client.id)
  }

  // ---- asking

  /** Asks a source for what comes next, as much as it has room for. @param part nothing but what is read, or else all that is missing */
  feed(client: ChunkClient, part: 'read' | 'all'): void {
    if (this.stopped || this.halted !== undefined || !this.sources.has(client)) return
    const first = this.wantedNow.reading?.()?.first
    if (part === 'read' && first === undefined) return
    this.plan.setFirst(first && [Math.floor(first.from / CHUNK_BYTES), Math.ceil(first.to / CHUNK_BYTES)])
    this.plan.setRate(client.id, client.rate)
    while (client.hasRoom) {
      const planned = part === 'read' ? this.plan.nextOfFirst(client.id) : this.plan.next(client.id)
      if (planned === undefined) return
      if (planned.kind === 'look') this.look(planned)
      else if (planned.kind === 'page') this.askPage(client, planned)
      else this.askChunks(client, planned.run)
    }
  }

  private look(page: PageRef): void {
    this.pages = this.pages.then(async () => {
      try {
        const hashes = await this.wantedNow.stored.page(page.level, page.index)
        this.plan.pages.found(page, hashes !== undefined)
        this.options.changed()
      } catch (cause) {
        this.fail(cause)
      }
    })
  }

  private askPage(client: ChunkClient, page: PageRef): void {
    const { stored, hashBytes } = this.wantedNow
    client.getPage(stored.id, stored.shape, page, hashBytes, (hashes) => {
      this.pages = this.pages.then(() => this.takePage(client, page, hashes))
    })
  }

  private async takePage(client: ChunkClient, page: PageRef, hashes: Uint8Array | undefined): Promise<void> {
    try {
      const fits =
        hashes !== undefined && (await this.wantedNow.stored.addPage(page.level, page.index, hashes))
      this.plan.pages.found(page, fits)
      // Who has not even the page has no chunk below it.
      if (hashes === undefined) this.plan.toldNothing(client.id)
      else if (!fits) this.blame(client, [])
      this.options.changed()
    } catch (cause) {
      this.plan.pages.found(page, false)
      this.fail(cause)
    }
  }

  private askChunks(client: ChunkClient, run: ChunkRun): void {
    const { stored } = this.wantedNow
    const intake = new RunIntake({
      run,
      shape: stored.shape,
      plan: this.plan,
      buffers: this.options.buffers,
      store: (from, count, sealed) => {
        this.store(client, from, count, sealed)
      },
      came: (bytes, isDoubled) => {
        this.sources.get(client)?.count(bytes)
        this.meter.count(bytes)
        if (isDoubled) client.share.give(bytes)
        for (const useless of this.plan.useless()) this.drop(useless)
      },
      done: () => {
        this.intakes.delete(run)
      },
    })
    this.intakes.set(run, { intake, client })
    client.getChunks(stored.id, stored.shape, run, intake)
  }

  private drop(run: ChunkRun): void {
    const open = this.intakes.get(run)
    open?.intake.flush()
    open?.client.cancel(run)
    this.intakes.delete(run)
    this.plan.ended(run)
  }

  /** Gives up runs, and keeps what came of them. */
  private flush(isMeant: (client: ChunkClient) => boolean): void {
    for (const [run, { client }] of this.intakes) if (isMeant(client)) this.drop(run)
  }

  // ---- storing

  private store(client: ChunkClient, from: number, count: number, sealed: Uint8Array): void {
    const bytes = sealed.length
    const added = this.add(client, from, count, sealed).finally(() => {
      this.adding.delete(added)
      client.share.give(bytes)
      this.plan.settled(from, count)
      this.options.changed()
    })
    this.adding.add(added)
  }

  private async add(client: ChunkClient, from: number, count: number, sealed: Uint8Array): Promise<void> {
    await this.pages
    if (this.halted !== undefined || !this.plan.pages.isHere(from)) return
    try {
      const bad = await this.wantedNow.stored.add(from, sealed)
      this.options.buffers.give(sealed)
      if (bad.length < count) this.refusal = undefined
      if (bad.length > 0) this.blame(client, bad)
      if (bad.length < count) this.options.grew()
    } catch (cause) {
      this.fail(cause)
    }
  }

  /** It is not asked for this blob again while its tunnel lasts. */
  private blame(client: ChunkClient, bad: readonly number[]): void {
    if (!this.sources.has(client)) return
    this.flush((of) => of === client)
    this.plan.blame(client.id)
    if (!this.liars.has(client)) this.options.lied(client)
    this.liars.add(client)
    for (const index of bad.slice(0, MAX_DOUBTED)) client.badChunk(this.wantedNow.stored.id, index)
  }

  private fail(cause: unknown): void {
    if (this.stopped) return
    const code = cause instanceof Unavailable ? cause.code : undefined
    const refusal = this.options.refused(cause)
    if (refusal !== undefined) {
      this.refusal = refusal
      this.halt('disk-refused')
      this.options.failed(refusal)
    } else if (code === 'disk-full') this.halt(code)
    else if (code === 'worker-ended') {
      // A thread died, of want of memory perhaps: the next one does it.
      this.halt(code)
      this.options.failed(cause)
    } else {
      this.stop()
      if (!(cause instanceof Fault && cause.code === 'blob-gone')) this.options.failed(cause)
    }
    this.options.changed()
  }

  /** Waits a while, and until there is room: nothing is asked meanwhile, and what comes is thrown away. */
  private halt(why: Halt): void {
    if (this.halted !== undefined) return
    this.halted = why
    this.flush(() => true)
    this.retryLater()
  }

  private retryLater(): void {
    const afterMs = this.halted === 'disk-refused' ? REFUSED_RETRY_MS : DISK_RETRY_MS
    this.cancelRetry = this.options.clock.after(afterMs, () => {
      this.retry().catch((cause: unknown) => {
        this.retryLater()
        this.options.failed(cause)
      })
    })
  }

  private async retry(): Promise<void> {
    const { shape, have } = this.wantedNow.stored
    const missing = Math.max(1, shape.chunks - have.count) * SEALED_CHUNK_BYTES
    const free = await this.options.freeBytes()
    if (this.stopped) return
    if (free < Math.min(missing, DISK_ROOM_BYTES)) this.retryLater()
    else this.halted = undefined
    this.options.changed()
  }

  // ---- the end, and what is shown

  /** Asks for nothing more; what came is still stored. */
  stop(): void {
    if (this.stopped) return
    this.flush(() => true)
    this.stopped = true
    this.cancelRetry?.()
  }

  /** Resolves once nothing is being written. */
  async settled(): Promise<void> {
    await this.pages
    while (this.adding.size > 0) await Promise.all(this.adding)
  }

  progress(): TransferProgress {
    const sources = [...this.sources].map(([client, meter]) => ({
      client,
      rate: meter.bytesPerSecond,
      have: this.bytesOf(this.plan.countOf(client.id)),
      isSilent: this.plan.isStalled(client.id),
    }))
    const { state, refusal } = this
    return {
      state,
      have: this.bytesOf(this.wantedNow.stored.have.count),
      rate: this.isWhole ? 0 : this.meter.bytesPerSecond,
      sources: sources
        .filter(({ have }) => have > 0)
        .map(({ client, ...source }) => ({ device: client.device, channel: client.channel, ...source })),
      ...(state === TRANSFER_STATE.diskRefused && refusal !== undefined && { refusal }),
    }
  }

  private get state(): TransferState {
    if (this.isWhole) return TRANSFER_STATE.complete
    if (this.halted === 'disk-full') return TRANSFER_STATE.diskFull
    const comes = !this.stopped && this.plan.hasSource
    // Tried again, it is not coming before the disk took something.
    if (this.refusal !== undefined && (comes || this.halted !== undefined)) return TRANSFER_STATE.diskRefused
    return comes ? TRANSFER_STATE.fetching : TRANSFER_STATE.waiting
  }

  private bytesOf(chunks: number): number {
    const { shape } = this.wantedNow.stored
    return chunks === shape.chunks ? shape.size : Math.min(shape.size, chunks * CHUNK_BYTES)
  }
}

type Halt = 'disk-full' | 'disk-refused' | 'worker-ended'

const [WAITED_FOR, READ] = [0, 1]
const RANKS = { [FILE_PRIORITY.high]: 2, [FILE_PRIORITY.normal]: 3, [FILE_PRIORITY.low]: 4 } as const

/** Of what a peer is named for. */
export function chunkWrong(): PeerFault {
  return new PeerFault('chunk-wrong', {
    message: 'A device sent a part of a file that does not match it; the part was thrown away.',
    remedy: 'It is fetched from others. If it happens again, the disk of that device may be damaged.',
  })
}

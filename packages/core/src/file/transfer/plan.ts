/**
 * What to ask next of whom, to get one blob from several sources (spec §15.7). Pure: it knows no clock and sends nothing. Whoever drives it
 * gives the sources in the order from fast to slow, as many asks as each has room for.
 */
import type { ChunkSet } from '../../ports/blobStore.ts'
import type { ChunkShape } from '../chunkShape.ts'
import { PAGE_HASHES, SEALED_CHUNK_BYTES } from '../spec.ts'
import type { ToldRun } from './answerFrame.ts'
import { ChunkRuns } from './chunkRuns.ts'
import { PagePlan, type PageRef } from './pagePlan.ts'
import {
  COPY_IF_SLOWER,
  FIRST_RUN_CHUNKS,
  MAX_RUNS_KEPT,
  MAX_SKIPPED,
  RUN_MS,
  RUN_STEP_CHUNKS,
  SLOWEST_RATE,
  UNKNOWN_RUN_CHUNKS,
} from './tuning.ts'
import { MAX_REQUEST_COUNT } from './spec.ts'

/** Chunks that were asked of a source. */
export interface ChunkRun {
  readonly source: string
  readonly from: number
  /** One after the last. */
  readonly end: number
  /** The chunk that comes next. */
  next: number
}

export type Planned =
  /** Whether the page is in the store: tell found(). */
  | ({ readonly kind: 'look' } & PageRef)
  | ({ readonly kind: 'page' } & PageRef)
  | { readonly kind: 'chunks'; readonly run: ChunkRun }

interface Source {
  readonly has: ChunkRuns
  /** Bytes a second; 0: not known. */
  rate: number
  /** It sent nothing for long: others are asked first. */
  stalled: boolean
  lied: boolean
}

export class TransferPlan {
  readonly pages: PagePlan
  private readonly shape: ChunkShape
  private readonly have: Pick<ChunkSet, 'has' | 'firstAbsent'>
  private readonly sources = new Map<string, Source>()
  private readonly open = new Set<ChunkRun>()
  /** Of those: what was asked of two sources. */
  private readonly contested = new Set<ChunkRun>()
  /** Of those: what has not come. */
  private asked = new ChunkRuns()
  /** Came, and is being checked and stored. */
  private readonly storing = new ChunkRuns()
  private first: readonly [from: number, end: number] | undefined

  /** @param have what is stored; it grows by itself */
  constructor(shape: ChunkShape, have: Pick<ChunkSet, 'has' | 'firstAbsent'>) {
    this.shape = shape
    this.have = have
    this.pages = new PagePlan(shape)
  }

  /** Chunks `from` to `end - 1` come first. */
  setFirst(range: readonly [from: number, end: number] | undefined): void {
    this.first = range
  }

  // ---- sources

  /** It has these chunks, besides what it said before. */
  told(id: string, runs: readonly ToldRun[]): void {
    const { has, lied } = this.source(id)
    if (lied) return
    for (const [from, count] of runs)
      if (has.length < MAX_RUNS_KEPT) has.add(from, Math.min(from + count, this.shape.chunks))
  }

  /** It has nothing of it now. */
  toldNothing(id: string): void {
    this.source(id).has.clear()
  }

  setRate(id: string, bytesPerSecond: number): void {
    this.source(id).rate = bytesPerSecond
  }

  /** It is gone, or may not be asked any more: what was asked of it will not come. That it lied is remembered. */
  forget(id: string): void {
    this.release(id)
    if (this.sources.get(id)?.lied !== true) this.sources.delete(id)
  }

  /** It sent nothing for long: what was asked of it is asked of others, and it itself comes last until something comes. */
  stall(id: string): void {
    this.release(id)
    this.source(id).stalled = true
  }

  /** It sent what does not match: it is not asked again. */
  blame(id: string): void {
    this.release(id)
    const source = this.source(id)
    source.lied = true
    source.has.clear()
  }

  /** How many chunks it has. */
  countOf(id: string): number {
    return this.sources.get(id)?.has.count ?? 0
  }

  /** It sent nothing, or next to nothing, for long, and no chunk since. */
  isStalled(id: string): boolean {
    return this.sources.get(id)?.stalled === true
  }

  // ---- what to do

  /** The next thing to ask of a source, which counts as asked from then on; undefined: nothing now. */
  next(id: string): Planned | undefined {
    const source = this.askable(id)
    if (source === undefined) return undefined
    return (
      this.nextOfFirst(id) ??
      this.nextIn(id, source, 0, this.shape.chunks, MAX_REQUEST_COUNT) ??
      this.copyOf(id, source)
    )
  }

  /** The same of what comes first. */
  nextOfFirst(id: string): Planned | undefined {
    const { first } = this
    const source = this.askable(id)
    if (source === undefined || first === undefined) return undefined
    return this.nextIn(id, source, first[0], Math.min(first[1], this.shape.chunks), FIRST_RUN_CHUNKS)
  }

  /** Whether anything is under way or being stored. */
  get isBusy(): boolean {
    return this.open.size > 0 || this.storing.count > 0
  }

  /** Whether a source that can be asked has anything that is missing, or something is under way. */
  get hasSource(): boolean {
    if (this.isBusy) return true
    for (const source of this.sources.values()) if (!source.lied && this.lackedOf(source)) return true
    return false
  }

  /** Whether a source that does not stall has anything that is missing, besides this one. */
  hasOther(id: string): boolean {
    for (const [other, source] of this.sources)
      if (other !== id && !source.lied && !source.stalled && this.lackedOf(source)) return true
    return false
  }

  /** Whether a chunk that comes is of use. */
  isMissing(index: number): boolean {
    return !this.have.has(index) && !this.storing.has(index)
  }

  // ---- what came

  /** The next chunk of a run came; if it was missing it counts as being stored. @returns whether it was */
  arrived(run: ChunkRun): boolean {
    const source = this.sources.get(run.source)
    if (source !== undefined) source.stalled = false
    const index = run.next++
    if (this.open.has(run)) this.asked.remove(index, index + 1)
    const missing = this.isMissing(index)
    if (missing) this.storing.add(index, index + 1)
    return missing
  }

  /** Nothing more of a run will come: whatever is missing is asked for again. */
  ended(run: ChunkRun): void {
    this.contested.delete(run)
    if (this.open.delete(run)) this.recount()
  }

  /** A source could not answer: it does not have the rest of the run after all. */
  refused(run: ChunkRun): void {
    this.sources.get(run.source)?.has.remove(run.next, run.end)
    this.ended(run)
  }

  /** Chunks that were being stored are, or could not be. */
  settled(from: number, count: number): void {
    this.storing.remove(from, from + count)
  }

  /** Runs of which nothing that will come is missing any more: to be cancelled. */
  useless(): ChunkRun[] {
    return [...this.contested].filter((run) => {
      for (let at = run.next; at < run.end; at++) if (this.isMissing(at)) return false
      return true
    })
  }

  // ---- inside

  private askable(id: string): Source | undefined {
    const source = this.sources.get(id)
    return source === undefined || source.lied || source.has.count === 0 ? undefined : source
  }

  private source(id: string): Source {
    let source = this.sources.get(id)
    if (source === undefined) {
      source = { has: new ChunkRuns(), rate: 0, stalled: false, lied: false }
      this.sources.set(id, source)
    }
    return source
  }

  private release(id: string): void {
    for (const run of this.open) {
      if (run.source !== id) continue
      this.open.delete(run)
      this.contested.delete(run)
    }
    this.recount()
    this.pages.forget(id)
  }

  private recount(): void {
    this.asked = new ChunkRuns()
    for (const run of this.open) this.asked.add(run.next, run.end)
  }

  private nextIn(id: string, source: Source, from: number, to: number, most: number): Planned | undefined {
    let skipped = 0
    for (let at = from; skipped <= MAX_SKIPPED; skipped++) {
      const free = this.freeRun(source, at, to)
      if (free === undefined) return undefined
      const page = Math.floor(free[0] / PAGE_HASHES)
      const pageEnd = (page + 1) * PAGE_HASHES
      if (source.stalled && this.othersHave(id, free[0])) {
        at = free[1]
        continue
      }
      const planned = this.pageFor(id, page)
      if (planned === 'wait') {
        at = pageEnd
        continue
      }
      if (planned !== 'ready') return planned
      const early = this.pageAhead(id, page + 1, to)
      if (early !== undefined) return early
      const end = Math.min(free[1], pageEnd, free[0] + Math.min(most, runChunks(source)))
      return { kind: 'chunks', run: this.openRun(id, free[0], end) }
    }
    return undefined
  }

  private openRun(source: string, from: number, end: number): ChunkRun {
    const run = { source, from, end, next: from }
    this.open.add(run)
    this.asked.add(from, end)
    return run
  }

  private pageFor(id: string, page: number): Planned | 'wait' | 'ready' {
    const need = this.pages.need(id, page)
    if (typeof need === 'string') return need
    if (need.kind === 'look') {
      this.pages.looking(need)
      return need
    }
    this.pages.asked(need, id)
    return { kind: 'page', level: need.level, index: need.index }
  }

  /** The page after the one that is being filled, so that nobody has to wait for it then. */
  private pageAhead(id: string, page: number, to: number): Planned | undefined {
    const from = page * PAGE_HASHES
    if (from >= to || (this.have.firstAbsent(from) ?? Infinity) >= Math.min(from + PAGE_HASHES, to))
      return undefined
    const planned = this.pageFor(id, page)
    return typeof planned === 'string' ? undefined : planned
  }

  /** The first chunks between `from` and `to` that are missing, not asked for, and that the source has. */
  private freeRun(source: Source, from: number, to: number): readonly [number, number] | undefined {
    for (let at = from; ;) {
      const absent = this.have.firstAbsent(at)
      const has = absent === undefined ? undefined : source.has.atOrAfter(absent)
      if (absent === undefined || has === undefined) return undefined
      const start = Math.max(absent, has[0])
      if (start >= to) return undefined
      const taken = [this.storing, this.asked].map((runs) => runs.atOrAfter(start))
      const past = Math.max(...taken.map((run) => (run !== undefined && run[0] <= start ? run[1] : start)))
      at = past
      if (past > start || this.have.has(start)) continue
      const limit = Math.min(
        has[1],
        to,
        start + MAX_REQUEST_COUNT,
        ...taken.map((run) => run?.[0] ?? Infinity),
      )
      let end = start + 1
      while (end < limit && !this.have.has(end)) end++
      return [start, end]
    }
  }

  private lackedOf(source: Source): boolean {
    for (let at: number | undefined = 0; ;) {
      at = this.have.firstAbsent(at)
      const run = at === undefined ? undefined : source.has.atOrAfter(at)
      if (at === undefined || run === undefined) return false
      if (run[0] <= at) return true
      at = run[0]
    }
  }

  private othersHave(id: string, index: number): boolean {
    for (const [other, { lied, stalled, has }] of this.sources)
      if (other !== id && !lied && !stalled && has.has(index)) return true
    return false
  }

  /** Nothing is left to ask for: the end of what a slower source will take longest for is asked of this one as well. */
  private copyOf(id: string, source: Source): Planned | undefined {
    if (source.stalled) return undefined
    const rate = Math.max(source.rate, SLOWEST_RATE)
    const slowest = this.slowestFor(id, source)
    if (slowest === undefined) return undefined
    const { run, from, end } = slowest
    const theirs = this.rateOf(run)
    if (rate < COPY_IF_SLOWER * theirs) return undefined
    const tail = Math.max(1, Math.ceil(((end - from) * rate) / (rate + theirs)))
    const copy = this.openRun(id, end - tail, end)
    this.contested.add(run).add(copy)
    return { kind: 'chunks', run: copy }
  }

  /** Of what others are asked for and this source has: what will take longest, with the part of it that is missing. */
  private slowestFor(id: string, { has }: Source): { run: ChunkRun; from: number; end: number } | undefined {
    let slowest: { run: ChunkRun; from: number; end: number } | undefined
    let longest = 0
    for (const run of this.open) {
      if (run.source === id || this.isCopied(run) || !this.pages.isHere(run.from)) continue
      const [from, end] = this.missingOf(run)
      const time = (end - from) / this.rateOf(run)
      const known = has.atOrAfter(from)
      if (time <= longest || known === undefined || known[0] > from || known[1] < end) continue
      slowest = { run, from, end }
      longest = time
    }
    return slowest
  }

  /** The last part of it that is missing. */
  private missingOf(run: ChunkRun): [from: number, end: number] {
    let { end } = run
    while (end > run.next && !this.isMissing(end - 1)) end--
    let from = end
    while (from > run.next && this.isMissing(from - 1)) from--
    return [from, end]
  }

  private rateOf(run: ChunkRun): number {
    return Math.max(this.sources.get(run.source)?.rate ?? 0, SLOWEST_RATE)
  }

  /** Whether a part of it was asked of somebody else too. */
  private isCopied(run: ChunkRun): boolean {
    for (const other of this.open)
      if (other !== run && other.from < run.end && other.end > run.next) return true
    return false
  }
}

function runChunks({ rate, stalled }: Source): number {
  if (stalled) return 1
  if (rate === 0) return UNKNOWN_RUN_CHUNKS
  const chunks = Math.min(MAX_REQUEST_COUNT, Math.round((rate * RUN_MS) / 1_000 / SEALED_CHUNK_BYTES))
  return chunks > RUN_STEP_CHUNKS ? chunks - (chunks % RUN_STEP_CHUNKS) : Math.max(1, chunks)
}

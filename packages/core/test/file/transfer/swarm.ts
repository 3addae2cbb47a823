/** Simulated sources of one blob, on a virtual clock: rates, round trips, sources that leave, fall silent, or lie. */
import assert from 'node:assert/strict'
import {
  ChunkRuns,
  PAGE_HASHES,
  SEALED_CHUNK_BYTES,
  TransferPlan,
  type ChunkRun,
  type Planned,
} from '@triode/core'
import { createVirtualClock } from '@triode/testkit'

const STALL_MS = 10_000
const PAGE_BYTES = 32_768

export interface SourceSpec {
  /** Bytes a second. */
  readonly rate: number
  readonly roundTripMs: number
  /** Runs that it has; all without. */
  readonly has?: readonly (readonly [from: number, count: number])[]
  /** Every such chunk that it sends is wrong. */
  readonly liesEvery?: number
  /** After so many chunks it sends nothing more, and says nothing. */
  readonly silentAfter?: number
  /** After so many its tunnel ends. */
  readonly leavesAfter?: number
}

export interface Outcome {
  readonly complete: boolean
  readonly ms: number
  /** Chunks that came although they were there. */
  readonly doubled: number
  readonly blamed: readonly string[]
  /** Chunks that came of each source. */
  readonly sent: ReadonlyMap<string, number>
  /** In the order in which they were stored. */
  readonly order: readonly number[]
}

export class Swarm {
  readonly plan: TransferPlan
  readonly clock = createVirtualClock()
  private readonly chunks: number
  private readonly have = new ChunkRuns()
  private readonly sources: SimulatedSource[]
  private readonly blamed: string[] = []
  private readonly order: number[] = []
  private doubled = 0

  constructor(
    chunks: number,
    specs: readonly SourceSpec[],
    held: readonly (readonly [number, number])[] = [],
  ) {
    this.chunks = chunks
    for (const [from, count] of held) this.have.add(from, Math.min(from + count, chunks))
    const levels = [chunks]
    for (let hashes = chunks; hashes > PAGE_HASHES; levels.push(hashes))
      hashes = Math.ceil(hashes / PAGE_HASHES)
    const shape = { size: 0, chunks, sealedBytes: chunks * SEALED_CHUNK_BYTES, levels }
    this.plan = new TransferPlan(shape, {
      has: (index) => this.have.has(index),
      firstAbsent: (start = 0) => this.firstAbsent(start),
    })
    this.sources = specs.map((spec, at) => new SimulatedSource(`source ${String(at)}`, spec))
    for (const { id, spec } of this.sources)
      this.plan.told(
        id,
        (spec.has ?? [[0, chunks]]).map(([from, count]) => [from, count] as const),
      )
  }

  /** Until it is complete, or `ms` have passed. */
  run(ms: number): Outcome {
    const tick = (): void => {
      this.findStalled()
      this.feed()
      this.clock.after(500, tick)
    }
    tick()
    while (this.have.count < this.chunks && this.clock.elapsed() < ms && this.clock.runNext());
    return {
      complete: this.have.count === this.chunks,
      ms: this.clock.elapsed(),
      doubled: this.doubled,
      blamed: this.blamed,
      sent: new Map(this.sources.map(({ id, sent }) => [id, sent])),
      order: this.order,
    }
  }

  private firstAbsent(start: number): number | undefined {
    const run = this.have.atOrAfter(start)
    const at = run !== undefined && run[0] <= start ? run[1] : start
    return at < this.chunks ? at : undefined
  }

  private feed(): void {
    for (const source of this.sources.toSorted((a, b) => b.measured - a.measured)) {
      while (!source.gone && source.queue.length < 3) {
        const planned = this.plan.next(source.id)
        if (planned === undefined) break
        this.carryOut(source, planned)
      }
    }
  }

  private carryOut(source: SimulatedSource, planned: Planned): void {
    if (planned.kind === 'look') {
      this.plan.pages.found(planned, false)
      return
    }
    if (planned.kind === 'chunks') this.check(source, planned.run)
    if (source.queue.length === 0) source.heardAt = this.clock.elapsed()
    source.queue.push(planned)
    if (source.queue.length === 1) this.serve(source, source.spec.roundTripMs)
  }

  private check({ spec }: SimulatedSource, { from, end }: ChunkRun): void {
    assert.ok(from < end && end <= this.chunks)
    const has = spec.has ?? [[0, this.chunks]]
    for (let at = from; at < end; at++) {
      assert.ok(!this.have.has(at), `chunk ${String(at)} is asked for, and is here`)
      assert.ok(
        has.some(([start, count]) => start <= at && at < start + count),
        'a source is asked for what it has not',
      )
    }
  }

  /** Sends the next page or chunk of the first request. */
  private serve(source: SimulatedSource, delayMs: number): void {
    const [request] = source.queue
    if (request === undefined || source.gone || source.isSilent) return
    const bytes = request.kind === 'chunks' ? SEALED_CHUNK_BYTES : PAGE_BYTES
    this.clock.after(delayMs + (bytes / source.spec.rate) * 1_000, () => {
      if (source.gone || !source.queue.includes(request)) return
      source.heardAt = this.clock.elapsed()
      if (request.kind === 'page') this.plan.pages.found(request, true)
      const isDone = request.kind === 'page' || this.came(source, request.run)
      // Else it was cancelled meanwhile, and the next one is being served.
      const isFirst = source.queue[0] === request
      if (isFirst && isDone) source.queue.shift()
      if (isFirst) this.serve(source, 0)
      this.feed()
    })
  }

  /** @returns whether that was all of the request */
  private came(source: SimulatedSource, run: ChunkRun): boolean {
    const index = run.next
    source.count(this.clock.elapsed())
    this.plan.setRate(source.id, source.measured)
    if (!this.plan.arrived(run)) this.doubled++
    else this.store(source, index)
    for (const useless of this.plan.useless()) this.cancel(useless)
    if (source.sent === source.spec.leavesAfter) this.leave(source)
    if (run.next < run.end) return false
    this.plan.ended(run)
    return true
  }

  private store(source: SimulatedSource, index: number): void {
    const { liesEvery } = source.spec
    const wrong = liesEvery !== undefined && source.sent % liesEvery === 0
    this.plan.settled(index, 1)
    if (!wrong) {
      this.have.add(index, index + 1)
      this.order.push(index)
      return
    }
    this.blamed.push(source.id)
    this.plan.blame(source.id)
    source.queue.length = 0
  }

  private cancel(run: ChunkRun): void {
    this.plan.ended(run)
    const source = this.sources.find(({ id }) => id === run.source)
    const [current] = source?.queue ?? []
    if (source === undefined || current === undefined) return
    const rest = source.queue.filter((one) => one.kind !== 'chunks' || one.run !== run)
    source.queue.splice(0, source.queue.length, ...rest)
    if (rest[0] !== current) this.serve(source, 0)
  }

  private leave(source: SimulatedSource): void {
    source.gone = true
    source.queue.length = 0
    this.plan.forget(source.id)
  }

  private findStalled(): void {
    for (const source of this.sources) {
      if (source.queue.length === 0 || this.clock.elapsed() - source.heardAt < STALL_MS) continue
      source.queue.length = 0
      source.stalls++
      this.plan.stall(source.id)
    }
  }
}

class SimulatedSource {
  readonly id: string
  readonly spec: SourceSpec
  readonly queue: Exclude<Planned, { kind: 'look' }>[] = []
  sent = 0
  heardAt = 0
  stalls = 0
  gone = false
  measured = 0
  private firstAt: number | undefined

  constructor(id: string, spec: SourceSpec) {
    this.id = id
    this.spec = spec
  }

  get isSilent(): boolean {
    return this.spec.silentAfter !== undefined && this.sent >= this.spec.silentAfter
  }

  count(now: number): void {
    this.sent++
    this.firstAt ??= now
    if (now > this.firstAt)
      this.measured = ((this.sent - 1) * SEALED_CHUNK_BYTES * 1_000) / (now - this.firstAt)
  }
}

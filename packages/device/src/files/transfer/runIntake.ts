/** Gathers the chunks of a run that come from one source, in pieces that are checked and stored at once. */
import {
  sealedChunkBytes,
  SEALED_CHUNK_BYTES,
  type ChunkRun,
  type ChunkShape,
  type TransferPlan,
} from '@triode/core'
import type { BatchBuffers } from './batchBuffers.ts'
import type { RunTaker } from './openRequests.ts'
import { BATCH_CHUNKS } from './tuning.ts'

export interface RunIntakeOptions {
  readonly run: ChunkRun
  readonly shape: ChunkShape
  readonly plan: TransferPlan
  readonly buffers: BatchBuffers
  /** Consecutive chunks, to be stored. */
  readonly store: (from: number, count: number, sealed: Uint8Array) => void
  /** A chunk came: `bytes` that are of no use, since it is here already. */
  readonly came: (bytes: number, isDoubled: boolean) => void
  readonly done: () => void
}

export class RunIntake implements RunTaker {
  private readonly options: RunIntakeOptions
  private buffer: Uint8Array | undefined
  /** First chunk in it, and how many are whole. */
  private from = 0
  private count = 0
  private bytes = 0
  /** A chunk is coming into it. */
  private isFilling = false

  constructor(options: RunIntakeOptions) {
    this.options = options
  }

  roomFor(index: number, length: number): Uint8Array {
    const { run, shape } = this.options
    if (this.buffer === undefined) {
      const count = Math.min(BATCH_CHUNKS, run.end - index)
      const last = sealedChunkBytes(shape, index + count - 1)
      this.buffer = this.options.buffers.take((count - 1) * SEALED_CHUNK_BYTES + last)
      this.from = index
      this.count = 0
      this.bytes = 0
    }
    this.isFilling = true
    return this.buffer.subarray(this.bytes, this.bytes + length)
  }

  chunk(index: number): void {
    const { run, shape, plan, came } = this.options
    const length = sealedChunkBytes(shape, index)
    this.isFilling = false
    const isMissing = plan.arrived(run)
    if (isMissing) {
      this.count++
      this.bytes += length
    }
    if (!isMissing || this.bytes === this.buffer?.length) this.flush()
    came(length, !isMissing)
  }

  done(): void {
    this.flush()
    this.options.plan.ended(this.options.run)
    this.options.done()
  }

  refused(): void {
    this.flush()
    this.options.plan.refused(this.options.run)
    this.options.done()
  }

  /** Stores what came so far. A chunk that is just coming is lost: its run was given up. */
  flush(): void {
    const { buffer, from, count, bytes } = this
    if (buffer === undefined) return
    // What is handed over must not be written to any more.
    if (!this.isFilling) this.buffer = undefined
    if (count > 0)
      this.options.store(from, count, this.isFilling ? buffer.slice(0, bytes) : buffer.subarray(0, bytes))
    this.count = 0
  }
}

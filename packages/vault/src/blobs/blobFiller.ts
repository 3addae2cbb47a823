/** What becomes a blob's two files while its chunks are sealed: pages of the tree, marks, and all of it synced but the header (spec §15.6). */
import type { FileHandle } from 'node:fs/promises'
import {
  type ChunkShape,
  HASH_BYTES,
  type Primitives,
  SEALED_CHUNK_BYTES,
  sealedChunkBytes,
  TreeBuilder,
  type TreeHash,
  type TreePage,
} from '@triode/core'
import { diskFault } from '../diskFault.ts'
import { writeTo } from './sharedFiles.ts'
import { stateLayout, type StateLayout } from './stateFile.ts'
import { RUN_CHUNKS, SYNC_CHUNKS } from './tuning.ts'

export interface FillerParts {
  readonly primitives: Primitives
  readonly hash: TreeHash
  readonly chunks: FileHandle
  readonly state: FileHandle
}

export class BlobFiller {
  private readonly parts: FillerParts
  private readonly early: EarlySync
  private tree: WrittenTree | undefined
  /** Hashes of chunks, until it is known how many chunks there will be. */
  private readonly untilKnown: Uint8Array[] = []
  private chunksDone = 0

  /** @param shape undefined: nobody knows yet how much comes */
  constructor(parts: FillerParts, shape?: ChunkShape) {
    this.parts = parts
    this.early = new EarlySync(parts.chunks)
    if (shape !== undefined) this.tree = new WrittenTree(parts, shape)
  }

  /** The next chunks were written, which have these hashes. */
  async wrote(count: number, hashes: Uint8Array): Promise<void> {
    this.chunksDone += count
    this.early.begin(this.chunksDone)
    if (this.tree === undefined) this.untilKnown.push(hashes)
    else await this.tree.push(hashes)
  }

  /** @param shape of which all chunks were written @returns the root */
  async finish(shape: ChunkShape): Promise<Uint8Array> {
    const tree = this.tree ?? new WrittenTree(this.parts, shape)
    for (const hashes of this.untilKnown.splice(0)) await tree.push(hashes)
    const root = tree.root()
    await tree.markAll()
    await this.early.end()
    return root
  }

  /** Bytes of sealed chunks so far, of `shape`. */
  sealedBytes(shape: ChunkShape): number {
    const last = this.chunksDone - 1
    return last < 0 ? 0 : last * SEALED_CHUNK_BYTES + sealedChunkBytes(shape, last)
  }
}

/** A tree that goes into the state file page by page. */
class WrittenTree {
  private readonly state: FileHandle
  private readonly hashBytes: number
  private readonly layout: StateLayout
  private readonly made: TreePage[] = []
  private readonly builder: TreeBuilder

  constructor({ primitives, hash, state }: FillerParts, shape: ChunkShape) {
    this.state = state
    this.hashBytes = HASH_BYTES[hash]
    this.layout = stateLayout(shape, hash)
    this.builder = new TreeBuilder({ primitives, hash, shape }, (page) => this.made.push(page))
  }

  async push(hashes: Uint8Array): Promise<void> {
    for (let at = 0; at < hashes.length; at += this.hashBytes)
      this.builder.push(hashes.subarray(at, at + this.hashBytes))
    for (const { level, index, hashes: page } of this.made.splice(0))
      await writeTo(this.state, this.layout.pageAt(level, index), page)
  }

  root(): Uint8Array {
    return this.builder.finish()
  }

  async markAll(): Promise<void> {
    const { heldAt, syncedAt, marksBytes } = this.layout
    for (const at of [heldAt, syncedAt]) await writeOnes(this.state, at, marksBytes)
  }
}

/** Has the disk begin to write before the last chunk comes. */
class EarlySync {
  private readonly chunks: FileHandle
  private running: Promise<void> | undefined
  private failure: unknown
  private begun = 0

  constructor(chunks: FileHandle) {
    this.chunks = chunks
  }

  begin(chunksDone: number): void {
    if (this.running !== undefined || chunksDone - this.begun < SYNC_CHUNKS) return
    this.begun = chunksDone
    this.running = this.chunks
      .datasync()
      .catch((cause: unknown) => {
        this.failure ??= cause
      })
      .finally(() => (this.running = undefined))
  }

  async end(): Promise<void> {
    await this.running
    if (this.failure !== undefined) throw diskFault(this.failure)
    await this.chunks.datasync()
  }
}

async function writeOnes(state: FileHandle, at: number, length: number): Promise<void> {
  const ones = new Uint8Array(Math.min(length, RUN_CHUNKS * 65_536)).fill(255)
  for (let done = 0; done < length; done += ones.length)
    await writeTo(state, at + done, ones.subarray(0, length - done))
}

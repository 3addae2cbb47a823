/**
 * Which chunks of a blob are here, in memory and in its state file. A mark is written after its chunk, so the end of the process
 * at any moment leaves no mark too many; whether the machine's disk has both is told by a second set, written after a sync.
 */
import { diskFault } from '../diskFault.ts'
import { ChunkMarks } from './chunkMarks.ts'
import type { Run } from './runs.ts'
import { type BlobHandles, readFrom, writeTo } from './sharedFiles.ts'
import type { StateLayout } from './stateFile.ts'

/** Bytes of marks read at a time. */
const PIECE_BYTES = 1_048_576

export class BlobMarks {
  readonly held: ChunkMarks
  /** Those that would survive a crash of the machine; never one that is not held. */
  readonly synced: ChunkMarks
  /** Chunks added since the last sync began. */
  unsynced = 0
  private readonly layout: StateLayout
  private isDirty = false
  /** Writes to the state file, one after another, so that none overtakes a newer one of the same byte. */
  private writes: Promise<unknown> = Promise.resolve()
  private syncs: Promise<unknown> = Promise.resolve()
  /** What went while a sync was under way: it may have come again after the disk was told to keep it. */
  private readonly gone = new Set<number>()

  constructor(chunks: number, layout: StateLayout) {
    this.held = new ChunkMarks(chunks)
    this.synced = new ChunkMarks(chunks)
    this.layout = layout
  }

  /** Reads both sets. @returns whether chunks were synced of which no mark says that they are here: it was damaged then */
  async load({ state }: BlobHandles): Promise<boolean> {
    const { marksBytes, heldAt, syncedAt } = this.layout
    for (let at = 0; at < marksBytes; at += PIECE_BYTES) {
      const length = Math.min(PIECE_BYTES, marksBytes - at)
      this.held.load(at, await readFrom(state, heldAt + at, length))
      this.synced.load(at, await readFrom(state, syncedAt + at, length))
    }
    const lacking = [...this.synced.without(this.held)]
    each(lacking, (index) => this.synced.delete(index))
    return lacking.length > 0
  }

  /** Takes away what was not synced, because the machine may have lost it; a test will tell. In memory only. */
  takeDoubtful(): Run[] {
    const doubtful = [...this.held.without(this.synced)]
    each(doubtful, (index) => this.held.delete(index))
    return doubtful
  }

  /** Marks chunks whose bytes are written. @throws Unavailable 'disk-full': then they are not marked */
  async add(handles: BlobHandles, runs: readonly Run[]): Promise<void> {
    await this.write(async () => {
      const fresh: number[] = []
      each(runs, (index) => {
        if (this.held.add(index, 1) > 0) fresh.push(index)
      })
      try {
        await this.save(handles, 'held', fresh)
      } catch (cause) {
        for (const index of fresh) this.held.delete(index)
        throw cause
      }
      this.isDirty = true
      this.unsynced += fresh.length
    })
  }

  /** Writes both sets anew where the file lacks a mark of what is here. @returns whether it did */
  async mend({ state }: BlobHandles): Promise<boolean> {
    const { marksBytes, heldAt, syncedAt } = this.layout
    let isMended = false
    await this.write(async () => {
      for (let at = 0; at < marksBytes; at += PIECE_BYTES) {
        const length = Math.min(PIECE_BYTES, marksBytes - at)
        const held = this.held.bytes(at, length)
        if (hasAll(await readFrom(state, heldAt + at, length), held)) continue
        await writeTo(state, heldAt + at, held)
        await writeTo(state, syncedAt + at, this.synced.bytes(at, length))
        isMended = true
      }
    })
    this.isDirty ||= isMended
    return isMended
  }

  /** They count as absent at once; resolves when the state file says so too. */
  async drop(handles: BlobHandles, indexes: readonly number[]): Promise<void> {
    for (const index of indexes) {
      this.held.delete(index)
      this.synced.delete(index)
      this.gone.add(index)
    }
    this.isDirty = true
    await this.write(async () => {
      await this.save(handles, 'held', indexes)
      await this.save(handles, 'synced', indexes)
    })
  }

  /** Something else of the state file has to be synced. */
  touch(): void {
    this.isDirty = true
  }

  /** See StoredBlob.sync. What the disk would not take counts as absent afterwards. @throws Unavailable 'disk-full' */
  async sync(handles: BlobHandles): Promise<void> {
    const sync = this.syncs.then(() => this.syncOnce(handles))
    this.syncs = sync.catch(() => {})
    await sync
  }

  private async syncOnce(handles: BlobHandles): Promise<void> {
    if (!this.isDirty) return
    this.isDirty = false
    this.unsynced = 0
    this.gone.clear()
    const indexes: number[] = []
    each(this.held.without(this.synced), (index) => indexes.push(index))
    try {
      await handles.chunks.datasync()
    } catch (cause) {
      // Nothing tells how much of it the disk has, and a second try would not ask again.
      await this.drop(handles, indexes).catch(() => {})
      throw diskFault(cause)
    }
    await this.write(async () => {
      for (const index of indexes) if (!this.gone.has(index)) this.synced.add(index, 1)
      await this.save(handles, 'synced', indexes)
      await handles.state.datasync()
    })
  }

  private async write(work: () => Promise<void>): Promise<void> {
    const written = this.writes.then(work)
    this.writes = written.catch(() => {})
    try {
      await written
    } catch (cause) {
      throw diskFault(cause)
    }
  }

  /** Writes the bytes that hold the marks of `indexes`, which are in order. */
  private async save(
    { state }: BlobHandles,
    which: 'held' | 'synced',
    indexes: readonly number[],
  ): Promise<void> {
    const [first, last] = [indexes[0], indexes.at(-1)]
    if (first === undefined || last === undefined) return
    const from = first >>> 3
    const bytes = this[which].bytes(from, (last >>> 3) - from + 1)
    await writeTo(state, (which === 'held' ? this.layout.heldAt : this.layout.syncedAt) + from, bytes)
  }
}

function each(runs: Iterable<Run>, visit: (index: number) => void): void {
  for (const [from, count] of runs) for (let index = from; index < from + count; index++) visit(index)
}

/** Whether all bits of `wanted` are set in what was read, which may be shorter. */
function hasAll(read: Uint8Array, wanted: Uint8Array): boolean {
  return wanted.every((byte, at) => (byte & ~(read[at] ?? 0)) === 0)
}

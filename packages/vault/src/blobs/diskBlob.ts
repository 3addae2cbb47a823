/** One blob on the disk: see the port StoredBlob (spec §15.6). */
import {
  type Blob,
  type BlobId,
  CHUNK_BYTES,
  PAGE_HASHES,
  SEALED_CHUNK_BYTES,
  type ChunkSet,
  type ChunkShape,
  type PlainCopy,
  type PlainFile,
  type StoredBlob,
  type Tree,
  type TreeHash,
  deriveChunkKey,
  equalBytes,
  sealedChunkBytes,
} from '@triode/core'
import { diskFault } from '../diskFault.ts'
import {
  aborted,
  blobDamaged,
  blobGone,
  chunkAbsent,
  chunkDamaged,
  chunkMisplaced,
  jobFault,
  pageAbsent,
  rangeWrong,
} from './blobFaults.ts'
import type { BlobContext, BlobIdentity } from './blobContext.ts'
import { BlobMarks, type Run } from './blobMarks.ts'
import { checkChunks } from './checkChunks.ts'
import type { ChunkExecutor, ChunkResult, StoreCopy } from './chunkJob.ts'
import { fileRuns } from './fileRuns.ts'
import { bytesOf } from './heldBytes.ts'
import { pipelined } from './pipelined.ts'
import { type PlainRun, plainRuns } from './plainRuns.ts'
import { type BlobHandles, isElsewhere, readFrom, SharedFiles } from './sharedFiles.ts'
import { stateLayout } from './stateFile.ts'
import { TreePages } from './treePages.ts'
import { JOBS_AHEAD, PLAINTEXT_RUN_CHUNKS, RUN_CHUNKS, SYNC_CHUNKS } from './tuning.ts'
import { unnoted } from './unnoted.ts'

export class DiskBlob implements StoredBlob {
  readonly identity: BlobIdentity
  private readonly paths: { readonly chunks: string; readonly state: string }
  private readonly context: BlobContext
  private readonly marks: BlobMarks
  private readonly pages: TreePages
  private files: SharedFiles | undefined
  private isGone = false
  /** Its state was damaged or gone, and nobody asked since. */
  private isMended = false

  constructor(
    identity: BlobIdentity,
    paths: { readonly chunks: string; readonly state: string },
    context: BlobContext,
  ) {
    this.identity = identity
    this.paths = paths
    this.context = context
    const layout = stateLayout(identity.shape, identity.hash)
    this.marks = new BlobMarks(identity.shape.chunks, layout)
    const { hash, root, shape } = identity
    const tree: Tree = { primitives: context.primitives, hash, shape }
    this.pages = new TreePages(tree, root, layout)
  }

  get id(): BlobId {
    return this.identity.id
  }

  get shape(): ChunkShape {
    return this.identity.shape
  }

  get have(): ChunkSet {
    return this.marks.held
  }

  get isWhole(): boolean {
    return this.have.count === this.shape.chunks
  }

  get heldBytes(): number {
    return bytesOf(this.shape, this.marks.held)
  }

  /** @throws IntegrityFault 'blob-damaged' */
  requireSame({ size, root }: Pick<Blob, 'size' | 'root'>, hash: TreeHash): void {
    const { identity } = this
    const isSame = identity.hash === hash && identity.shape.size === size && equalBytes(identity.root, root)
    if (!isSame) throw blobDamaged()
  }

  page(level: number, index: number): Promise<Uint8Array | undefined> {
    return this.use(async (handles) => (await this.pages.page(handles, { level, index }))?.slice())
  }

  addPage(level: number, index: number, hashes: Uint8Array): Promise<boolean> {
    return this.use(async (handles) => {
      this.marks.touch()
      const fits = await this.pages.add(handles, { level, index }, hashes)
      // What lies there already needs not come again.
      if (fits && level === 0) await this.takeUnnoted(handles, [index * PAGE_HASHES, PAGE_HASHES])
      return fits
    })
  }

  read(from: number, count: number, into?: Uint8Array): Promise<Uint8Array> {
    return this.use(async ({ chunks }) => {
      this.requireHeld(from, count)
      const length = this.bytesOf(from, count)
      const sealed = await readFrom(chunks, from * SEALED_CHUNK_BYTES, length, into).catch(unreadable)
      if (sealed.length === length) return sealed
      await this.lose(range(from + Math.floor(sealed.length / SEALED_CHUNK_BYTES), from + count))
      throw chunkDamaged()
    })
  }

  add(from: number, sealed: Uint8Array, copy?: PlainCopy): Promise<number[]> {
    return this.use(async (handles) => {
      const count = Math.ceil(sealed.length / SEALED_CHUNK_BYTES)
      if (!this.isRun(from, count) || this.bytesOf(from, count) !== sealed.length) throw chunkMisplaced()
      const expected = await this.pages.hashesOf(handles, from, count)
      if (expected === undefined) throw pageAbsent()
      // What is a part of something larger can't be given away.
      const own = sealed.byteLength === sealed.buffer.byteLength ? sealed : sealed.slice()
      const { hash, shape } = this.identity
      const run = { hash, shape, from, count, fd: handles.chunks.fd }
      const { bad, uncopied = [] } = await this.run({
        kind: 'store',
        ...run,
        sealed: own,
        expected,
        ...(copy !== undefined && { copy: this.storeCopy(copy) }),
      })
      await this.took(handles, goodRuns(from, count, bad))
      const notCopied = [...bad, ...uncopied].sort((a, b) => a - b)
      for (const written of goodRuns(from, count, notCopied)) copy?.written(...written)
      return [...bad]
    })
  }

  private storeCopy({ secret, fd }: PlainCopy): StoreCopy {
    const { hash, shape } = this.identity
    return { key: deriveChunkKey(this.context.primitives, hash, secret), to: fd, size: shape.size }
  }

  /** Marks chunks that are written. */
  private async took(handles: BlobHandles, runs: readonly Run[]): Promise<void> {
    await this.marks.add(handles, runs)
    this.requireThere()
    this.told()
    if (this.marks.unsynced < SYNC_CHUNKS) return
    this.marks.unsynced = 0
    // Whoever needs it done calls sync, and is told then.
    this.sync().catch(() => {})
  }

  sync(): Promise<void> {
    return this.use(async (handles) => {
      await this.marks.sync(handles).finally(() => this.told())
    })
  }

  async *plaintext(secret: Uint8Array, from: number, to: number): AsyncIterable<Uint8Array> {
    for await (const { bytes } of this.opened(
      secret,
      from,
      to,
      PLAINTEXT_RUN_CHUNKS,
      (run, key, handles) => ({
        kind: 'open',
        ...run,
        key,
        shape: this.shape,
        fd: handles.chunks.fd,
      }),
    ))
      yield bytes
  }

  async copyTo(secret: Uint8Array, from: number, to: number, fd: number, position: number): Promise<void> {
    const copied = this.opened(secret, from, to, RUN_CHUNKS, (run, key, handles) => ({
      kind: 'copy',
      ...run,
      key,
      shape: this.shape,
      fd: handles.chunks.fd,
      to: fd,
      position: position + run.at - from,
    }))
    for await (const _ of copied);
  }

  async writeFiles(secret: Uint8Array, files: Iterable<PlainFile>): Promise<void> {
    const { shape } = this
    const made = this.openedRuns(secret, fileRuns(files, shape.size), (run, key, handles) => ({
      kind: 'files',
      ...run,
      key,
      shape,
      fd: handles.chunks.fd,
    }))
    for await (const _ of made);
  }

  private opened(
    secret: Uint8Array,
    from: number,
    to: number,
    runChunks: number,
    jobOf: JobOf<PlainRun>,
  ): AsyncGenerator<ChunkResult> {
    this.context.check()
    this.requireThere()
    if (!(from >= 0 && from <= to && to <= this.shape.size)) throw rangeWrong()
    const [first, end] = [Math.floor(from / CHUNK_BYTES), Math.ceil(to / CHUNK_BYTES)]
    if (first < end) this.requireHeld(first, end - first)
    return this.openedRuns(secret, plainRuns(from, to, runChunks), jobOf)
  }

  private async *openedRuns<R extends { readonly from: number; readonly count: number }>(
    secret: Uint8Array,
    runs: Iterable<R>,
    jobOf: JobOf<R>,
  ): AsyncGenerator<ChunkResult> {
    this.context.check()
    this.requireThere()
    const { primitives, executor } = this.context
    const key = deriveChunkKey(primitives, this.identity.hash, secret)
    try {
      yield* pipelined(runs, JOBS_AHEAD * executor.width, (run) =>
        this.use(async (handles) => {
          if (run.count > 0) this.requireHeld(run.from, run.count)
          const result = await this.run(jobOf(run, Uint8Array.from(key), handles))
          if (result.bad.length === 0) return result
          await this.lose(result.bad)
          throw chunkDamaged()
        }),
      )
    } finally {
      key.fill(0)
    }
  }

  check(
    options: {
      readonly only?: number
      readonly onProgress?: (bytes: number) => void
      readonly signal?: AbortSignal
    } = {},
  ): Promise<number[]> {
    const { only } = options
    return this.use(async (handles) => {
      if (only !== undefined && !this.have.has(only)) return []
      if (only === undefined) await this.takeUnnoted(handles)
      const runs: Run[] = only === undefined ? this.have.runs() : [[only, 1]]
      const bad = await this.recheck(handles, runs, options)
      await this.lose(bad)
      return bad
    })
  }

  async mend(): Promise<boolean> {
    // Somebody took the state away, or put another in its place: what is open is not what will be found.
    if (await this.use((handles) => isElsewhere(handles, this.paths.state))) await this.leave()
    return await this.use(async (handles) => {
      const wasMended = this.isMended
      this.isMended = false
      const isHeaderNew = await this.context.mendHeader(handles)
      const areMarksNew = await this.marks.mend(handles)
      if (!isHeaderNew && !areMarksNew) return wasMended
      // What vouches for the chunks may have gone with the rest.
      this.pages.forget()
      if (this.isWhole) await this.lose(await this.recheck(handles, [[0, this.shape.chunks]]))
      return true
    })
  }

  /** Counts chunks that lie in its file although its state says nothing of them, if they match: also what a kill left between a chunk and its mark. */
  private async takeUnnoted(handles: BlobHandles, within: Run = [0, this.shape.chunks]): Promise<void> {
    const { have, shape, heldBytes } = this
    const found = await unnoted(handles.chunks, shape, have, heldBytes, within)
    const count = found.reduce((sum, [, length]) => sum + length, 0)
    if (count === 0) return
    // Where all are there, the root vouches for pages that are not.
    const isAll = have.count + count === shape.chunks
    const bad = new Set(await this.recheck(handles, isAll ? [[0, shape.chunks]] : found))
    const good = found.flatMap(([from, length]) => {
      const wrong = range(from, from + length).filter((index) => bad.has(index))
      return goodRuns(from, length, wrong)
    })
    if (good.length === 0) return
    await this.marks.add(handles, good)
    this.told()
  }

  /** Hashes chunks anew. @returns those that don't match, or for which there is no hash */
  private recheck(
    handles: BlobHandles,
    runs: readonly Run[],
    options: { readonly onProgress?: (bytes: number) => void; readonly signal?: AbortSignal } = {},
  ): Promise<number[]> {
    const { context, identity, pages } = this
    const step = (bytes: number): void => {
      if (options.signal?.aborted === true) throw aborted(options.signal.reason)
      context.check()
      this.requireThere()
      options.onProgress?.(bytes)
    }
    return checkChunks({ context, identity, pages, handles, runs, step })
  }

  async close(): Promise<void> {
    const { files } = this
    if (files === undefined) return
    // What could not be synced counts as absent, or is hashed again; closing is not kept from it.
    if (!this.isGone) await this.sync().catch(() => {})
    await this.leave()
  }

  /** Lets go of its files without a sync. */
  async leave(): Promise<void> {
    const { files } = this
    this.files = undefined
    if (files === undefined) return
    this.context.closed()
    await files.leave()
  }

  /** Its files were deleted: whoever still uses it is told. */
  async end(): Promise<void> {
    this.isGone = true
    await this.leave()
  }

  /**
   * Reads the marks when it is first opened.
   * @param survived whether the machine ran on since they were written: if not, what was not synced is tested first
   * @param isMended what was there of its state was damaged or gone
   */
  load(survived: boolean, isMended: boolean): Promise<void> {
    return this.use(async (handles) => {
      const lacksMarks = await this.marks.load(handles)
      this.isMended = isMended || lacksMarks
      for (const [from, count] of survived ? [] : this.marks.takeDoubtful()) {
        const bad = await this.recheck(handles, [[from, count]])
        await this.marks.add(handles, goodRuns(from, count, bad))
      }
      if (!this.isWhole) await this.takeUnnoted(handles)
    })
  }

  /** Does something with its open files, which stay open for as long. */
  async use<T>(work: (handles: BlobHandles) => Promise<T>): Promise<T> {
    this.context.check()
    this.requireThere()
    const files = (this.files ??= this.openFiles())
    try {
      return await files.use(work)
    } catch (cause) {
      this.requireThere()
      throw diskFault(cause)
    }
  }

  private openFiles(): SharedFiles {
    const files = new SharedFiles(this.paths)
    this.context.opened()
    files.handles.catch(() => {
      // Next time they may open.
      if (this.files === files) this.leave().catch(() => {})
    })
    return files
  }

  private requireThere(): void {
    if (this.isGone) throw blobGone()
  }

  private async run(job: Parameters<ChunkExecutor['run']>[0]): Promise<ChunkResult> {
    const result = await this.context.executor.run(job)
    this.requireThere()
    if (result.failure !== undefined) throw jobFault(result.failure)
    return result
  }

  /** Damaged chunks count as absent. */
  private async lose(indexes: readonly number[]): Promise<void> {
    if (indexes.length === 0) return
    await this.use((handles) => this.marks.drop(handles, indexes)).finally(() => this.told())
  }

  private told(): void {
    if (!this.isGone) this.context.changed()
  }

  private requireHeld(from: number, count: number): void {
    if (!this.isRun(from, count)) throw chunkMisplaced()
    const absent = this.have.firstAbsent(from)
    if (absent !== undefined && absent < from + count) throw chunkAbsent()
  }

  private isRun(from: number, count: number): boolean {
    return Number.isInteger(from) && from >= 0 && count >= 1 && from + count <= this.shape.chunks
  }

  private bytesOf(from: number, count: number): number {
    return (count - 1) * SEALED_CHUNK_BYTES + sealedChunkBytes(this.shape, from + count - 1)
  }
}

type JobOf<R> = (run: R, key: Uint8Array, handles: BlobHandles) => Parameters<ChunkExecutor['run']>[0]

/** What is left of a run without `bad`, which is in order. */
function goodRuns(from: number, count: number, bad: readonly number[]): Run[] {
  const ends = [...bad, from + count]
  const starts = [from, ...bad.map((index) => index + 1)]
  return starts
    .map((start, at): Run => [start, (ends[at] ?? start) - start])
    .filter(([, length]) => length > 0)
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, at) => from + at)
}

/** A disk that can't read a chunk has none. */
function unreadable(cause: unknown): Uint8Array {
  if ((cause as NodeJS.ErrnoException).code === 'EIO') return new Uint8Array(0)
  throw cause
}

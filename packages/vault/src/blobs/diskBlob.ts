/** One blob on the disk: see the port StoredBlob (spec §15.6). */
import {
  type Blob,
  type BlobId,
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
} from './blobFaults.ts'
import type { BlobContext, BlobIdentity } from './blobContext.ts'
import { BlobMarks } from './blobMarks.ts'
import { checkChunks } from './checkChunks.ts'
import type { ChunkJob, ChunkResult, StoreCopy } from './chunkJob.ts'
import { bytesOf } from './heldBytes.ts'
import { BlobPlaintext } from './blobPlaintext.ts'
import { isRunOf, numbersOf, type Run, runsWithout, sealedBytesOf } from './runs.ts'
import { type BlobHandles, isElsewhere, readFrom, SharedFiles } from './sharedFiles.ts'
import { stateLayout } from './stateFile.ts'
import { TreePages } from './treePages.ts'
import { SYNC_CHUNKS } from './tuning.ts'
import { unnoted } from './unnoted.ts'

export class DiskBlob implements StoredBlob {
  readonly identity: BlobIdentity
  private readonly paths: { readonly chunks: string; readonly state: string }
  private readonly context: BlobContext
  private readonly marks: BlobMarks
  private readonly pages: TreePages
  private readonly reader: BlobPlaintext
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
    this.reader = new BlobPlaintext(identity, context, {
      requireUsable: () => this.requireUsable(),
      requireHeld: (from, count) => this.requireHeld(from, count),
      open: (from, count, jobOf) => this.open(from, count, jobOf),
    })
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
      const length = sealedBytesOf(this.shape, [from, count])
      const sealed = await readFrom(chunks, from * SEALED_CHUNK_BYTES, length, into).catch(unreadable)
      if (sealed.length === length) return sealed
      const read = Math.floor(sealed.length / SEALED_CHUNK_BYTES)
      await this.lose(numbersOf([from + read, count - read]))
      throw chunkDamaged()
    })
  }

  add(from: number, sealed: Uint8Array, copy?: PlainCopy): Promise<number[]> {
    return this.use(async (handles) => {
      const { hash, shape } = this.identity
      const count = Math.ceil(sealed.length / SEALED_CHUNK_BYTES)
      const fits = isRunOf(shape, [from, count]) && sealedBytesOf(shape, [from, count]) === sealed.length
      if (!fits) throw chunkMisplaced()
      const expected = await this.pages.hashesOf(handles, from, count)
      if (expected === undefined) throw pageAbsent()
      // What is a part of something larger can't be given away.
      const own = sealed.byteLength === sealed.buffer.byteLength ? sealed : sealed.slice()
      const run = { hash, shape, from, count, fd: handles.chunks.fd }
      const { bad, uncopied = [] } = await this.run({
        kind: 'store',
        ...run,
        sealed: own,
        expected,
        ...(copy !== undefined && { copy: this.storeCopy(copy) }),
      })
      await this.took(handles, runsWithout([from, count], bad))
      const notCopied = [...bad, ...uncopied].sort((a, b) => a - b)
      for (const written of runsWithout([from, count], notCopied)) copy?.written(...written)
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

  plaintext(secret: Uint8Array, from: number, to: number): AsyncIterable<Uint8Array> {
    return this.reader.plaintext(secret, from, to)
  }

  copyTo(secret: Uint8Array, from: number, to: number, fd: number, position: number): Promise<void> {
    return this.reader.copyTo(secret, from, to, fd, position)
  }

  writeFiles(secret: Uint8Array, files: Iterable<PlainFile>): Promise<void> {
    return this.reader.writeFiles(secret, files)
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
    const good = found.flatMap((run) => {
      const wrong = numbersOf(run).filter((index) => bad.has(index))
      return runsWithout(run, wrong)
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
      this.requireUsable()
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
      for (const run of survived ? [] : this.marks.takeDoubtful()) {
        const bad = await this.recheck(handles, [run])
        await this.marks.add(handles, runsWithout(run, bad))
      }
      if (!this.isWhole) await this.takeUnnoted(handles)
    })
  }

  /** Does something with its open files, which stay open for as long. */
  async use<T>(work: (handles: BlobHandles) => Promise<T>): Promise<T> {
    this.requireUsable()
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

  private requireUsable(): void {
    this.context.check()
    this.requireThere()
  }

  private requireThere(): void {
    if (this.isGone) throw blobGone()
  }

  private async run(job: ChunkJob): Promise<ChunkResult> {
    const result = await this.context.executor.run(job)
    this.requireThere()
    if (result.failure !== undefined) throw jobFault(result.failure)
    return result
  }

  /** Runs a job that opens chunks, for the reader. */
  private open(from: number, count: number, jobOf: (fd: number) => ChunkJob): Promise<ChunkResult> {
    return this.use(async ({ chunks }) => {
      if (count > 0) this.requireHeld(from, count)
      const result = await this.run(jobOf(chunks.fd))
      if (result.bad.length === 0) return result
      await this.lose(result.bad)
      throw chunkDamaged()
    })
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
    if (!isRunOf(this.shape, [from, count])) throw chunkMisplaced()
    const absent = this.have.firstAbsent(from)
    if (absent !== undefined && absent < from + count) throw chunkAbsent()
  }
}

/** A disk that can't read a chunk has none. */
function unreadable(cause: unknown): Uint8Array {
  if ((cause as NodeJS.ErrnoException).code === 'EIO') return new Uint8Array(0)
  throw cause
}

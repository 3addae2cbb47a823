/** Files that are to lie on the person's own disk once all of them is here: survives restarts, and tries again what failed for want of room. */
import { Fault, Unavailable, type Blob, type BlobId, type CircleId, type PlainCopy } from '@triode/core'
import { partsOfAttachment, type Catalog, type Named } from './catalog.ts'
import { canceled, fileGone, isFull, writingFault } from './faults.ts'
import { blobKey, type BlobKey } from './blobKey.ts'
import type { FileRecordBook } from './fileRecordBook.ts'
import type { SavingTo } from './fileRecords.ts'
import type { FolderIndexes } from './folderIndexes.ts'
import { FolderWriter } from './folderWriter.ts'
import { modeOfFile } from './modes.ts'
import type { OpenBlobs } from './openBlobs.ts'
import { partialOf, placeFile, placeFolder, removeLeft, removePartial, requireRoom } from './partial.ts'
import { PartialFile } from './partialFile.ts'
import { SavingAlong } from './savingAlong.ts'
import type { LeftOutLinks } from '../service.ts'
import { MAX_LEFT_OUT_NAMED, MAX_SAVING } from './tuning.ts'

export interface SavingOptions {
  readonly catalog: Catalog
  readonly book: FileRecordBook
  readonly open: OpenBlobs
  readonly indexes: FolderIndexes
  /** All of it was written, and gets its name now. @throws Fault: then it does not */
  readonly saves: (named: Named) => void
  readonly changed: (circle: CircleId, id: BlobId) => void
  readonly damaged: (circle: CircleId, id: BlobId) => void
  readonly fault: (fault: Fault, circle: CircleId) => void
}

interface Job {
  readonly key: BlobKey
  readonly circle: CircleId
  readonly id: BlobId
  readonly abort: AbortController
  running: Promise<void> | undefined
}

export class Saving {
  private readonly options: SavingOptions
  private readonly ahead: SavingAlong
  private readonly jobs = new Map<BlobKey, Job>()
  /** Why what was to be saved was not. */
  private readonly failures = new Map<BlobKey, Fault>()
  /** Links in a folder that was saved which that disk can't hold. */
  private readonly leftOut = new Map<BlobKey, LeftOutLinks>()
  private stopped = false

  constructor(options: SavingOptions) {
    this.options = options
    this.ahead = new SavingAlong(options)
  }

  /** Adds chunks of a blob that is fetched; where it is to be saved, they are written there as well. */
  along<T>(circle: CircleId, id: BlobId, add: (copy: PlainCopy | undefined) => Promise<T>): Promise<T> {
    return this.ahead.along(circle, id, add)
  }

  /** The disk is full: what was written of files that are not whole goes. */
  makeRoom(): Promise<void> {
    return this.ahead.makeRoom()
  }

  /** Saves it if all of it is here, and it is to be saved. */
  kick(circle: CircleId, id: BlobId): void {
    const key = blobKey(circle, id)
    if (this.stopped || this.jobs.has(key) || !this.isDue(circle, id)) return
    this.jobs.set(key, { key, circle, id, abort: new AbortController(), running: undefined })
    this.pump()
  }

  /** Those that failed for want of room, and those of before a restart. */
  kickAll(circles: Iterable<CircleId>): void {
    for (const circle of circles)
      for (const [id, { saving }] of this.options.book.of(circle).all())
        if (saving !== undefined) this.kick(circle, id)
  }

  failure(circle: CircleId, id: BlobId): Fault | undefined {
    return this.failures.get(blobKey(circle, id))
  }

  /** Of what was saved since the vault was unlocked. */
  linksLeftOut(circle: CircleId, id: BlobId): LeftOutLinks | undefined {
    return this.leftOut.get(blobKey(circle, id))
  }

  /** A new attempt: what became of the last counts no more. */
  clear(circle: CircleId, id: BlobId): void {
    this.failures.delete(blobKey(circle, id))
    this.leftOut.delete(blobKey(circle, id))
  }

  /** Nothing is written of it any more once this has resolved, and what was is gone: also what a process left that ended. */
  async cancel(
    circle: CircleId,
    id: BlobId,
    saving = this.options.book.get(circle, id)?.saving,
  ): Promise<void> {
    const key = blobKey(circle, id)
    const job = this.jobs.get(key)
    this.clear(circle, id)
    // Before anything is waited for: chunks that come meanwhile begin nothing new.
    this.options.book.change(circle, id, { saving: undefined })
    job?.abort.abort()
    this.jobs.delete(key)
    await job?.running
    await this.ahead.drop(circle, id)
    if (saving !== undefined) await removeLeft(saving).catch(() => undefined)
  }

  async stop(): Promise<void> {
    this.stopped = true
    const jobs = [...this.jobs.values()]
    this.jobs.clear()
    for (const { abort } of jobs) abort.abort()
    await Promise.all([...jobs.flatMap(({ running }) => running ?? []), this.ahead.stop()])
  }

  // ---- inside

  private isDue(circle: CircleId, id: BlobId): boolean {
    const { book, catalog } = this.options
    if (book.get(circle, id)?.saving === undefined) return false
    const named = catalog.find(circle, id)
    if (named?.part !== 'content') return false
    const parts = partsOfAttachment(named).filter(({ part }) => part !== 'preview')
    return parts.every(({ blob }) => book.get(circle, blob.id)?.whole === true)
  }

  private pump(): void {
    const waiting = [...this.jobs.values()].filter(({ running }) => running === undefined)
    for (const job of waiting.slice(0, MAX_SAVING - (this.jobs.size - waiting.length))) {
      job.running = this.run(job).finally(() => {
        if (this.jobs.get(job.key) === job) this.jobs.delete(job.key)
        if (!this.stopped) this.pump()
      })
    }
  }

  private async run(job: Job): Promise<void> {
    const { key, circle, id, abort } = job
    const { catalog, book, changed } = this.options
    const named = catalog.find(circle, id)
    const saving = book.get(circle, id)?.saving
    if (named === undefined || saving === undefined) return
    try {
      await this.save(named, saving, abort.signal)
      this.failures.delete(key)
    } catch (cause) {
      // Cut short: it is saved at the next start, or nobody wants it any more.
      if (!abort.signal.aborted) this.failed(job, cause)
    }
    if (!abort.signal.aborted) changed(circle, id)
  }

  private async save(named: Named, saving: SavingTo, signal: AbortSignal): Promise<void> {
    const partial = partialOf(saving.path, saving.mark)
    let leftOut: readonly string[] = []
    try {
      if (named.attachment.kind === 'folder') leftOut = await this.writeFolder(named, partial, signal)
      else await this.writeFile(named, saving, signal)
      if (signal.aborted) throw canceled()
      this.options.saves(named)
      if (named.attachment.kind === 'folder') await placeFolder(partial, saving.path)
      else await placeFile(partial, saving.path, saving.overwrite)
    } catch (cause) {
      await removePartial(partial).catch(() => undefined)
      throw writingFault(saving.path, cause)
    }
    const { circle, blob } = named
    if (leftOut.length > 0)
      this.leftOut.set(blobKey(circle.id, blob.id), {
        count: leftOut.length,
        paths: leftOut.slice(0, MAX_LEFT_OUT_NAMED),
      })
    this.options.book.change(circle.id, blob.id, { saving: undefined, savedTo: saving.path })
  }

  private async writeFile(named: Named, saving: SavingTo, signal: AbortSignal): Promise<void> {
    const { circle, blob, attachment } = named
    const mode = attachment.kind === 'file' ? modeOfFile(attachment) : modeOfFile({ executable: false })
    const file =
      (await this.ahead.take(circle.id, blob.id, saving)) ??
      (await begun(partialOf(saving.path, saving.mark), blob, mode))
    try {
      await this.options.open.during(circle, blob, (stored) =>
        file.finish(stored, attachment.modifiedAt, signal),
      )
    } finally {
      await file.close()
    }
  }

  private async writeFolder(named: Named, partial: string, signal: AbortSignal): Promise<string[]> {
    const { circle, blob, attachment } = named
    // Of an attempt that was cut short.
    await removePartial(partial)
    await requireRoom(partial, blob.size)
    const index = await this.options.indexes.of(named, signal)
    return await this.options.open.during(circle, blob, (stored) => {
      const writer = new FolderWriter({ stored, secret: blob.secret, signal })
      return writer.write(partial, index, attachment)
    })
  }

  /** What there is no room for is tried again; of the rest the person is told why, and may try again. */
  private failed({ key, circle, id }: Job, cause: unknown): void {
    const { book, catalog, damaged, fault: tell } = this.options
    const fault = faultOf(cause)
    if (fault.code === 'chunk-damaged' || fault.code === 'chunk-absent') {
      const named = catalog.find(circle, id)
      for (const { blob } of named === undefined ? [] : partsOfAttachment(named)) damaged(circle, blob.id)
      return
    }
    const isKnown = this.failures.get(key)?.code === fault.code
    this.failures.set(key, fault)
    if (!isFull(fault)) book.change(circle, id, { saving: undefined })
    if (!isKnown) tell(fault, circle)
  }
}

/** @throws Unavailable 'disk-full'; whatever the system says */
async function begun(partial: string, blob: Blob, mode: number): Promise<PartialFile> {
  // Of an attempt that was cut short: its room is free again.
  await removePartial(partial)
  await requireRoom(partial, blob.size)
  return await PartialFile.create(partial, blob, mode)
}

function faultOf(cause: unknown): Fault {
  if (!(cause instanceof Fault))
    return new Unavailable('saving-failed', { cause, message: 'The file could not be saved.' })
  return cause.code === 'blob-gone' ? fileGone() : cause
}

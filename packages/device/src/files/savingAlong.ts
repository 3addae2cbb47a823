/**
 * Files that are written where they are to be saved while they come: what is opened then need not be read and opened again. It is a
 * gain, and no more: whatever goes wrong here is tried anew, and told of, once all of the file is here.
 */
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { BlobId, CircleId, PlainCopy } from '@triode/core'
import { blobKey, type BlobKey } from './blobKey.ts'
import type { Catalog, Named } from './catalog.ts'
import type { FileRecordBook } from './fileRecordBook.ts'
import type { SavingTo } from './fileRecords.ts'
import { modeOfFile } from './modes.ts'
import { partialOf } from './partial.ts'
import { PartialFile } from './partialFile.ts'
import { RESERVE_MAX_BYTES, SAVE_ALONG_BYTES } from './tuning.ts'

export interface SavingAlongOptions {
  readonly catalog: Catalog
  readonly book: FileRecordBook
}

interface Begun {
  readonly mark: string
  /** Undefined: it can't be written while it comes, or not any more. */
  opened: Promise<PartialFile | undefined>
  file: PartialFile | undefined
}

export class SavingAlong {
  private readonly options: SavingAlongOptions
  private readonly begun = new Map<BlobKey, Begun>()
  private stopped = false

  constructor(options: SavingAlongOptions) {
    this.options = options
  }

  /** Adds chunks of a blob; the file gets them as well, once it is open. */
  along<T>(circle: CircleId, id: BlobId, add: (copy: PlainCopy | undefined) => Promise<T>): Promise<T> {
    const saving = this.options.book.get(circle, id)?.saving
    const one = saving === undefined || this.stopped ? undefined : this.oneOf(circle, id, saving)
    return one?.file === undefined ? add(undefined) : one.file.along(add)
  }

  /** Hands over what was written, to be finished. @returns undefined: nothing was */
  async take(circle: CircleId, id: BlobId, { mark }: SavingTo): Promise<PartialFile | undefined> {
    const key = blobKey(circle, id)
    const one = this.begun.get(key)
    this.begun.delete(key)
    const file = await one?.opened
    if (one?.mark === mark) return file
    await file?.remove()
    return undefined
  }

  /** Of this blob nothing is written any more once this has resolved, and what was is gone. */
  async drop(circle: CircleId, id: BlobId): Promise<void> {
    await this.dropOne(blobKey(circle, id))
  }

  /** What was written so far goes, and is made again once all of it is here. */
  async makeRoom(): Promise<void> {
    await Promise.all(
      [...this.begun.values()].map(async (one) => {
        const { opened } = one
        one.opened = Promise.resolve(undefined)
        one.file = undefined
        await (await opened)?.remove()
      }),
    )
  }

  async stop(): Promise<void> {
    this.stopped = true
    await Promise.all([...this.begun.keys()].map((key) => this.dropOne(key)))
  }

  private async dropOne(key: BlobKey): Promise<void> {
    const one = this.begun.get(key)
    this.begun.delete(key)
    await (await one?.opened)?.remove()
  }

  private oneOf(circle: CircleId, id: BlobId, saving: SavingTo): Begun | undefined {
    const key = blobKey(circle, id)
    const known = this.begun.get(key)
    if (known !== undefined) return known.mark === saving.mark ? known : undefined
    const named = this.options.catalog.find(circle, id)
    if (named === undefined) return undefined
    const opened = this.open(named, saving).catch(() => undefined)
    const one: Begun = { mark: saving.mark, opened, file: undefined }
    this.begun.set(key, one)
    void opened.then((file) => {
      if (one.opened === opened) one.file = file
    })
    return one
  }

  /** Undefined for what is not worth it, is a folder, or would fill the disk that it may need for its chunks. */
  private async open(named: Named, { path, mark }: SavingTo): Promise<PartialFile | undefined> {
    const { attachment, part, blob } = named
    if (attachment.kind !== 'file' || part !== 'content' || blob.size < SAVE_ALONG_BYTES) return undefined
    const { bavail, bsize } = await statfs(dirname(path))
    if (bavail * bsize < 2 * blob.size + RESERVE_MAX_BYTES) return undefined
    return PartialFile.create(partialOf(path, mark), blob, modeOfFile(attachment))
  }
}

/** Makes blobs of what is to be sent, or finds that they are here already (spec §15.3). */
import {
  BLOB_SECRET_BYTES,
  Fault,
  type Blob,
  type BlobId,
  type BlobSource,
  type BlobStore,
  type BlobsWithin,
  type ConversationId,
  type Random,
  type SealOptions,
  type SealStreamOptions,
  type StoredBlob,
} from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import { hashOf, type Catalog } from './catalog.ts'
import { canceled } from './faults.ts'
import type { FileRecordBook } from './fileRecordBook.ts'
import type { BlobPart } from './fileRecords.ts'
import type { OpenBlobs } from './openBlobs.ts'
import { isSameContent, SourceReader, type ContentReader } from './sameContent.ts'
import { MAX_COMPARED } from './tuning.ts'

export interface SealingOptions {
  readonly blobs: BlobStore
  readonly open: OpenBlobs
  readonly catalog: Catalog
  readonly book: FileRecordBook
  readonly random: Random
}

export interface SealedContent {
  readonly blob: Blob
  /** No message named it before. */
  readonly isNew: boolean
}

/** What is to become one blob, unless it is one already. */
export interface Compared {
  readonly size: number
  /** From the beginning, each time. */
  readonly reader: () => ContentReader
  /** A blob is one thing only, whatever its bytes: the id of a file is not that of a folder. */
  readonly kind: 'file' | 'folder'
  readonly part: BlobPart
  /** Blobs of the same message that no message names yet. */
  readonly beside: readonly Blob[]
  readonly onProgress: (bytes: number) => void
  readonly signal: AbortSignal
}

export interface Content extends Omit<Compared, 'reader'> {
  readonly sources: readonly BlobSource[]
}

export class Sealing {
  private readonly options: SealingOptions

  constructor(options: SealingOptions) {
    this.options = options
  }

  /** @throws CallerFault 'file-changed' | 'file-absent' | 'file-forbidden'; Unavailable 'disk-full' | 'canceled' */
  async seal(circle: CircleRuntime, conversation: ConversationId, content: Content): Promise<SealedContent> {
    const { sources, onProgress, signal } = content
    const reader = (): ContentReader => new SourceReader(sources)
    const same = await this.findSame(circle, conversation, { ...content, reader })
    if (signal.aborted) throw canceled()
    if (same !== undefined) return { blob: same, isNew: false }
    return { blob: await this.sealNew(circle, sources, { onProgress, signal }), isNew: true }
  }

  /** Whatever is here already. @throws as seal() */
  sealNew(circle: CircleRuntime, sources: readonly BlobSource[], options: SealOptions): Promise<Blob> {
    return this.within(circle, (store, secret) => store.seal(secret, hashOf(circle), sources, options))
  }

  /** Bytes as they come, whatever is here already. @throws as BlobsWithin.sealStream(), but 'canceled' */
  sealStream(
    circle: CircleRuntime,
    pieces: AsyncIterable<Uint8Array>,
    options: SealStreamOptions,
  ): Promise<Blob> {
    return this.within(circle, (store, secret) => store.sealStream(secret, hashOf(circle), pieces, options))
  }

  private async within(
    circle: CircleRuntime,
    work: (store: BlobsWithin, secret: Uint8Array) => Promise<Blob>,
  ): Promise<Blob> {
    const { blobs, random } = this.options
    try {
      return await work(blobs.within(circle.id), random.bytes(BLOB_SECRET_BYTES))
    } catch (fault) {
      throw fault instanceof Fault && fault.code === 'aborted' ? canceled() : fault
    }
  }

  /** Among what a conversation has whole here, the newest first. */
  async findSame(
    circle: CircleRuntime,
    conversation: ConversationId,
    content: Compared,
  ): Promise<Blob | undefined> {
    // Nothing is saved by not sending nothing.
    if (content.size === 0) return undefined
    for (const blob of content.beside)
      if (blob.size === content.size && (await this.isSame(circle, blob, content))) return blob
    const { catalog } = this.options
    const isHere = (id: BlobId): boolean =>
      catalog.isNamed(circle.id, conversation, id) && this.isWhole(circle, id)
    for (const id of this.candidates(circle, conversation, content)) {
      const named = catalog.findIn(circle, conversation, id)
      const blob = named?.attachment.kind === content.kind ? named.blob : undefined
      // It may go, or be dropped, while it is compared.
      if (blob !== undefined && (await this.isSame(circle, blob, content)) && isHere(id)) return blob
    }
    return undefined
  }

  private candidates(
    circle: CircleRuntime,
    conversation: ConversationId,
    { size, part }: Compared,
  ): BlobId[] {
    return [...this.options.book.of(circle.id).all()]
      .filter(([, one]) => one.size === size && one.part === part && one.whole)
      .filter(([, one]) => one.conversation === conversation)
      .sort(([, a], [, b]) => b.usedAt - a.usedAt)
      .slice(0, MAX_COMPARED)
      .map(([id]) => id)
  }

  private isSame(
    circle: CircleRuntime,
    blob: Blob,
    { reader, onProgress, signal }: Compared,
  ): Promise<boolean> {
    const compare = (stored: StoredBlob): Promise<boolean> =>
      isSameContent(stored, blob.secret, reader(), { onProgress, signal })
    return this.options.open.during(circle, blob, compare).catch(refuseUnlessStored)
  }

  private isWhole(circle: CircleRuntime, id: BlobId): boolean {
    return this.options.book.get(circle.id, id)?.whole === true
  }
}

/** What is stored can't be read: then it is not the same. */
function refuseUnlessStored(cause: unknown): false {
  if (cause instanceof Fault && STORED.has(cause.code)) return false
  throw cause
}

const STORED = new Set(['chunk-absent', 'chunk-damaged', 'store-damaged', 'blob-damaged', 'blob-gone'])

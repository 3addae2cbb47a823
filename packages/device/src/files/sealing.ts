/** Makes blobs of what is to be sent, or finds that they are here already (spec §15.3). */
import {
  BLOB_SECRET_BYTES,
  Fault,
  type Blob,
  type BlobId,
  type BlobSource,
  type BlobStore,
  type ConversationId,
  type Random,
  type StoredBlob,
} from '@triode/core'
import type { CircleRuntime } from '../circleRuntime.ts'
import { hashOf, type Catalog } from './catalog.ts'
import { canceled } from './faults.ts'
import type { FileRecordBook } from './fileRecordBook.ts'
import type { BlobPart } from './fileRecords.ts'
import type { OpenBlobs } from './openBlobs.ts'
import { isSameContent } from './sameContent.ts'
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

/** What is to become one blob. */
export interface Content {
  readonly sources: readonly BlobSource[]
  readonly size: number
  /** A blob is one thing only, whatever its bytes: the id of a file is not that of a folder. */
  readonly kind: 'file' | 'folder'
  readonly part: BlobPart
  /** Blobs of the same message that no message names yet. */
  readonly beside: readonly Blob[]
  readonly onProgress: (bytes: number) => void
  readonly signal: AbortSignal
}

export class Sealing {
  private readonly options: SealingOptions

  constructor(options: SealingOptions) {
    this.options = options
  }

  /** @throws CallerFault 'file-changed' | 'file-absent' | 'file-forbidden'; Unavailable 'disk-full' | 'canceled' */
  async seal(circle: CircleRuntime, conversation: ConversationId, content: Content): Promise<SealedContent> {
    const same = await this.findSame(circle, conversation, content)
    if (content.signal.aborted) throw canceled()
    if (same !== undefined) return { blob: same, isNew: false }
    const { blobs, random } = this.options
    const { sources, onProgress, signal } = content
    try {
      const secret = random.bytes(BLOB_SECRET_BYTES)
      const store = blobs.within(circle.id)
      return { blob: await store.seal(secret, hashOf(circle), sources, { onProgress, signal }), isNew: true }
    } catch (fault) {
      throw fault instanceof Fault && fault.code === 'aborted' ? canceled() : fault
    }
  }

  /** Among what a conversation has whole here, the newest first. */
  private async findSame(
    circle: CircleRuntime,
    conversation: ConversationId,
    content: Content,
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

  private candidates(circle: CircleRuntime, conversation: ConversationId, { size, part }: Content): BlobId[] {
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
    { sources, onProgress, signal }: Content,
  ): Promise<boolean> {
    const compare = (stored: StoredBlob): Promise<boolean> =>
      isSameContent(stored, blob.secret, sources, { onProgress, signal })
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

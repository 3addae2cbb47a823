/** What happens to the messages that name files, and with that to the files: they come to be known, change their names, or go. */
import type { BlobId, Change, CircleId, ConversationId } from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import type { Catalog } from './catalog.ts'
import type { FileRecordBook } from './fileRecordBook.ts'
import type { AtKeepers } from './keepers/atKeepers.ts'
import type { KeptChunks } from './keepers/keptChunks.ts'
import type { Stock } from './stock.ts'
import type { Uploads } from './uploads.ts'

export interface FollowingOptions {
  readonly catalog: Catalog
  readonly book: FileRecordBook
  readonly stock: Stock
  readonly uploads: Uploads
  readonly kept: KeptChunks
  readonly atKeepers: AtKeepers
  /** Takes what nobody waits for, and what it fails with. */
  readonly background: (work: Promise<void>) => void
}

export class Following {
  private readonly options: FollowingOptions

  constructor(options: FollowingOptions) {
    this.options = options
  }

  /** What happened to the messages of a conversation. */
  changes(circle: CircleRuntime, conversation: ConversationId, changes: readonly Change[]): void {
    const { catalog, stock, background } = this.options
    for (const change of changes) {
      if (change.kind === 'added') {
        stock.arrived(circle, conversation, change.id)
        for (const { blob } of catalog.named(circle, conversation, change.id))
          this.renamed(circle, conversation, blob.id)
      }
      if (change.kind !== 'blob-gone') continue
      background(stock.gone(circle, conversation, change.blob))
      this.renamed(circle, conversation, change.blob)
    }
  }

  /** Messages were handed over, nobody says which. */
  history(circle: CircleRuntime, conversation: ConversationId): void {
    const { catalog, book, stock, atKeepers } = this.options
    atKeepers.renamedAll(conversation)
    for (const id of catalog.ids(circle, conversation)) {
      if (book.get(circle.id, id) !== undefined) continue
      const named = catalog.findIn(circle, conversation, id)
      if (named !== undefined) stock.take(named)
    }
  }

  /** All that was written in a circle is erased, in the transaction around this. @returns what is to be called after it: chunks go then */
  forgetCircle(circle: CircleId): () => void {
    const { book, stock, uploads, kept, background } = this.options
    const records = [...book.of(circle).all()]
    book.erase(circle)
    return () => {
      background(uploads.forget(circle))
      background(stock.forgotten(circle, records))
      background(kept.forgetCircle(circle))
    }
  }

  private renamed(circle: CircleRuntime, conversation: ConversationId, blob: BlobId): void {
    this.options.atKeepers.renamed(conversation, blob)
    circle.participant.sync.keepers.filesChanged(conversation)
  }
}

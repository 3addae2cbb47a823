/** How each file stands: what its record, its transfers, its saving and keepers say of it, put together for faces. */
import type { BlobId, CircleId, ConversationId, MessageId } from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import { faultFields } from '../faultWords.ts'
import type { FileView } from '../service.ts'
import { mainParts, type Catalog, type Named } from './catalog.ts'
import type { FileRecordBook } from './fileRecordBook.ts'
import { BLOB_PART } from './fileRecords.ts'
import type { HeldBytes } from './heldBytes.ts'
import type { Incoming } from './incoming.ts'
import type { AtKeepers } from './keepers/atKeepers.ts'
import type { Saving } from './saving.ts'
import { fileView, type PartStatus } from './views.ts'

export interface FileViewsOptions {
  readonly catalog: Catalog
  readonly book: FileRecordBook
  readonly held: HeldBytes
  readonly incoming: Incoming
  readonly saving: Saving
  readonly atKeepers: AtKeepers
}

export class FileViews {
  private readonly options: FileViewsOptions

  constructor(options: FileViewsOptions) {
    this.options = options
  }

  of(named: Named): FileView {
    const { saving, atKeepers } = this.options
    const [content, index] = mainParts(named)
    const failure = saving.failure(named.circle.id, named.blob.id)
    const linksLeftOut = saving.linksLeftOut(named.circle.id, named.blob.id)
    const refusals = mainParts(named).map(({ circle, blob }) => atKeepers.refusal(circle.id, blob.id))
    return fileView(named, {
      content: this.status(content ?? named),
      index: index && this.status(index),
      refusal: refusals.find((one) => one !== undefined),
      ...(failure !== undefined && { notSaved: faultFields(failure) }),
      ...(linksLeftOut !== undefined && { linksLeftOut }),
    })
  }

  /** What a message brings. */
  ofMessage(circle: CircleRuntime, conversation: ConversationId, message: MessageId): FileView[] {
    const named = this.options.catalog.named(circle, conversation, message)
    return named.filter(({ part }) => part === BLOB_PART.content).map((one) => this.of(one))
  }

  /** By its id alone; undefined: no message names it as a file. */
  find(circle: CircleId, id: BlobId): FileView | undefined {
    const named = this.options.catalog.find(circle, id)
    return named?.part === BLOB_PART.content ? this.of(named) : undefined
  }

  private status({ circle, blob }: Named): PartStatus {
    const { book, held, incoming } = this.options
    return {
      record: book.get(circle.id, blob.id),
      progress: incoming.progress(circle.id, blob.id),
      held: held.get(circle.id, blob.id) ?? 0,
      blocked: incoming.blocked(circle.id, blob.id),
      isAsking: incoming.isAsking(circle.id, blob.id),
    }
  }
}

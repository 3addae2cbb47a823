/** What a person decides of a file: that it is fetched, stopped for a while, kept or dropped, with all of its parts. */
import type { BlobId, CircleId } from '@triode/core'
import type { FilePriority } from '../service.ts'
import { mainParts, type Named } from './catalog.ts'
import type { FileEvents } from './fileEvents.ts'
import type { FileRecordBook } from './fileRecordBook.ts'
import { BLOB_PART, type FileRecord, type SavingTo } from './fileRecords.ts'
import type { Incoming } from './incoming.ts'
import type { Saving } from './saving.ts'
import type { Stock } from './stock.ts'

export interface ChoicesOptions {
  readonly book: FileRecordBook
  readonly stock: Stock
  readonly incoming: Incoming
  readonly saving: Saving
  readonly events: FileEvents
  /** Others may have it no more, or again. */
  readonly changed: (circle: CircleId, id: BlobId) => void
}

export interface FetchHow {
  readonly priority?: FilePriority
  readonly saving?: SavingTo
}

export class Choices {
  private readonly options: ChoicesOptions

  constructor(options: ChoicesOptions) {
    this.options = options
  }

  /** Fetches all parts of it, and saves it if that was said. */
  fetch(named: Named, { priority, saving }: FetchHow): void {
    const { book, stock, events, changed } = this.options
    const { circle } = named
    for (const part of mainParts(named)) {
      const record = stock.take(part)
      const isHere = record.whole
      const paused = isHere && record.paused
      const wanted = book.change(circle.id, part.blob.id, {
        wanted: !isHere,
        evenCostly: true,
        byItself: false,
        paused,
        priority: priority ?? record.priority,
        ...(saving !== undefined && part.part === BLOB_PART.content && { saving }),
      })
      if (record.paused && !paused) changed(circle.id, part.blob.id)
      if (wanted !== undefined && !isHere) stock.want(part, wanted)
    }
    this.options.saving.clear(circle.id, named.blob.id)
    this.options.saving.kick(circle.id, named.blob.id)
    events.now(circle.id, named.blob.id)
  }

  /** Nothing of it is fetched, nor given to others. */
  async pause(named: Named): Promise<void> {
    await this.each(named, async ({ circle, blob }, record) => {
      if (!record.wanted && !record.whole) return
      this.options.book.change(circle.id, blob.id, { paused: true })
      this.options.changed(circle.id, blob.id)
      await this.options.incoming.unwant(circle.id, blob.id)
    })
  }

  async resume(named: Named): Promise<void> {
    await this.each(named, ({ circle, blob }, record) => {
      if (record.paused) this.options.book.change(circle.id, blob.id, { paused: false })
      this.options.changed(circle.id, blob.id)
      return Promise.resolve()
    })
    this.fetch(named, {})
  }

  pin(named: Named, pinned: boolean): Promise<void> {
    return this.each(named, ({ circle, blob }) => {
      this.options.book.change(circle.id, blob.id, { pinned, byItself: false })
      return Promise.resolve()
    })
  }

  /** All of it is here, and stays: it is only not to be saved any more. */
  async keepUnsaved({ circle, blob }: Named): Promise<void> {
    await this.options.saving.cancel(circle.id, blob.id)
    this.options.stock.tell(circle.id, blob.id)
  }

  /** Takes what is here of it away; it can be fetched again. */
  drop(named: Named): Promise<void> {
    return this.each(named, async ({ circle, blob }) => {
      await this.options.saving.cancel(circle.id, blob.id)
      await this.options.stock.evict(circle.id, blob.id)
    })
  }

  private async each(named: Named, work: (part: Named, record: FileRecord) => Promise<void>): Promise<void> {
    for (const part of mainParts(named)) await work(part, this.options.stock.take(part))
    this.options.stock.tell(named.circle.id, named.blob.id)
  }
}

/** Hashes what is here anew; what is damaged is named, and fetched again from whoever has it. */
import type { BlobId } from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import type { FileCheck } from '../service.ts'
import type { Catalog, Named } from './catalog.ts'
import type { FileRecordBook } from './fileRecordBook.ts'
import type { OpenBlobs } from './openBlobs.ts'
import { mainParts, type Stock } from './stock.ts'
import { BLOB_PART } from './fileRecords.ts'

export interface CheckingOptions {
  readonly catalog: Catalog
  readonly book: FileRecordBook
  readonly open: OpenBlobs
  readonly stock: Stock
  readonly circles: () => readonly CircleRuntime[]
}

export class Checking {
  private readonly options: CheckingOptions
  private readonly abort = new AbortController()

  constructor(options: CheckingOptions) {
    this.options = options
  }

  /** One file, or all of which something is here. @throws Unavailable 'aborted' when the device is locked meanwhile */
  async check(only?: Named): Promise<FileCheck> {
    let checked = 0
    const damaged: { id: BlobId; name: string; chunks: number }[] = []
    for (const named of only === undefined ? this.all() : [only]) {
      const chunks = await this.checkOne(named)
      checked++
      const { blob, name } = named.attachment
      if (chunks > 0) damaged.push({ id: blob.id, name, chunks })
    }
    return { checked, damaged }
  }

  stop(): void {
    this.abort.abort()
  }

  private async checkOne(named: Named): Promise<number> {
    const { open, stock } = this.options
    let damaged = 0
    for (const { circle, blob } of mainParts(named)) {
      if (!stock.hasSome(circle.id, blob.id)) continue
      const { signal } = this.abort
      const chunks = await open.during(circle, blob, (stored) => stored.check({ signal }))
      if (chunks.length > 0) stock.damaged(circle.id, blob.id, chunks.length)
      damaged += chunks.length
    }
    return damaged
  }

  private *all(): Generator<Named> {
    const { circles, book, catalog, stock } = this.options
    for (const circle of circles()) {
      for (const [id, { part }] of [...book.of(circle.id).all()]) {
        if (part !== BLOB_PART.content || !stock.hasSome(circle.id, id)) continue
        const named = catalog.find(circle.id, id)
        if (named !== undefined) yield named
      }
    }
  }
}

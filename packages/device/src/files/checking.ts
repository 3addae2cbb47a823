/** Hashes what is here anew; what is damaged is named, and fetched again from whoever has it. */
import { chunkShapeOf, Fault, type Blob, type BlobId } from '@triode/core'
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
      const hashed = open.during(circle, blob, async (stored) => (await stored.check({ signal })).length)
      const chunks = await hashed.catch((fault: unknown) => allOf(blob, fault))
      if (chunks > 0) stock.damaged(circle.id, blob.id, chunks)
      damaged += chunks
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

/** Chunks of it, where what lies in its place is of another. @throws any other fault */
function allOf({ size }: Blob, fault: unknown): number {
  if (fault instanceof Fault && fault.code === 'blob-damaged') return chunkShapeOf(size).chunks
  throw fault
}

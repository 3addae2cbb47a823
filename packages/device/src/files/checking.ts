/** Hashes what is here anew; what is damaged is named, and fetched again from whoever has it. */
import { chunkShapeOf, Fault, type Blob, type BlobId, type CircleId, type Clock } from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import type { DeviceEvent, FileCheck } from '../service.ts'
import { mainParts, type Catalog, type Named } from './catalog.ts'
import type { FileRecordBook } from './fileRecordBook.ts'
import type { OpenBlobs } from './openBlobs.ts'
import type { Stock } from './stock.ts'
import { BLOB_PART } from './fileRecords.ts'
import { FILE_EVENT_EVERY_MS } from './tuning.ts'

export interface CheckingOptions {
  readonly catalog: Catalog
  readonly book: FileRecordBook
  readonly open: OpenBlobs
  readonly stock: Stock
  readonly circles: () => readonly CircleRuntime[]
  readonly clock: Pick<Clock, 'elapsed'>
  /** Gets how far it is, at most so often as is told of files that go on. */
  readonly emit: (event: DeviceEvent) => void
}

/** What is to be looked at; it may be gone when its turn comes. */
interface Due {
  readonly circle: CircleId
  readonly id: BlobId
  readonly size: number
}

export class Checking {
  private readonly options: CheckingOptions
  private readonly abort = new AbortController()

  constructor(options: CheckingOptions) {
    this.options = options
  }

  /** One file, or all of which something is here. @throws Unavailable 'aborted' when the device is locked meanwhile */
  async check(only?: Named): Promise<FileCheck> {
    const due = only === undefined ? [...this.all()] : [dueOf(only)]
    const told = this.teller(due.reduce((sum, { size }) => sum + size, 0))
    let [checked, done] = [0, 0]
    const damaged: { id: BlobId; name: string; chunks: number }[] = []
    const mended: { id: BlobId; name: string }[] = []
    for (const { circle, id, size } of due) {
      const named = this.options.catalog.find(circle, id)
      if (named !== undefined) {
        const { blob, name } = named.attachment
        const before = done
        const chunks = await this.checkOne(named, (bytes) => {
          told(name, before + Math.min(size, bytes))
        })
        checked++
        if (chunks > 0) damaged.push({ id: blob.id, name, chunks })
        if (this.options.stock.wasMended(named.circle.id, blob.id)) mended.push({ id: blob.id, name })
      }
      done += size
    }
    return { checked, damaged, mended }
  }

  stop(): void {
    this.abort.abort()
  }

  private async checkOne(named: Named, onProgress: (bytes: number) => void): Promise<number> {
    const { open, stock } = this.options
    const { signal } = this.abort
    let damaged = 0
    for (const { circle, blob, part } of mainParts(named)) {
      if (!stock.hasSome(circle.id, blob.id)) continue
      // An index is a small part of it.
      const options = part === BLOB_PART.content ? { signal, onProgress } : { signal }
      const hashed = open.during(circle, blob, async (stored) => {
        const bad = await stored.check(options)
        if (await stored.mend()) stock.mended(circle.id, blob.id)
        return bad.length
      })
      const chunks = await hashed.catch((fault: unknown) => allOf(blob, fault))
      if (chunks > 0) stock.damaged(circle.id, blob.id, chunks)
      damaged += chunks
    }
    return damaged
  }

  private teller(of: number): (name: string, done: number) => void {
    const { clock, emit } = this.options
    let toldAt = -Infinity
    return (name, done) => {
      if (clock.elapsed() - toldAt < FILE_EVENT_EVERY_MS) return
      toldAt = clock.elapsed()
      emit({ type: 'file-check', name, done, of })
    }
  }

  private *all(): Generator<Due> {
    const { circles, book, stock } = this.options
    for (const circle of circles())
      for (const [id, { part, size }] of book.of(circle.id).all())
        if (part === BLOB_PART.content && stock.hasSome(circle.id, id)) yield { circle: circle.id, id, size }
  }
}

function dueOf({ circle, blob }: Named): Due {
  return { circle: circle.id, id: blob.id, size: blob.size }
}

/** Chunks of it, where what lies in its place is of another. @throws any other fault */
function allOf({ size }: Blob, fault: unknown): number {
  if (fault instanceof Fault && fault.code === 'blob-damaged') return chunkShapeOf(size).chunks
  throw fault
}

/** What takes files out of their chunks again: for whoever reads them, to see what a folder holds, and to save them. */
import type { CircleId, Fault } from '@triode/core'
import type { Catalog, Named } from './catalog.ts'
import type { FileRecordBook } from './fileRecordBook.ts'
import { FolderIndexes } from './folderIndexes.ts'
import type { Incoming } from './incoming.ts'
import type { OpenBlobs } from './openBlobs.ts'
import { Reading } from './reading.ts'
import { Saving } from './saving.ts'
import type { Stock } from './stock.ts'

export interface FilesToReadOptions {
  readonly catalog: Catalog
  readonly book: FileRecordBook
  readonly open: OpenBlobs
  readonly incoming: Incoming
  /** What stands on saving, and so comes after it. */
  readonly stock: () => Stock
  readonly isStopped: () => boolean
  /** Whoever reads goes on: that counts as use of the device. */
  readonly used: () => void
  /** Something is about to lie outside of the vault. @throws when that can't be entered in the audit log */
  readonly auditSaved: (named: Named) => void
  readonly tell: (fault: Fault, about: { readonly circle: CircleId }) => void
}

export interface FilesToRead {
  readonly reading: Reading
  readonly indexes: FolderIndexes
  readonly saving: Saving
}

export function filesToRead(options: FilesToReadOptions): FilesToRead {
  const { catalog, book, open, incoming, stock, isStopped, used } = options
  const reading = new Reading({
    ...{ catalog, open, incoming, isStopped, used },
    damaged: (circle, id) => {
      stock().damaged(circle, id, 1)
    },
  })
  const indexes = new FolderIndexes(
    reading,
    ({ circle, blob }) => book.get(circle.id, blob.id)?.whole === true,
  )
  const saving = new Saving({
    ...{ catalog, book, open, indexes, saves: options.auditSaved },
    changed: (circle, id) => {
      stock().used(circle, id)
      stock().tell(circle, id)
    },
    damaged: (circle, id) => {
      stock().damaged(circle, id)
    },
    fault: (fault, circle) => {
      options.tell(fault, { circle })
    },
  })
  return { reading, indexes, saving }
}

/** What this device sends: files on its disk and uploads, both sealed before a message names them. */
import type { BlobStore, Clock, Random } from '@triode/core'
import type { Catalog } from './catalog.ts'
import type { FileEvents } from './fileEvents.ts'
import type { FileRecordBook } from './fileRecordBook.ts'
import type { OpenBlobs } from './openBlobs.ts'
import { Outgoing } from './outgoing.ts'
import type { Quota } from './quota.ts'
import { Sealing } from './sealing.ts'
import type { Stock } from './stock.ts'
import { Uploads } from './uploads.ts'

export interface FilesToSendOptions {
  readonly blobs: BlobStore
  /** Where this device keeps its vault. */
  readonly home: string
  readonly catalog: Catalog
  readonly book: FileRecordBook
  readonly open: OpenBlobs
  readonly quota: Quota
  readonly stock: Stock
  readonly events: FileEvents
  readonly clock: Clock
  readonly random: Random
  /** An upload goes on: that counts as use of the device. */
  readonly used: () => void
}

export function filesToSend(options: FilesToSendOptions): {
  readonly uploads: Uploads
  readonly outgoing: Outgoing
} {
  const { blobs, home, catalog, book, open, quota, stock, events, clock, random, used } = options
  const sealing = new Sealing({ blobs, open, catalog, book, random })
  const uploads = new Uploads({ sealing, open, quota, clock, random, used })
  const outgoing = new Outgoing({
    ...{ sealing, uploads, catalog, book, open, quota, home, clock, random },
    damaged: (circle, id) => {
      stock.damaged(circle, id, 1)
    },
    changed: (circle, id) => {
      events.note(circle, id)
    },
    over: (id, { circle, conversation }) => {
      events.gone(circle.id, id, conversation.id)
    },
  })
  return { uploads, outgoing }
}

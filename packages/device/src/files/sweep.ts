/** At the start: what lies here is compared with what the messages name, so that a crash, a restore or a hand on the files leaves nothing behind. */
import { chunkShapeOf, type BlobId, type BlobStore, type ConversationId } from '@triode/core'
import type { CircleRuntime } from '../circleRuntime.ts'
import { conversationsOf, type Catalog } from './catalog.ts'
import type { FileRecordBook } from './fileRecordBook.ts'
import type { Stock } from './stock.ts'

export interface SweepOptions {
  readonly blobs: BlobStore
  readonly catalog: Catalog
  readonly book: FileRecordBook
  readonly stock: Stock
  readonly circles: () => readonly CircleRuntime[]
  /** Lets others do something meanwhile. */
  readonly pause: () => Promise<void>
  readonly isStopped: () => boolean
}

/** Blobs that are looked at between two pauses. */
const BATCH = 32

/** What lies here, by id. */
export type Held = ReadonlyMap<BlobId, number>

/** Notes what is here of each file, and which are not whole any more. @returns it */
export async function takeStock({ blobs, book, stock, circles }: SweepOptions): Promise<Held> {
  const held = new Map<BlobId, number>()
  for (const { id, name, heldBytes } of await blobs.list()) {
    if (id === undefined) await blobs.discard(name)
    else held.set(id, heldBytes)
  }
  for (const circle of circles()) {
    for (const [id, { whole, size }] of [...book.of(circle.id).all()]) {
      const bytes = held.get(id) ?? 0
      if (whole && bytes < chunkShapeOf(size).sealedBytes) stock.damaged(circle.id, id)
      if (bytes > 0) stock.noteHeld(circle.id, id, bytes)
    }
  }
  return held
}

/** Takes up what was wanted, and removes what nobody names. */
export async function sweep(options: SweepOptions, held: Held): Promise<void> {
  const { blobs, catalog, circles, isStopped } = options
  for (const circle of circles()) {
    for (const conversation of conversationsOf(circle)) await takeUp(options, circle, conversation)
    forgetUnnamed(options, circle)
  }
  for (const id of held.keys()) {
    if (isStopped()) return
    // Of a sending that was cut short, or of a message that went while nobody could follow.
    if (catalog.lookUp(id) === undefined) await blobs.remove(id)
  }
}

async function takeUp(
  { catalog, book, stock, pause, isStopped }: SweepOptions,
  circle: CircleRuntime,
  conversation: ConversationId,
): Promise<void> {
  let looked = 0
  for (const id of catalog.ids(circle, conversation)) {
    if (isStopped()) return
    const known = book.get(circle.id, id)
    if (known?.wanted === false) continue
    const named = catalog.findIn(circle, conversation, id)
    if (named !== undefined) stock.take(named)
    if (++looked % BATCH === 0) await pause()
  }
}

function forgetUnnamed({ catalog, book }: SweepOptions, circle: CircleRuntime): void {
  for (const id of [...book.of(circle.id).all().keys()])
    if (!catalog.isNamedAnywhere(circle, id)) book.of(circle.id).delete(id)
}

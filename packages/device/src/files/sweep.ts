/** At the start: what lies here is compared with what the messages name, so that a crash, a restore or a hand on the files leaves nothing behind. */
import { chunkShapeOf, type BlobId, type BlobStore, type CircleId, type ConversationId } from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import { conversationsOf, type Catalog } from './catalog.ts'
import type { FileRecordBook } from './fileRecordBook.ts'
import { removeLeft } from './partial.ts'
import type { Stock } from './stock.ts'

export interface SweepOptions {
  readonly blobs: BlobStore
  readonly catalog: Catalog
  readonly book: FileRecordBook
  readonly stock: Stock
  /** Whether it is held for others. */
  readonly isKept: (circle: CircleId, id: BlobId) => boolean
  readonly circles: () => readonly CircleRuntime[]
  /** Lets others do something meanwhile. */
  readonly pause: () => Promise<void>
  readonly isStopped: () => boolean
}

/** Blobs that are looked at between two pauses. */
const BATCH = 32

/** What lies here, of each circle by id; and how that is called which belongs to none. */
export interface Held {
  /** Bytes of each; 0 also where something lies that says nothing of itself. */
  readonly circles: ReadonlyMap<CircleId, ReadonlyMap<BlobId, number>>
  readonly strays: readonly string[]
}

/** Notes what is here of each file, and which are not whole any more. @returns it */
export async function takeStock({ blobs, book, stock, circles }: SweepOptions): Promise<Held> {
  const strays = new Set((await blobs.list()).map(({ name }) => name))
  const all = new Map<CircleId, Map<BlobId, number>>()
  for (const circle of circles()) {
    const held = new Map<BlobId, number>()
    for (const { id, name, heldBytes } of await blobs.within(circle.id).list()) {
      strays.delete(name)
      if (id !== undefined) held.set(id, heldBytes)
    }
    all.set(circle.id, held)
    for (const [id, { whole, size }] of [...book.of(circle.id).all()]) {
      const bytes = held.get(id) ?? 0
      if (whole && bytes < chunkShapeOf(size).sealedBytes) stock.damaged(circle.id, id)
      if (bytes > 0) stock.noteHeld(circle.id, id, bytes)
    }
  }
  if (strays.size > 0)
    for (const [circle, id, name] of notFound({ blobs, book, circles }, all))
      if (strays.delete(name)) all.get(circle)?.set(id, 0)
  return { circles: all, strays: [...strays] }
}

/** Of what is meant to be here and was not found: what lies there may say nothing of itself any more, and its chunks be whole all the same. */
function* notFound(
  { blobs, book, circles }: Pick<SweepOptions, 'blobs' | 'book' | 'circles'>,
  found: Held['circles'],
): Generator<readonly [circle: CircleId, id: BlobId, name: string]> {
  for (const circle of circles()) {
    const within = blobs.within(circle.id)
    const records = [...book.of(circle.id).all()].filter(([, { whole, wanted }]) => whole || wanted)
    const known = records.map(([id]) => id)
    for (const id of [...known, ...circle.participant.keeping.kept.blobs.all().keys()])
      if (found.get(circle.id)?.has(id) !== true) yield [circle.id, id, within.nameOf(id)]
  }
}

/** Takes up what was wanted, and removes what nobody names. */
export async function sweep(options: SweepOptions, held: Held): Promise<void> {
  const { blobs, catalog, circles, isStopped } = options
  for (const circle of circles()) {
    for (const conversation of conversationsOf(circle)) await takeUp(options, circle, conversation)
    await forgetUnnamed(options, circle)
  }
  for (const [circle, ids] of held.circles) {
    for (const id of ids.keys()) {
      if (isStopped()) return
      // Of a sending that was cut short, or of a message that went while nobody could follow.
      if (catalog.find(circle, id) === undefined && !options.isKept(circle, id))
        await blobs.within(circle).remove(id)
    }
  }
  for (const name of held.strays) {
    if (isStopped()) return
    await blobs.discard(name)
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

/** And what was being saved of it. */
async function forgetUnnamed({ catalog, book }: SweepOptions, circle: CircleRuntime): Promise<void> {
  for (const [id, { saving }] of [...book.of(circle.id).all()]) {
    if (catalog.isNamedAnywhere(circle, id)) continue
    if (saving !== undefined) await removeLeft(saving).catch(() => undefined)
    book.of(circle.id).delete(id)
  }
}

/** What is here of each file, and what is wanted of it: the records, and what follows from a change of them. */
import {
  IntegrityFault,
  type BlobId,
  type CircleId,
  type Clock,
  type ConversationId,
  type MemberId,
  type MessageId,
} from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import type { FileSettings } from '../service.ts'
import { wasPutOut, type Catalog, type Named } from './catalog.ts'
import { blobKey, type BlobKey } from './blobKey.ts'
import type { Delivered } from './delivered.ts'
import { fileMended } from './faults.ts'
import type { FileEvents } from './fileEvents.ts'
import type { FileRecordBook } from './fileRecordBook.ts'
import { BLOB_PART, sentOnToo, type FileRecord } from './fileRecords.ts'
import type { HeldBytes } from './heldBytes.ts'
import type { Incoming } from './incoming.ts'
import type { Wish } from './places.ts'
import { judged } from './judging.ts'
import type { OpenBlobs } from './openBlobs.ts'
import type { Evictable, Quota } from './quota.ts'
import type { Saving } from './saving.ts'
import { shareOf } from './shares.ts'
import { USED_EVERY_MS } from './tuning.ts'
import { deliveredOf } from './views.ts'

/** What the stock works with. */
export interface StockParts {
  readonly catalog: Catalog
  readonly book: FileRecordBook
  readonly held: HeldBytes
  readonly open: OpenBlobs
  readonly incoming: Incoming
  readonly saving: Saving
  readonly delivered: Delivered
  readonly events: FileEvents
  readonly quota: Quota
  readonly clock: Clock
  readonly circles: () => readonly CircleRuntime[]
  readonly settings: () => FileSettings
  /** Whether somebody reads it just now. */
  readonly isRead: (circle: CircleId, id: BlobId) => boolean
  /** What is here of a blob changed otherwise than by fetching it. */
  readonly changed: (circle: CircleId, id: BlobId) => void
  readonly fault: (fault: IntegrityFault, circle: CircleId) => void
  readonly failed: (cause: unknown) => void
}

export class Stock {
  private readonly parts: StockParts
  /** Files of which something was mended, and no check has named since. */
  private readonly mendedOf = new Set<BlobKey>()

  constructor(parts: StockParts) {
    this.parts = parts
  }

  // ---- what happens to messages

  /** A message came. */
  arrived(circle: CircleRuntime, conversation: ConversationId, message: MessageId): void {
    const { catalog, events } = this.parts
    for (const named of catalog.named(circle, conversation, message)) {
      this.take(named)
      this.calledBy(named)
      this.sentOnBy(named)
      // Who asked before this came was told that it is not known here.
      if (this.hasSome(circle.id, named.blob.id)) this.parts.changed(circle.id, named.blob.id)
      if (named.part === BLOB_PART.content) events.now(circle.id, named.blob.id)
    }
  }

  /** Who sends on what is here hears that it is. */
  private sentOnBy({ circle, conversation, message, blob }: Named): void {
    const { book, delivered } = this.parts
    const record = book.get(circle.id, blob.id)
    if (record === undefined || message.member === circle.member) return
    // Who reads it no more has nothing to give.
    if (wasPutOut(circle, record.conversation, message.member)) return
    const changed = sentOnToo(record, { by: message.member, conversation })
    if (changed === record) return
    book.change(circle.id, blob.id, { sentOn: changed.sentOn })
    if (record.whole) delivered.complete(circle.id, blob.id)
  }

  /** Whoever named it first may call it otherwise later; nobody else may. */
  private calledBy({ circle, conversation, message, part, blob }: Named): void {
    const { book } = this.parts
    const record = book.get(circle.id, blob.id)
    if (record?.from !== message.member || record.conversation !== conversation || record.part !== part)
      return
    if (record.message !== message.id) book.change(circle.id, blob.id, { message: message.id })
  }

  /** Makes a record of what has none, and fetches what is wanted. */
  take(named: Named): FileRecord {
    const { book, settings, clock } = this.parts
    const { circle, blob } = named
    const records = book.of(circle.id)
    let record = records.get(blob.id)
    if (record === undefined) {
      record = judged(named, settings(), records.byItself(named.message.member), clock.now())
      records.set(blob.id, record)
    } else if (record.part !== BLOB_PART.content && named.part === BLOB_PART.content) {
      record = this.asContent(named, record)
    }
    if (isFetched(record)) this.want(named, record)
    return record
  }

  /** Somebody named it as less than it is before this came. */
  private asContent(named: Named, record: FileRecord): FileRecord {
    const { book, settings, clock } = this.parts
    const { circle, blob } = named
    const taken = book.of(circle.id).byItself(named.message.member)
    const { wanted, ...as } = judged(named, settings(), taken, clock.now())
    const { part, conversation, from, message, evenCostly, byItself } = as
    const isNew = wanted && !record.wanted && !record.whole
    // What was not to come as the less it was named as comes now, and counts as that.
    const comes = isNew && { wanted, evenCostly, byItself }
    const changes = { part, conversation, from, message, ...comes }
    const changed = book.change(circle.id, blob.id, changes)
    if (changed?.byItself === true && from !== record.from && this.isBeyond(circle, from))
      this.evict(circle.id, blob.id).catch(this.parts.failed)
    return book.get(circle.id, blob.id) ?? record
  }

  /** No message of the conversation names it any more: it goes, unless another conversation of the circle has it. */
  async gone(circle: CircleRuntime, conversation: ConversationId, id: BlobId): Promise<void> {
    const { catalog, book, events, open, incoming, saving } = this.parts
    const other = catalog.find(circle.id, id)
    if (other !== undefined) {
      const { conversation: there, message } = other
      const changes = { conversation: there, from: message.member, message: message.id }
      const record = book.change(circle.id, id, changes)
      // Whoever names what another sent, who deletes that, has not more than a share by it.
      if (record?.byItself === true && this.isBeyond(circle, message.member)) await this.evict(circle.id, id)
      return
    }
    const { part, saving: savingTo } = book.get(circle.id, id) ?? {}
    book.of(circle.id).delete(id)
    this.parts.held.delete(circle.id, id)
    if (part === BLOB_PART.content) events.gone(circle.id, id, conversation)
    await Promise.all([saving.cancel(circle.id, id, savingTo), incoming.forget(circle.id, id)])
    this.parts.changed(circle.id, id)
    await open.remove(circle.id, id)
  }

  private isBeyond(circle: CircleRuntime, member: MemberId): boolean {
    const { book, settings } = this.parts
    return member !== circle.member && book.of(circle.id).byItself(member) > shareOf(settings())
  }

  /** Of a circle that is erased nothing stays. */
  async forgotten(circle: CircleId, records: readonly (readonly [BlobId, FileRecord])[]): Promise<void> {
    const { events, open, incoming, saving } = this.parts
    for (const [id, { part, conversation, saving: savingTo }] of records) {
      this.parts.held.delete(circle, id)
      if (part === BLOB_PART.content) events.gone(circle, id, conversation)
      await Promise.all([saving.cancel(circle, id, savingTo), incoming.forget(circle, id)])
      this.parts.changed(circle, id)
      await open.remove(circle, id)
    }
  }

  // ---- what is decided of a blob

  /** Fetches it as its record says. */
  want(named: Named, record: FileRecord): void {
    this.parts.incoming.want(named, wishOf(record))
  }

  /** Takes it away. */
  async evict(circle: CircleId, id: BlobId): Promise<void> {
    const { book, incoming, open, changed } = this.parts
    const none = { whole: false, wanted: false, paused: false, pinned: false, saving: undefined, toldTo: [] }
    book.change(circle, id, none)
    this.parts.held.delete(circle, id)
    await incoming.forget(circle, id)
    await open.remove(circle, id)
    changed(circle, id)
    this.tell(circle, id)
  }

  // ---- what happens to chunks

  /** All of a blob came. */
  whole(circle: CircleId, id: BlobId): void {
    const { book, delivered, quota, saving, clock, catalog } = this.parts
    const done = { whole: true, wanted: false, usedAt: clock.now() }
    if (book.change(circle, id, done) === undefined) return
    this.parts.held.delete(circle, id)
    delivered.complete(circle, id)
    this.tell(circle, id)
    const main = catalog.find(circle, id)?.attachment.blob.id
    if (main !== undefined) saving.kick(circle, main)
    quota.keep().catch(this.parts.failed)
  }

  /** A device has all of it: what is one's own may go then. */
  delivered(circle: CircleId, id: BlobId): void {
    this.tell(circle, id)
    this.parts.quota.keep().catch(this.parts.failed)
  }

  /** Chunks of it turned out to be damaged, and count as absent: they are fetched anew. */
  damaged(circle: CircleId, id: BlobId, chunks?: number): void {
    const { book, held, catalog, fault } = this.parts
    const record = book.change(circle, id, { whole: false, wanted: true, evenCostly: true, toldTo: [] })
    const named = catalog.find(circle, id)
    if (record === undefined || named === undefined) return
    // Some of it is here, as far as anybody knows.
    if (held.get(circle, id) === undefined) held.set(circle, id, 0)
    this.parts.changed(circle, id)
    if (chunks !== undefined && chunks > 0) fault(damagedFault(chunks), circle)
    if (isFetched(record)) this.want(named, record)
    this.tell(circle, id)
  }

  /** What is noted here of its chunks was damaged or gone, and was made anew from them. */
  mended(circle: CircleId, id: BlobId): void {
    const { catalog, fault } = this.parts
    const name = catalog.find(circle, id)?.attachment.name
    if (name === undefined) return
    this.mendedOf.add(blobKey(circle, this.mainOf(circle, id)))
    fault(fileMended(name), circle)
  }

  /** Whether something of the file was mended since this was asked last. */
  wasMended(circle: CircleId, id: BlobId): boolean {
    return this.mendedOf.delete(blobKey(circle, id))
  }

  /** Transfers say more of it. */
  moved(circle: CircleId, id: BlobId): void {
    const { incoming, held, events } = this.parts
    const progress = incoming.progress(circle, id)
    if (progress !== undefined) held.set(circle, id, progress.have)
    incoming.moved(circle, id)
    events.note(circle, this.mainOf(circle, id))
  }

  /** So many bytes of sealed chunks were found here. */
  noteHeld(circle: CircleId, id: BlobId, bytes: number): void {
    const { book, held } = this.parts
    if (book.get(circle, id)?.whole === false) held.set(circle, id, bytes)
  }

  /** Whether any of its chunks may be here. */
  hasSome(circle: CircleId, id: BlobId): boolean {
    const { book, held } = this.parts
    return book.get(circle, id)?.whole === true || held.get(circle, id) !== undefined
  }

  /** Whether others may have what is here of it. */
  isGiven(circle: CircleId, id: BlobId): boolean {
    return this.hasSome(circle, id) && this.parts.book.get(circle, id)?.paused !== true
  }

  /** It was read or saved. */
  used(circle: CircleId, id: BlobId): void {
    const { book, clock } = this.parts
    const record = book.get(circle, id)
    if (record === undefined) return
    if (record.byItself || clock.now() - record.usedAt > USED_EVERY_MS)
      book.change(circle, id, { usedAt: clock.now(), byItself: false })
  }

  /** Bytes here of what is larger than `limit`, and goes once it is saved. */
  passing(limit: number): number {
    let bytes = 0
    for (const { id: circle } of this.parts.circles())
      for (const [id, { saving, pinned, size, whole }] of this.parts.book.of(circle).all())
        if (saving !== undefined && !pinned && size > limit)
          bytes += whole ? size : (this.parts.held.get(circle, id) ?? 0)
    return bytes
  }

  evictable(): Evictable[] {
    return this.parts.circles().flatMap((circle) =>
      [...this.parts.book.of(circle.id).all()].flatMap(([id, record]) => {
        const { usedAt, size } = record
        return this.mayGo(circle, id, record) ? [{ circle: circle.id, id, usedAt, bytes: size }] : []
      }),
    )
  }

  /** Tells of the file that a blob is a part of. */
  tell(circle: CircleId, id: BlobId): void {
    this.parts.events.now(circle, this.mainOf(circle, id))
  }

  // ---- inside

  private mainOf(circle: CircleId, id: BlobId): BlobId {
    const record = this.parts.book.get(circle, id)
    if (record === undefined || record.part === BLOB_PART.content) return id
    return this.parts.catalog.find(circle, id)?.attachment.blob.id ?? id
  }

  /**
   * What nobody misses: it can be fetched again. What this member sent, or sent on, goes once all have it for whom a message of its own is,
   * in whichever conversation: who lacks it may know of nobody else who has it.
   */
  private mayGo(circle: CircleRuntime, id: BlobId, record: FileRecord): boolean {
    const { whole, pinned, saving, part, from } = record
    if (!whole || pinned || saving !== undefined || part !== BLOB_PART.content) return false
    if (this.parts.isRead(circle.id, id)) return false
    const sent = this.parts.catalog.namedBy(circle, circle.member, id)
    if (sent.length === 0) return from !== circle.member
    const tallies = sent.map((named) => deliveredOf(named, record))
    return tallies.every(({ count, of }) => count >= of) && tallies.some(({ of }) => of > 0)
  }
}

function isFetched({ wanted, whole, paused }: FileRecord): boolean {
  return wanted && !whole && !paused
}

function wishOf({ priority, evenCostly, part }: FileRecord): Wish {
  return { priority, evenCostly, isSmallPart: part !== BLOB_PART.content }
}

function damagedFault(chunks: number): IntegrityFault {
  return new IntegrityFault('file-damaged', {
    details: { chunks },
    message: `${String(chunks)} chunks of a file were damaged on the disk; they are fetched anew.`,
    remedy: 'Look at the disk: `triode file check` hashes all files.',
  })
}

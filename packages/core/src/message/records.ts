/** The records of one conversation at rest (spec §11.8): read when first needed, written back at the flush. */
import { CallerFault } from '../fault.ts'
import { FileRefs } from '../file/fileRefs.ts'
import type { ConversationId, FeedId, MemberId, MessageId } from '../id.ts'
import type { SearchIndex } from '../ports/search.ts'
import type { RecordMap, RecordSeries, SeriesRange, Store } from '../ports/store.ts'
import type { Suite } from '../crypto/suite.ts'
import { hasTrueIds } from './attachments.ts'
import { Authors } from './authors.ts'
import { tryDecodeContent, type Body, type Content } from './content.ts'
import { Counters } from './counters.ts'
import { Expiries } from './expiries.ts'
import { parseMessageId } from './messageId.ts'
import { Order, type Position } from './order.ts'
import { Pending } from './pending.ts'
import { Places } from './places.ts'
import { decodeRow, encodeRow, type Row } from './row.ts'
import { damagedRecord } from '../codec/stored.ts'

export interface TimelineOptions {
  readonly store: Store
  readonly conversation: ConversationId
  /** Oneself: of whose messages none is unread. */
  readonly me: MemberId
  readonly suite: Pick<Suite, 'expand'>
  /** The circle-wide secret that breaks ties of order (spec §11.3). */
  readonly orderKey: Uint8Array
  /** Up to where another device of this member has read a feed; default: nowhere. */
  readonly readUpTo?: (feed: FeedId) => number
  /** Kept up to date from now on; `fillSearch` brings in what is there. */
  readonly search?: SearchIndex
}

/** A row where it stands. */
export interface Placed {
  readonly position: Position
  readonly row: Row
}

export class Records {
  readonly map: RecordMap
  readonly order: Order
  readonly authors: Authors
  readonly places: Places
  readonly counters: Counters
  readonly expiries: Expiries
  /** When what is sealed goes from the feeds, by message id. */
  readonly erasures: Expiries
  readonly pending: Pending
  readonly files: FileRefs
  /** Of those: which name it as a file or folder itself. */
  readonly contents: FileRefs
  private readonly options: TimelineOptions
  private readonly name: string
  private readonly rows: RecordSeries
  /** Texts to put into the search index at the flush; undefined removes. */
  private readonly toSearch = new Map<MessageId, string | undefined>()

  constructor(options: TimelineOptions) {
    const { store } = options
    this.options = options
    this.name = `timeline/${options.conversation}`
    this.rows = store.series(this.name)
    this.map = store.map(this.name)
    this.order = new Order(options.suite, options.orderKey)
    this.authors = new Authors(this.map)
    this.places = new Places(this.map)
    this.counters = new Counters(this.map)
    this.expiries = new Expiries(this.map, 'expiries')
    this.erasures = new Expiries(this.map, 'erasures')
    this.pending = new Pending(store.map(`${this.name}/pending`))
    this.files = new FileRefs(store.map(`${this.name}/files`))
    this.contents = new FileRefs(store.map(`${this.name}/contents`))
  }

  flush(): void {
    this.places.flush()
    this.counters.flush()
    this.expiries.flush()
    this.erasures.flush()
    this.pending.flush()
    const { search, conversation } = this.options
    for (const [id, text] of this.toSearch) {
      if (text === undefined) search?.remove(id)
      else search?.put(id, conversation, text)
    }
    this.toSearch.clear()
  }

  discard(): void {
    this.authors.discard()
    this.places.discard()
    this.counters.discard()
    this.expiries.discard()
    this.erasures.discard()
    this.pending.discard()
    this.toSearch.clear()
  }

  /** Runs `work` and the flush as a transaction, or as a part of the open one. */
  change<T>(work: () => T): T {
    try {
      return this.options.store.transaction(() => {
        const result = work()
        this.flush()
        return result
      })
    } catch (fault) {
      this.discard()
      throw fault
    }
  }

  erase(): void {
    this.options.store.transaction(() => {
      this.options.store.erase(this.name)
      this.options.store.erase(`${this.name}/pending`)
      this.options.store.erase(`${this.name}/files`)
      this.options.store.erase(`${this.name}/contents`)
    })
    this.discard()
  }

  /** @throws CallerFault 'message-id-malformed' */
  find(id: MessageId): Placed | undefined {
    const position = this.placeOf(id)
    return position && this.at(position)
  }

  at(position: Position): Placed | undefined {
    const bytes = this.rows.get(position)
    return bytes && { position, row: decodeRow(bytes) }
  }

  range(range: SeriesRange): Placed[] {
    return this.rows.range(range).map(({ sub, value }) => ({ position: sub, row: decodeRow(value) }))
  }

  /** All rows, newest first, read `batch` at a time. */
  *walk(batch: number): Generator<Placed, void> {
    let to: Position | undefined
    for (;;) {
      const rows = this.range({ ...(to !== undefined && { to }), reverse: true, limit: batch })
      yield* rows
      to = rows.at(-1)?.position
      if (rows.length < batch) return
    }
  }

  set(position: Position, row: Row): void {
    this.rows.set(position, encodeRow(row))
  }

  delete(position: Position): void {
    this.rows.delete(position)
  }

  /** Where an entry stands, also one whose message is gone; undefined if it was never applied. */
  placeOf(id: MessageId): Position | undefined {
    const { feed, seq } = parseMessageId(id)
    const lamport = this.places.lamport(feed, seq)
    return lamport === 0 ? undefined : this.order.position(feed, seq, lamport)
  }

  /** @throws CallerFault 'not-found' | 'message-id-malformed' */
  positionOf(id: MessageId): Position {
    const position = this.placeOf(id)
    if (position === undefined)
      throw new CallerFault('not-found', {
        details: { of: 'message' },
        message: 'There is no such message here.',
      })
    return position
  }

  /** Whether the blobs that it names have the ids that they must have. */
  isSound(body: Body): boolean {
    return hasTrueIds(this.options.suite, body)
  }

  isOwn(member: MemberId): boolean {
    return member === this.options.me
  }

  /** Up to where another device of this member has read `feed`. */
  readUpTo(feed: FeedId): number {
    return this.options.readUpTo?.(feed) ?? 0
  }

  /** A text of someone else that was neither deleted nor read. */
  isUnread({ position, row }: Placed): boolean {
    if (row.deleted || this.isOwn(this.authors.of(row.feed).member)) return false
    return this.counters.isUnread(position, row.late) && contentOf(row).body.kind === 'text'
  }

  /** Puts a text into the search index at the flush, or removes it. */
  index(id: MessageId, text: string | undefined): void {
    if (this.options.search !== undefined) this.toSearch.set(id, text)
  }
}

/** @throws IntegrityFault 'record-damaged' */
export function contentOf(row: Row): Content {
  const content = tryDecodeContent(row.content)
  if (content === undefined) throw damagedRecord()
  return content
}

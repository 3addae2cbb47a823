/** Up to where this device's person has read each feed of a conversation: what `have` tells their authors. */
import { encodeValue } from '../codec/cbor.ts'
import type { ConversationId, FeedId } from '../id.ts'
import type { RecordMap, Store } from '../ports/store.ts'
import { decodeStored } from '../codec/stored.ts'
import { MAX_SEQ } from '../feed/spec.ts'

export class ReadMarks {
  private readonly records: RecordMap
  private readonly marks = new Map<FeedId, number>()

  constructor(store: Store, conversation: ConversationId) {
    this.records = store.map(`conversation/${conversation}/read`)
    for (const [key, value] of this.records.entries()) {
      this.marks.set(
        key as FeedId,
        decodeStored(value, (reader) => reader.int(0, MAX_SEQ)),
      )
    }
  }

  of(feed: FeedId): number {
    return this.marks.get(feed) ?? 0
  }

  all(): IterableIterator<[FeedId, number]> {
    return this.marks.entries()
  }

  /** Only grows. @returns whether it did */
  advance(feed: FeedId, seq: number): boolean {
    if (seq <= this.of(feed)) return false
    this.marks.set(feed, seq)
    this.records.set(feed, encodeValue([seq]))
    return true
  }
}

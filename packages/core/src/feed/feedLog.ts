/** The stored entries of one feed, as blocks; complete windows are merged into one (spec §9.5). */
import { u32 } from '../bytes.ts'
import type { Suite } from '../crypto/suite.ts'
import type { FeedId } from '../id.ts'
import type { RecordSeries, Store } from '../ports/store.ts'
import { decodeBlock, encodeBlock, lastSeq, windowStart, type Block } from './block.ts'
import { WINDOW_ENTRIES } from './spec.ts'

export function feedLogName(feed: FeedId): string {
  return `feed/${feed}/entries`
}

export class FeedLog {
  private readonly suite: Suite
  private readonly feed: FeedId
  private readonly blocks: RecordSeries

  constructor(store: Store, suite: Suite, feed: FeedId) {
    this.suite = suite
    this.feed = feed
    this.blocks = store.series(feedLogName(feed))
  }

  /** Stores a verified block; when it completes a window, the window becomes one block. */
  append(block: Block): void {
    const start = windowStart(block.from)
    const complete = lastSeq(block) === start + WINDOW_ENTRIES - 1
    if (complete && block.from > start) this.mergeWindow(start, block)
    else this.blocks.set(u32(block.from), encodeBlock(block))
  }

  /** The block that holds `seq`, or the next one after it; undefined past the end. */
  at(seq: number): Block | undefined {
    const [before] = this.blocks.range({ to: u32(seq + 1), reverse: true, limit: 1 })
    if (before !== undefined) {
      const block = this.decode(before.value)
      if (lastSeq(block) >= seq) return block
    }
    const [after] = this.blocks.range({ from: u32(seq), limit: 1 })
    return after === undefined ? undefined : this.decode(after.value)
  }

  /** Replaces the ciphertext of data entry `seq` by its hash. Idempotent. */
  erase(seq: number): void {
    const block = this.at(seq)
    if (block === undefined || seq < block.from) return
    const items = block.items.map((item, index) =>
      block.from + index === seq && item.kind === 'data'
        ? { kind: 'erased' as const, bodyHash: this.suite.hash(item.body) }
        : item,
    )
    this.blocks.set(u32(block.from), encodeBlock({ ...block, items }))
  }

  private mergeWindow(start: number, last: Block): void {
    const stored = this.blocks.range({ from: u32(start), to: u32(last.from) })
    const parts = [...stored.map((record) => this.decode(record.value)), last]
    const contiguous = this.contiguousTail(parts)
    for (const part of contiguous) if (part !== last) this.blocks.delete(u32(part.from))
    const first = contiguous[0] ?? last
    const items = contiguous.flatMap((part) => part.items)
    this.blocks.set(u32(first.from), encodeBlock({ ...first, items, signature: last.signature }))
  }

  /** A device that joined later may lack part of a window: only what is in one piece is merged. */
  private contiguousTail(parts: readonly Block[]): Block[] {
    const tail: Block[] = []
    for (const part of parts.toReversed()) {
      const next = tail[0]
      if (next !== undefined && lastSeq(part) + 1 !== next.from) break
      tail.unshift(part)
    }
    return tail
  }

  private decode(bytes: Uint8Array): Block {
    return decodeBlock(bytes, this.suite.hashBytes)
  }
}

/** The stored entries of one feed, as blocks; those of a complete window are merged (spec §9.5). */
import { u32 } from '../bytes.ts'
import type { Suite } from '../crypto/suite.ts'
import type { FeedId } from '../id.ts'
import type { RecordSeries, Store } from '../ports/store.ts'
import { decodeBlock, encodeBlock, lastSeq, windowStart, type Block } from './block.ts'
import type { ErasureProof, Item } from './item.ts'
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

  /** Stores a verified block; when it completes a window, what is there of the window is merged. */
  append(block: Block): void {
    const start = windowStart(block.from)
    const complete = lastSeq(block) === start + WINDOW_ENTRIES - 1
    if (complete && block.from > start) this.mergeWindow(start, block)
    else this.put(block)
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

  /** Entry `seq` itself, if it is here. */
  item(seq: number): Item | undefined {
    const block = this.at(seq)
    return block?.items[seq - block.from]
  }

  /**
   * Replaces the ciphertext of data entry `seq` by its hash. Without a proof only what says when it expires is erased, as
   * nobody else would believe it. Idempotent.
   */
  erase(seq: number, proof?: ErasureProof): void {
    const block = this.at(seq)
    const item = block?.items[seq - block.from]
    if (block === undefined || item?.kind !== 'data') return
    if (proof === undefined && item.expiryHour === undefined) return
    const { expiryHour } = item
    const erased: Item = {
      kind: 'erased',
      bodyHash: this.suite.hash(item.body),
      ...(expiryHour !== undefined && { expiryHour }),
      ...(proof !== undefined && { proof }),
    }
    this.blocks.set(
      u32(block.from),
      encodeBlock({ ...block, items: block.items.with(seq - block.from, erased) }),
    )
  }

  private mergeWindow(start: number, last: Block): void {
    const stored = this.blocks.range({ from: u32(start), to: u32(last.from) })
    let merged: Block | undefined
    for (const block of [...stored.map((record) => this.decode(record.value)), last]) {
      if (merged !== undefined && mayMerge(merged, block)) {
        if (block !== last) this.blocks.delete(u32(block.from))
        merged = { ...merged, items: [...merged.items, ...block.items], signature: block.signature }
        continue
      }
      if (merged !== undefined) this.put(merged)
      merged = block
    }
    if (merged !== undefined) this.put(merged)
  }

  private put(block: Block): void {
    this.blocks.set(u32(block.from), encodeBlock(block))
  }

  private decode(bytes: Uint8Array): Block {
    return decodeBlock(bytes, this.suite.hashBytes)
  }
}

/**
 * A device that joined later may lack part of a window: only what is in one piece is merged. And a block keeps to one
 * epoch's start, so that the envelopes that must travel before it are those of one epoch.
 */
function mayMerge(first: Block, second: Block): boolean {
  return lastSeq(first) + 1 === second.from && second.items[0]?.kind !== 'epoch'
}

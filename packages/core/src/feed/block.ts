/**
 * A run of consecutive entries that ends at a signed head: what is stored, and what travels (spec §9.5).
 * `prev` and `epoch` are the state before the first item, so a run can be verified without what precedes it.
 */
import { encodeValue, type Value } from '../codec/cbor.ts'
import type { Reader } from '../codec/reader.ts'
import type { Suite } from '../crypto/suite.ts'
import { PeerFault } from '../fault.ts'
import type { FeedId } from '../id.ts'
import { decodeStored } from '../codec/stored.ts'
import { Chain, type Head } from './chain.ts'
import { decodeEpochStart } from './epoch.ts'
import { itemValue, readItem, type Item } from './item.ts'
import { MAX_SEQ, MAX_SIGNATURE_BYTES, WINDOW_ENTRIES } from './spec.ts'

export interface Block {
  /** Sequence number of the first item. */
  readonly from: number
  /** Chain hash before it. */
  readonly prev: Uint8Array
  /** Key epoch before it. */
  readonly epoch: number
  readonly items: readonly Item[]
  /** By the author, over the head after the last item. */
  readonly signature: Uint8Array
}

/** Sequence number of the last item. */
export function lastSeq(block: Block): number {
  return block.from + block.items.length - 1
}

/** First sequence number of the window that holds `seq`. */
export function windowStart(seq: number): number {
  return seq - ((seq - 1) % WINDOW_ENTRIES)
}

/** The epoch after `item`, given the one before. @throws PeerFault 'malformed' | 'epoch-order' */
export function epochAfter(epoch: number, item: Item): number {
  if (item.kind !== 'epoch') return epoch
  const next = decodeEpochStart(item.body).epoch
  if (next <= epoch) throw new PeerFault('epoch-order')
  return next
}

/** The heads and epochs after each item of a block. */
export interface FoldedBlock {
  readonly heads: readonly Head[]
  readonly epochs: readonly number[]
}

/** @throws PeerFault 'malformed' | 'epoch-order' */
export function foldBlock(suite: Suite, feed: FeedId, block: Block): FoldedBlock {
  const chain = new Chain(suite, feed)
  let head: Head = { seq: block.from - 1, hash: block.prev }
  let epoch = block.epoch
  const heads: Head[] = []
  const epochs: number[] = []
  for (const item of block.items) {
    epoch = epochAfter(epoch, item)
    head = chain.next(head, epoch, item)
    heads.push(head)
    epochs.push(epoch)
  }
  return { heads, epochs }
}

/** The part of `block` from sequence number `from` on. */
export function sliceBlock(suite: Suite, feed: FeedId, block: Block, from: number): Block {
  const skip = from - block.from
  if (skip <= 0) return block
  const { heads, epochs } = foldBlock(suite, feed, { ...block, items: block.items.slice(0, skip) })
  return {
    from,
    prev: heads.at(-1)?.hash ?? block.prev,
    epoch: epochs.at(-1) ?? block.epoch,
    items: block.items.slice(skip),
    signature: block.signature,
  }
}

export function blockValue(block: Block): Value {
  return [block.from, block.prev, block.epoch, block.items.map(itemValue), block.signature]
}

export function encodeBlock(block: Block): Uint8Array {
  return encodeValue(blockValue(block))
}

/** A block never crosses a window's end, and an epoch starts at its first item only. @throws PeerFault 'malformed' | 'oversize' */
export function readBlock(reader: Reader, hashBytes: number): Block {
  const block = {
    from: reader.int(1, MAX_SEQ),
    prev: reader.bytes(hashBytes),
    epoch: reader.int(0, MAX_SEQ),
    items: reader.list(WINDOW_ENTRIES, (value) => readItem(value, hashBytes)),
    signature: reader.bytes(1, MAX_SIGNATURE_BYTES),
  }
  const crosses = lastSeq(block) >= windowStart(block.from) + WINDOW_ENTRIES
  const startsInside = block.items.some((item, index) => index > 0 && item.kind === 'epoch')
  if (block.items.length === 0 || crosses || startsInside || lastSeq(block) > MAX_SEQ) {
    throw new PeerFault('malformed')
  }
  return block
}

/** A stored block. @throws IntegrityFault 'record-damaged' */
export function decodeBlock(bytes: Uint8Array, hashBytes: number): Block {
  return decodeStored(bytes, (reader) => readBlock(reader, hashBytes))
}

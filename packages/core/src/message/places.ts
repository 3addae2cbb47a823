/**
 * Which Lamport counter entry `seq` of a feed carries: with it the entry's position follows from its id. Also remembers
 * that an entry was applied, for good, whatever became of its message. One record per 128 sequence numbers of a feed.
 */

import type { FeedId } from '../id.ts'
import type { RecordMap } from '../ports/store.ts'
import { damagedRecord } from '../codec/stored.ts'
import { CACHED_BLOCKS, PLACE_BLOCK } from './tuning.ts'

interface Block {
  readonly feed: FeedId
  readonly number: number
  /** 0 where no entry was applied. */
  readonly lamports: Float64Array
  dirty: boolean
}

export class Places {
  private readonly map: RecordMap
  private readonly blocks = new Map<string, Block>()
  private last: Block | undefined

  constructor(map: RecordMap) {
    this.map = map
  }

  /** 0 if the entry was not applied. */
  lamport(feed: FeedId, seq: number): number {
    return this.block(feed, seq).lamports[seq % PLACE_BLOCK] ?? 0
  }

  set(feed: FeedId, seq: number, lamport: number): void {
    const block = this.block(feed, seq)
    block.lamports[seq % PLACE_BLOCK] = lamport
    block.dirty = true
  }

  flush(): void {
    for (const block of this.blocks.values()) this.write(block)
  }

  discard(): void {
    this.blocks.clear()
    this.last = undefined
  }

  private block(feed: FeedId, seq: number): Block {
    const number = Math.floor(seq / PLACE_BLOCK)
    if (this.last?.number === number && this.last.feed === feed) return this.last
    const key = keyOf(feed, number)
    let block = this.blocks.get(key)
    if (block === undefined) {
      block = { feed, number, lamports: decode(this.map.get(key)), dirty: false }
      this.makeRoom()
      this.blocks.set(key, block)
    }
    this.last = block
    return block
  }

  private makeRoom(): void {
    if (this.blocks.size < CACHED_BLOCKS) return
    for (const [key, oldest] of this.blocks) {
      this.write(oldest)
      this.blocks.delete(key)
      return
    }
  }

  private write(block: Block): void {
    if (!block.dirty) return
    this.map.set(keyOf(block.feed, block.number), encode(block.lamports))
    block.dirty = false
  }
}

function keyOf(feed: FeedId, number: number): string {
  return `places/${feed}/${number}`
}

/** The counters as doubles (exact up to 2^53), up to the last that is set. */
function encode(lamports: Float64Array): Uint8Array {
  let length = lamports.length
  while (length > 0 && lamports[length - 1] === 0) length--
  const out = new Uint8Array(length * 8)
  const view = new DataView(out.buffer)
  for (let i = 0; i < length; i++) view.setFloat64(i * 8, lamports[i] ?? 0)
  return out
}

function decode(bytes: Uint8Array | undefined): Float64Array {
  const lamports = new Float64Array(PLACE_BLOCK)
  if (bytes === undefined) return lamports
  if (bytes.length % 8 !== 0 || bytes.length > PLACE_BLOCK * 8) throw damagedRecord()
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let i = 0; i < bytes.length / 8; i++) lamports[i] = view.getFloat64(i * 8)
  return lamports
}

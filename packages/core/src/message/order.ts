/**
 * Where an entry stands in its conversation (spec §11.3, ADR 0009): 20 bytes, compared as bytes: Lamport counter (u64),
 * then a tie-break keyed with a secret of the circle, so that all devices order alike and a thief learns nothing from it.
 */
import { concat, readU64, u32 } from '../bytes.ts'
import { fromBase32 } from '../base32.ts'
import { LABEL, labelled } from '../crypto/labels.ts'
import type { Suite } from '../crypto/suite.ts'
import type { FeedId } from '../id.ts'
import { TIEBREAK_BLOCK, TIEBREAK_BYTES } from './spec.ts'
import { CACHED_BLOCKS } from './tuning.ts'

/** 20 bytes; see above. */
export type Position = Uint8Array

const LAMPORT_BYTES = 8
export const POSITION_BYTES = LAMPORT_BYTES + TIEBREAK_BYTES

export class Order {
  private readonly suite: Pick<Suite, 'expand'>
  private readonly key: Uint8Array
  private readonly blocks = new Map<string, Uint8Array>()
  private last: { feed: FeedId; block: number; ties: Uint8Array } | undefined

  /** @param key a secret that all devices of the circle know */
  constructor(suite: Pick<Suite, 'expand'>, key: Uint8Array) {
    this.suite = suite
    this.key = key
  }

  position(feed: FeedId, seq: number, lamport: number): Position {
    const ties = this.ties(feed, Math.floor(seq / TIEBREAK_BLOCK))
    const out = new Uint8Array(POSITION_BYTES)
    let rest = lamport
    for (let i = LAMPORT_BYTES - 1; rest > 0; i--) {
      out[i] = rest % 256
      rest = Math.floor(rest / 256)
    }
    const from = (seq % TIEBREAK_BLOCK) * TIEBREAK_BYTES
    for (let i = 0; i < TIEBREAK_BYTES; i++) out[LAMPORT_BYTES + i] = ties[from + i] ?? 0
    return out
  }

  private ties(feed: FeedId, block: number): Uint8Array {
    if (this.last?.block === block && this.last.feed === feed) return this.last.ties
    const name = `${feed}/${block}`
    let ties = this.blocks.get(name)
    if (ties === undefined) {
      const info = labelled(LABEL.timelineTiebreak, fromBase32(feed), u32(block))
      ties = this.suite.expand(this.key, info, TIEBREAK_BLOCK * TIEBREAK_BYTES)
      if (this.blocks.size >= CACHED_BLOCKS) this.blocks.clear()
      this.blocks.set(name, ties)
    }
    this.last = { feed, block, ties }
    return ties
  }
}

/** The smallest byte string after `position`: makes an inclusive bound exclusive. */
export function justAfter(position: Position): Uint8Array {
  return concat(position, new Uint8Array(1))
}

export function lamportOf(position: Position): number {
  return readU64(position)
}

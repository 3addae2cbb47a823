/**
 * Taking entries in (spec §9.6): a block is verified whole against its one signature, then opened with the ratchet.
 * Pure: gives the feed's next state and what was opened, and changes nothing.
 */
import { concat, equalBytes, u32 } from '../bytes.ts'
import { fromBase32 } from '../base32.ts'
import { nextKeys, openWithMessageKey } from '../crypto/ratchet.ts'
import type { Suite } from '../crypto/suite.ts'
import { PeerFault } from '../fault.ts'
import { foldBlock, lastSeq, sliceBlock, type Block } from './block.ts'
import { headStatement, type Head } from './chain.ts'
import { decodeEpochStart, type EpochStart } from './epoch.ts'
import type { Feed } from './feed.ts'
import type { Item } from './item.ts'

export interface Opened {
  readonly seq: number
  readonly plaintext: Uint8Array
}

export interface Receipt {
  /** The feed after the block. */
  readonly feed: Feed
  /** The part of the block that was new, to be stored. */
  readonly block: Block
  readonly opened: readonly Opened[]
  /** Epochs that started in the block, with the sequence numbers of their entries. */
  readonly epochs: readonly { readonly start: EpochStart; readonly seq: number }[]
  /** Data entries that this device couldn't open. */
  readonly unreadable: number
}

export interface ReceiveContext {
  readonly suite: Suite
  /** The author's public signing key, SPKI DER. */
  readonly authorKey: Uint8Array
  /**
   * The chain key of an epoch of this feed, if this device was sealed to.
   * @throws PeerFault 'envelopes-wrong' when they are not those that the author made
   */
  openEpoch(start: EpochStart): Uint8Array | undefined
}

/**
 * What of `block` is new to `feed`; undefined when nothing is, or when entries before it are missing.
 * A block may skip entries only to an epoch that was sealed to this device.
 * @throws PeerFault 'head-signature-wrong' | 'epoch-order' | 'malformed': the sender's fault;
 *   'feed-forked': the author's, proven
 */
export function receiveBlock(context: ReceiveContext, feed: Feed, block: Block): Receipt | undefined {
  if (feed.forked || lastSeq(block) <= feed.head.seq) return undefined
  const jumps = block.from > feed.head.seq + 1
  if (jumps && block.items[0]?.kind !== 'epoch') return undefined
  const folded = foldBlock(context.suite, feed.id, block)
  verifyEnd(context, feed, block, folded.heads)
  if (jumps) return openJump(context, feed, block, folded.epochs)
  checkContinuity(feed, block, folded.heads)
  return openItems(context, feed, sliceBlock(context.suite, feed.id, block, feed.head.seq + 1))
}

function verifyEnd(context: ReceiveContext, feed: Feed, block: Block, heads: readonly Head[]): void {
  const end = heads.at(-1)
  const verifier = context.suite.signing.verifier(context.authorKey)
  if (end === undefined || !verifier.verify(headStatement(feed.id, end), block.signature)) {
    throw new PeerFault('head-signature-wrong', {
      message: 'The far device sent entries that their author did not sign.',
    })
  }
}

/** The block was signed by the author: if it does not continue what is here, the author signed two histories. */
function checkContinuity(feed: Feed, block: Block, heads: readonly Head[]): void {
  const same = feed.head.seq - block.from
  const hash = same < 0 ? block.prev : heads[same]?.hash
  if (hash === undefined || !equalBytes(hash, feed.head.hash)) {
    throw new PeerFault('feed-forked', { message: 'A device signed two different histories of one feed.' })
  }
}

function openJump(
  context: ReceiveContext,
  feed: Feed,
  block: Block,
  epochs: readonly number[],
): Receipt | undefined {
  const first = epochs[0]
  if (first === undefined || first <= feed.epoch) return undefined
  const before: Feed = { ...feed, head: { seq: block.from - 1, hash: block.prev }, epoch: block.epoch }
  const receipt = openItems(context, before, block)
  return receipt.unreadable > 0 || receipt.feed.chainKey === undefined ? undefined : receipt
}

function openItems(context: ReceiveContext, feed: Feed, block: Block): Receipt {
  const { suite } = context
  const { heads, epochs } = foldBlock(suite, feed.id, block)
  const aad = entryAad(feed)
  const opened: Opened[] = []
  const starts: { start: EpochStart; seq: number }[] = []
  let chainKey = feed.chainKey
  let unreadable = 0
  for (const [index, item] of block.items.entries()) {
    const seq = block.from + index
    if (item.kind === 'epoch') {
      const start = decodeEpochStart(item.body)
      starts.push({ start, seq })
      chainKey = context.openEpoch(start)
      continue
    }
    if (chainKey === undefined) {
      unreadable++
      continue
    }
    const keys = nextKeys(suite, chainKey)
    chainKey = keys.nextChainKey
    const plaintext = openItem(suite, keys.messageKey, aad(seq, epochs[index] ?? 0), item)
    if (plaintext === undefined) unreadable += item.kind === 'erased' ? 0 : 1
    else opened.push({ seq, plaintext })
  }
  const head = heads.at(-1) ?? feed.head
  const next = { ...feed, head, epoch: epochs.at(-1) ?? feed.epoch, chainKey }
  return { feed: next, block, opened, epochs: starts, unreadable }
}

function openItem(suite: Suite, key: Uint8Array, aad: Uint8Array, item: Item): Uint8Array | undefined {
  return item.kind === 'data' ? openWithMessageKey(suite, key, aad, item.body) : undefined
}

/** What an entry's ciphertext is bound to: conversation, feed, place and epoch. */
export function entryAad(feed: Feed): (seq: number, epoch: number) => Uint8Array {
  const prefix = concat(fromBase32(feed.conversation), fromBase32(feed.id))
  return (seq, epoch) => concat(prefix, u32(seq), u32(epoch))
}

/**
 * Taking entries in (spec §9.6): a block is verified whole against its one signature, then opened with the ratchet.
 * Pure: gives the feed's next state and what was opened, and changes nothing.
 */
import { concat, equalBytes } from '../bytes.ts'
import { fromBase32 } from '../base32.ts'
import type { FeedId } from '../id.ts'
import { nextKeys, openWithMessageKey } from '../crypto/ratchet.ts'
import type { Suite } from '../crypto/suite.ts'
import { PeerFault } from '../fault.ts'
import { foldBlock, lastSeq, type Block, type FoldedBlock } from './block.ts'
import { headStatement } from './chain.ts'
import { decodeEpochStart, type EpochStart, type OpenedEpoch } from './epoch.ts'
import { mayBeErased, type ErasureContext } from './erasure.ts'
import type { Feed } from './feed.ts'
import type { Item } from './item.ts'
import { unpad } from './padding.ts'

export interface Opened {
  readonly seq: number
  /** Empty when its author did not pad it as agreed: no content at all, which is the author's doing. */
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
   * What an epoch of this feed gives to this device, if it was sealed to.
   * @throws PeerFault 'envelopes-wrong' when they are not those that the author made
   */
  openEpoch(start: EpochStart): OpenedEpoch | undefined
  readonly erasure: Omit<ErasureContext, 'suite'>
}

/**
 * What of `block` is new to `feed`; undefined when nothing is, when entries before it are missing, or when it lacks content
 * that may not be gone yet as far as this device can tell.
 * A block may skip entries only where this device can't open the next one, and only to the next epoch that was sealed to it:
 * else whoever hands entries on could leave some out, and they would count as received.
 * @throws PeerFault 'head-signature-wrong' | 'epoch-order' | 'erasure-signature-wrong' | 'malformed': the sender's fault;
 *   'feed-forked': the author's, proven
 */
export function receiveBlock(context: ReceiveContext, feed: Feed, block: Block): Receipt | undefined {
  if (feed.forked || lastSeq(block) <= feed.head.seq) return undefined
  const jumps = block.from > feed.head.seq + 1
  if (jumps && (feed.chainKey !== undefined || block.items[0]?.kind !== 'epoch')) return undefined
  const folded = foldBlock(context.suite, feed.id, block)
  verifyEnd(context, feed, block, folded)
  if (jumps && (folded.epochs[0] ?? 0) <= feed.epoch) return undefined
  if (!jumps) checkContinuity(feed, block, folded)
  const skip = jumps ? 0 : feed.head.seq + 1 - block.from
  return isWhole(context, feed, block, skip) ? openItems(context, feed, block, folded, skip) : undefined
}

/** Whether the content of every entry from index `skip` on is here, or may rightly be gone (spec §9.7). */
function isWhole({ suite, erasure }: ReceiveContext, feed: Feed, block: Block, skip: number): boolean {
  const context = { suite, ...erasure }
  // All of them, also after the first that may not: each is vouched for by itself.
  let whole = true
  for (const [index, item] of block.items.entries()) {
    if (index < skip || item.kind !== 'erased') continue
    if (!mayBeErased(context, feed.id, block.from + index, item)) whole = false
  }
  return whole
}

/** Whether the author of `feed` signed the end of a block. */
export function isSigned(
  suite: Suite,
  authorKey: Uint8Array,
  feed: FeedId,
  block: Block,
  { heads }: FoldedBlock,
): boolean {
  const end = heads.at(-1)
  const verifier = suite.signing.verifier(authorKey)
  return end !== undefined && verifier.verify(headStatement(feed, end), block.signature)
}

function verifyEnd(
  { suite, authorKey }: ReceiveContext,
  { id }: Feed,
  block: Block,
  folded: FoldedBlock,
): void {
  if (!isSigned(suite, authorKey, id, block, folded)) {
    throw new PeerFault('head-signature-wrong', {
      message: 'The far device sent entries that their author did not sign.',
    })
  }
}

/** The block was signed by the author: if it does not continue what is here, the author signed two histories. */
function checkContinuity(feed: Feed, block: Block, { heads, epochs }: FoldedBlock): void {
  const same = feed.head.seq - block.from
  const hash = same < 0 ? block.prev : heads[same]?.hash
  if (hash === undefined || !equalBytes(hash, feed.head.hash)) {
    throw new PeerFault('feed-forked', { message: 'A device signed two different histories of one feed.' })
  }
  if (same < 0) checkEpoch(feed, block, epochs)
}

/**
 * The signature covers the epoch of each entry, but not that it follows from the one before: what does not would not
 * verify once it is merged, and who hands it on would look like a forger. What a block that starts an epoch says of
 * the one before is covered by nothing, and counts for nothing.
 */
function checkEpoch(feed: Feed, block: Block, [epoch = 0]: readonly number[]): void {
  const follows = block.items[0]?.kind === 'epoch' ? epoch > feed.epoch : epoch === feed.epoch
  if (!follows) {
    throw new PeerFault('feed-forked', { message: 'A device signed a feed whose key epochs go back.' })
  }
}

/** Opens the items from index `skip` on; undefined if the block skips entries to where this device can't begin. */
function openItems(
  context: ReceiveContext,
  feed: Feed,
  block: Block,
  { heads, epochs }: FoldedBlock,
  skip: number,
): Receipt | undefined {
  const aad = entryAad(feed)
  const keys = new OpeningKeys(context.suite, feed.chainKey)
  const jumps = block.from + skip > feed.head.seq + 1
  const opened: Opened[] = []
  const starts: { start: EpochStart; seq: number }[] = []
  let unreadable = 0
  for (let index = skip; index < block.items.length; index++) {
    const item = block.items[index] as Item
    const seq = block.from + index
    if (item.kind === 'epoch') {
      const start = decodeEpochStart(item.body)
      starts.push({ start, seq })
      const epoch = context.openEpoch(start)
      // Before it, there must be nothing for this device that is not here.
      if (jumps && index === 0 && !(epoch !== undefined && epoch.previous <= feed.head.seq)) return undefined
      keys.moveTo(epoch?.chainKey)
      continue
    }
    const plaintext = keys.open(aad(seq, epochs[index] ?? 0), item)
    if (plaintext !== undefined) opened.push({ seq, plaintext: unpad(plaintext) ?? NOTHING })
    else if (item.kind === 'data' || keys.chainKey === undefined) unreadable++
  }
  const head = heads.at(-1) ?? feed.head
  const next = { ...feed, head, epoch: epochs.at(-1) ?? feed.epoch, chainKey: keys.chainKey }
  return { feed: next, block: rest(block, { heads, epochs }, skip), opened, epochs: starts, unreadable }
}

const NOTHING = new Uint8Array(0)

/** The part of a folded block from index `skip` on. */
function rest(block: Block, { heads, epochs }: FoldedBlock, skip: number): Block {
  if (skip === 0) return block
  return {
    from: block.from + skip,
    prev: heads[skip - 1]?.hash ?? block.prev,
    epoch: epochs[skip - 1] ?? block.epoch,
    items: block.items.slice(skip),
    signature: block.signature,
  }
}

/** The ratchet while a block is opened: each key is erased once it is used, but for the first, which is the feed's. */
class OpeningKeys {
  chainKey: Uint8Array | undefined
  private readonly suite: Suite
  private erasable = false

  constructor(suite: Suite, chainKey: Uint8Array | undefined) {
    this.suite = suite
    this.chainKey = chainKey
  }

  moveTo(chainKey: Uint8Array | undefined): void {
    if (this.erasable) this.chainKey?.fill(0)
    this.chainKey = chainKey
    this.erasable = true
  }

  /** The plaintext of the next entry, if there is a key and it fits. */
  open(aad: Uint8Array, item: Item): Uint8Array | undefined {
    if (this.chainKey === undefined) return undefined
    const { messageKey, nextChainKey } = nextKeys(this.suite, this.chainKey)
    this.moveTo(nextChainKey)
    const plaintext =
      item.kind === 'data' ? openWithMessageKey(this.suite, messageKey, aad, item.body) : undefined
    messageKey.fill(0)
    return plaintext
  }
}

/**
 * What an entry's ciphertext is bound to: conversation, feed, place and epoch. Each call gives the same buffer, filled
 * anew: this runs once an entry in a catch-up.
 */
export function entryAad(feed: Feed): (seq: number, epoch: number) => Uint8Array {
  const prefix = concat(fromBase32(feed.conversation), fromBase32(feed.id))
  const aad = new Uint8Array(prefix.length + 8)
  aad.set(prefix)
  const view = new DataView(aad.buffer)
  return (seq, epoch) => {
    view.setUint32(prefix.length, seq)
    view.setUint32(prefix.length + 4, epoch)
    return aad
  }
}

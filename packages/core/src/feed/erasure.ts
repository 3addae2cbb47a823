/**
 * When the content of an entry may be gone (spec §9.7): after an hour that its author wrote into the chain, or by the
 * signature of a device of the author's member. Anything else would let whoever hands a feed on take content away.
 */
import { concat, u32, utf8 } from '../bytes.ts'
import { fromBase32 } from '../base32.ts'
import { LABEL } from '../crypto/labels.ts'
import type { Suite } from '../crypto/suite.ts'
import { PeerFault } from '../fault.ts'
import type { DeviceId, FeedId } from '../id.ts'
import type { SigningKey } from '../ports/primitives.ts'
import { expiryHourOf, type ErasedItem, type ErasureProof, type Item } from './item.ts'
import { ERASE_AFTER_MS, EXPIRY_UNIT_MS, MAX_EXPIRY_HOUR } from './spec.ts'

/** The hour that an entry carries which is to disappear at `atMs`: rounded up, so that it says little. */
export function expiryHourAt(atMs: number): number {
  return Math.min(MAX_EXPIRY_HOUR, Math.max(1, Math.ceil(atMs / EXPIRY_UNIT_MS)))
}

/** When a device erases what is sealed: later than others take its word for it, as their clocks may be behind. */
export function erasedFrom(expiryHour: number): number {
  return expiryHour * EXPIRY_UNIT_MS + ERASE_AFTER_MS
}

/** What a device of the author's member signs to have entry `seq` of `feed` erased everywhere. */
export function erasureStatement(feed: FeedId, seq: number, bodyHash: Uint8Array): Uint8Array {
  return concat(utf8(LABEL.erasure), fromBase32(feed), u32(seq), bodyHash)
}

export function signErasure(key: SigningKey, feed: FeedId, seq: number, bodyHash: Uint8Array): Uint8Array {
  return key.sign(erasureStatement(feed, seq, bodyHash))
}

/** Hash of an entry's ciphertext, which stays when that is gone. */
export function bodyHashOf(suite: Suite, item: Item): Uint8Array {
  return item.kind === 'erased' ? item.bodyHash : suite.hash(item.body)
}

export interface ErasureContext {
  readonly suite: Suite
  /** This device's own clock, ms since 1970. */
  readonly now: number
  /** Public key (SPKI DER) of a device that is or was of the member who wrote the feed; undefined for every other. */
  eraserKey(device: DeviceId): Uint8Array | undefined
  /** Whether a device of that very member hands the entries on: its word is as good as its signature. */
  readonly fromAuthor: boolean
  /**
   * Notes that who hands the entries on says that the hour of entry `seq` has passed. Gives whether another member has said
   * so before: then it is this device's clock that is behind.
   */
  isVouchedFor(seq: number): boolean
}

/**
 * Whether entry `seq` may rightly have no content. If not, whoever offers it may be mistaken: clocks differ, and the eraser
 * may have been admitted in an entry that is not here yet.
 * @throws PeerFault 'erasure-signature-wrong': whoever hands it on had to check it
 */
export function mayBeErased(context: ErasureContext, feed: FeedId, seq: number, item: ErasedItem): boolean {
  // A proof is checked also where none is needed: this device hands it on, and answers for it.
  if (item.proof === undefined)
    return context.fromAuthor || hasExpired(item, context.now) || context.isVouchedFor(seq)
  const key = context.eraserKey(item.proof.device)
  if (key === undefined) return false
  if (isProven(context.suite, key, feed, seq, item.bodyHash, item.proof)) return true
  throw new PeerFault('erasure-signature-wrong', {
    message: 'The far device held back content in the name of its author.',
  })
}

/** Whether `proof` is by the holder of `key` (SPKI DER), of entry `seq` with that ciphertext. */
export function isProven(
  suite: Suite,
  key: Uint8Array,
  feed: FeedId,
  seq: number,
  bodyHash: Uint8Array,
  proof: ErasureProof,
): boolean {
  return suite.signing.verifier(key).verify(erasureStatement(feed, seq, bodyHash), proof.signature)
}

function hasExpired(item: ErasedItem, now: number): boolean {
  const hour = expiryHourOf(item)
  return hour > 0 && now >= hour * EXPIRY_UNIT_MS
}

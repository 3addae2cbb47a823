/**
 * The keys of a drop (spec §16.2): of what one device leaves at keepers for the readers of one conversation. To whoever has
 * not the secret, a tag says nothing, and a box no more than its length.
 */
import { base32, fromBase32 } from '../base32.ts'
import { concat, u32 } from '../bytes.ts'
import { LABEL, labelled } from '../crypto/labels.ts'
import type { SealingKey, Suite } from '../crypto/suite.ts'
import { PeerFault } from '../fault.ts'
import { feedIdOf } from '../feed/chain.ts'
import type { EnvelopeTarget } from '../feed/epoch.ts'
import { contentOf, padme, padTo } from '../feed/padding.ts'
import { CONVERSATION_ID_BYTES, INCARNATION_BYTES } from '../feed/spec.ts'
import type { ConversationId, DeviceId, DropHandle, DropTag, FeedId } from '../id.ts'
import type { Random } from '../ports/random.ts'
import { BOX_NONCE_BYTES, DROP_SECRET_BYTES, DROP_TAG_BYTES } from './spec.ts'

/** What a reader has to know of a drop. */
export interface Drop {
  /** A secret, of 32 bytes. */
  readonly secret: Uint8Array
  readonly conversation: ConversationId
  /** Whose feed is left there. */
  readonly device: DeviceId
  readonly incarnation: Uint8Array
}

/** A drop's secret, sealed to one device that may read what is in it. */
export interface Notice {
  /** On its way from the author to a keeper: the handle. */
  readonly tag: DropTag
  readonly device: DeviceId
  /** Of the sealing key that it is sealed to. */
  readonly generation: number
  readonly enc: Uint8Array
  readonly ciphertext: Uint8Array
}

/** Where a box belongs: it holds a part of what brings entries `from` to `last`. */
export interface BoxPlace {
  readonly tag: DropTag
  readonly from: number
  readonly last: number
  readonly part: number
  /** The last part; only with it is anything there. */
  readonly final: boolean
}

const DEVICE_BYTES = 32
const NOTICE_BYTES = DEVICE_BYTES + CONVERSATION_ID_BYTES + INCARNATION_BYTES + DROP_SECRET_BYTES
/** Of the sealed secret of a notice: with AES-GCM's tag. */
export const NOTICE_CIPHERTEXT_BYTES = NOTICE_BYTES + 16
const NO_AAD = new Uint8Array(0)

/** How its author calls a drop at a keeper. Of one feed alone: no reader, who knows the secret too, can tell others that the drop is of another. */
export function dropHandle(suite: Suite, secret: Uint8Array, feed: FeedId): DropHandle {
  return base32(
    suite.expand(secret, labelled(LABEL.dropHandle, fromBase32(feed)), DROP_TAG_BYTES),
  ) as DropHandle
}

/** How everybody else calls it. A keeper makes it of whoever calls it so: nobody can be where another’s drop will be. */
export function dropTag(suite: Suite, author: DeviceId, handle: DropHandle): DropTag {
  const hash = suite.hash(labelled(LABEL.dropTag, fromBase32(author), fromBase32(handle)))
  return base32(hash.subarray(0, DROP_TAG_BYTES)) as DropTag
}

function tagOf(suite: Suite, { secret, conversation, device, incarnation }: Drop): DropTag {
  const feed = feedIdOf(suite, conversation, device, incarnation)
  return dropTag(suite, device, dropHandle(suite, secret, feed))
}

/** @returns undefined for a key that is none: its device shuts out itself alone */
export function sealNotice(
  suite: Suite,
  random: Random,
  drop: Drop,
  { device, generation, sealingKey }: EnvelopeTarget,
): Notice | undefined {
  const plain = concat(fromBase32(drop.device), fromBase32(drop.conversation), drop.incarnation, drop.secret)
  try {
    const sealed = suite.sealing.seal(sealingKey, noticeInfo(device), NO_AAD, plain, random)
    return { tag: tagOf(suite, drop), device, generation, ...sealed }
  } catch (fault) {
    if (!(fault instanceof PeerFault)) throw fault
    return undefined
  } finally {
    plain.fill(0)
  }
}

/** @returns undefined for what was not sealed to `key` and `notice.device`, or is of another drop than its tag says */
export function openNotice(suite: Suite, key: SealingKey, notice: Notice): Drop | undefined {
  const plain = key.open(notice.enc, noticeInfo(notice.device), NO_AAD, notice.ciphertext)
  if (plain?.length !== NOTICE_BYTES) return undefined
  const [toConversation, toIncarnation] = [DEVICE_BYTES, DEVICE_BYTES + CONVERSATION_ID_BYTES]
  const toSecret = toIncarnation + INCARNATION_BYTES
  const drop = {
    device: base32(plain.subarray(0, toConversation)) as DeviceId,
    conversation: base32(plain.subarray(toConversation, toIncarnation)) as ConversationId,
    incarnation: plain.slice(toIncarnation, toSecret),
    secret: plain.slice(toSecret),
  }
  plain.fill(0)
  return tagOf(suite, drop) === notice.tag ? drop : undefined
}

/** A frame in a box: nonce, and what AES-256-GCM makes of the padded frame. */
export function sealBox(
  suite: Suite,
  random: Random,
  secret: Uint8Array,
  place: BoxPlace,
  frame: Uint8Array,
): Uint8Array {
  const padded = padTo(frame, padme(frame.length + 1))
  const nonce = random.bytes(BOX_NONCE_BYTES)
  return concat(nonce, suite.aeadSeal(boxKey(suite, secret), nonce, boxAad(place), padded))
}

/** The frame; undefined for what no author of the drop put there. */
export function openBox(
  suite: Suite,
  secret: Uint8Array,
  place: BoxPlace,
  box: Uint8Array,
): Uint8Array | undefined {
  if (box.length < BOX_NONCE_BYTES) return undefined
  const [nonce, sealed] = [box.subarray(0, BOX_NONCE_BYTES), box.subarray(BOX_NONCE_BYTES)]
  const padded = suite.aeadOpen(boxKey(suite, secret), nonce, boxAad(place), sealed)
  return padded && contentOf(padded)
}

function boxKey(suite: Suite, secret: Uint8Array): Uint8Array {
  return suite.expand(secret, labelled(LABEL.dropBox), DROP_SECRET_BYTES)
}

function boxAad({ tag, from, last, part, final }: BoxPlace): Uint8Array {
  return concat(fromBase32(tag), u32(from), u32(last), Uint8Array.of(part, final ? 1 : 0))
}

function noticeInfo(device: DeviceId): Uint8Array {
  return labelled(LABEL.dropNotice, fromBase32(device))
}

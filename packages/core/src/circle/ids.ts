/** How the identifiers of a circle come about (spec §2). */
import { base32, fromBase32 } from '../base32.ts'
import { compareBytes } from '../bytes.ts'
import { LABEL, labelled, type Label } from '../crypto/labels.ts'
import type { Suite } from '../crypto/suite.ts'
import type { CircleId, ConversationId, DeviceId, EntryHash, InvitationId, MemberId } from '../id.ts'
import { ID_BYTES, SHORT_ID_BYTES } from './spec.ts'

/** The id of the device whose public signing key is `spki` (DER): its hash, 32 bytes (spec §2.2). */
export function deviceIdOf(suite: Suite, spki: Uint8Array): DeviceId {
  return base32(suite.hash(spki).subarray(0, ID_BYTES)) as DeviceId
}

/** A member is named by the device with which it was admitted (spec §2.3). */
export function memberIdOf(firstDevice: DeviceId): MemberId {
  return firstDevice as string as MemberId
}

/** The id of the circle that a `create` entry with this hash founds (spec §2.1). */
export function circleIdOf(createHash: Uint8Array): CircleId {
  return base32(createHash.subarray(0, ID_BYTES)) as CircleId
}

export function entryHashOf(hash: Uint8Array): EntryHash {
  return base32(hash) as EntryHash
}

/**
 * An invitation's tag: what the log shows of its secret, 16 bytes (spec §2.6).
 * @param secret the invitation's one-time secret
 */
export function invitationTag(suite: Suite, circle: CircleId, secret: Uint8Array): Uint8Array {
  return suite.hkdf(secret, fromBase32(circle), labelled(LABEL.invitationTag), SHORT_ID_BYTES)
}

/** The id of the invitation that `inviter` made with `tag`: nobody else's invitation can have it (spec §2.6). */
export function invitationIdOf(
  suite: Suite,
  circle: CircleId,
  inviter: DeviceId,
  tag: Uint8Array,
): InvitationId {
  return derive(suite, circle, LABEL.invitationId, fromBase32(inviter), tag) as InvitationId
}

/** The id of the room that `creator` makes with `nonce` (spec §2.5). */
export function roomIdOf(
  suite: Suite,
  circle: CircleId,
  creator: DeviceId,
  nonce: Uint8Array,
): ConversationId {
  return derive(suite, circle, LABEL.roomConversation, fromBase32(creator), nonce) as ConversationId
}

/** The derived conversations of one circle (spec §2.5), remembered: a roster asks for the same ones over and over. */
export class ConversationIds {
  /** The conversation of everyone. */
  readonly circle: ConversationId
  /** The hidden conversation in which devices tell each other what no person reads, such as new circle secrets. */
  readonly control: ConversationId
  private readonly suite: Suite
  private readonly circleId: CircleId
  private readonly selves = new Map<MemberId, ConversationId>()
  private readonly directs = new Map<MemberId, Map<MemberId, ConversationId>>()

  constructor(suite: Suite, circle: CircleId) {
    this.suite = suite
    this.circleId = circle
    this.circle = derive(suite, circle, LABEL.circleConversation) as ConversationId
    this.control = derive(suite, circle, LABEL.controlConversation) as ConversationId
  }

  /** The conversation of a member's own devices. */
  self(member: MemberId): ConversationId {
    let id = this.selves.get(member)
    if (id === undefined) {
      id = derive(this.suite, this.circleId, LABEL.selfConversation, fromBase32(member)) as ConversationId
      this.selves.set(member, id)
    }
    return id
  }

  /** The conversation of two members, whichever is named first. */
  direct(one: MemberId, other: MemberId): ConversationId {
    const [low, high] = one < other ? [one, other] : [other, one]
    let ofLow = this.directs.get(low)
    if (ofLow === undefined) {
      ofLow = new Map()
      this.directs.set(low, ofLow)
    }
    let id = ofLow.get(high)
    if (id === undefined) {
      id = directId(this.suite, this.circleId, low, high)
      ofLow.set(high, id)
    }
    return id
  }
}

function directId(suite: Suite, circle: CircleId, one: MemberId, other: MemberId): ConversationId {
  const ids = [fromBase32(one), fromBase32(other)].sort(compareBytes)
  return derive(suite, circle, LABEL.directConversation, ...ids) as ConversationId
}

/** The circle id is public but uniform, which is all that HKDF-Expand asks of its key. */
function derive(suite: Suite, circle: CircleId, label: Label, ...parts: readonly Uint8Array[]): string {
  return base32(suite.expand(fromBase32(circle), labelled(label, ...parts), SHORT_ID_BYTES))
}

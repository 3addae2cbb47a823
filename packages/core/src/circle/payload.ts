/** What a log entry says: one shape a type (spec §5.3); payloadCodec.ts has how each is written and read. */
import { base32, fromBase32 } from '../base32.ts'
import { compareBytes } from '../bytes.ts'
import { PeerFault } from '../fault.ts'
import type { ConversationId, DeviceId, EntryHash, InvitationId, MemberId } from '../id.ts'
import type { Role } from './role.ts'

export interface Create {
  readonly type: 'create'
  readonly name: string | undefined
  /** Name of the suite, for ever. */
  readonly suite: string
  readonly nonce: Uint8Array
  /** SPKI DER of the founder's device. */
  readonly publicKey: Uint8Array
  readonly nickname: string | undefined
  /** By which the circle's names key is known: see NamesKey.id. */
  readonly namesId: Uint8Array
}
export interface Invite {
  readonly type: 'invite'
  /** See invitationTag(). */
  readonly tag: Uint8Array
  /** Milliseconds since 1970; an admission after it is refused. */
  readonly expires: number
  /** The role of whoever is admitted. */
  readonly role: Role
}
export interface RevokeInvite {
  readonly type: 'revoke-invite'
  readonly invitation: InvitationId
}
export interface Admit {
  readonly type: 'admit'
  readonly invitation: InvitationId
  /** SPKI DER of the admitted device. */
  readonly publicKey: Uint8Array
  /** The admitted device's signature: see consentStatement(). Nobody can be admitted without it. */
  readonly consent: Uint8Array
  readonly nickname: string | undefined
}
export interface Leave {
  readonly type: 'leave'
}
export interface Remove {
  readonly type: 'remove'
  readonly member: MemberId
}
export interface ChangeRole {
  readonly type: 'role'
  readonly member: MemberId
  readonly role: Role
}
export interface CreateRoom {
  readonly type: 'room'
  readonly nonce: Uint8Array
  /** Besides the creator; sorted by their bytes, none twice. */
  readonly members: readonly MemberId[]
}
export interface ChangeRoomMembers {
  readonly type: 'room-members'
  readonly room: ConversationId
  /** Sorted, none twice. */
  readonly add: readonly MemberId[]
  /** Sorted, none twice. Oneself: leaves the room. */
  readonly remove: readonly MemberId[]
}
/** A `room` whose seats do not open here. */
export interface SealedRoom {
  readonly type: 'sealed-room'
  readonly seats: Uint8Array
}
/** A `room-members` whose seats do not open here. */
export interface SealedRoomMembers {
  readonly type: 'sealed-room-members'
  readonly seats: Uint8Array
}
export interface SetNickname {
  readonly type: 'nickname'
  readonly nickname: string | undefined
}
export interface Rename {
  readonly type: 'rename'
  readonly name: string | undefined
}
export interface Suspend {
  readonly type: 'suspend'
  readonly member: MemberId
}
export interface Restore {
  readonly type: 'restore'
  readonly member: MemberId
}
export interface Transfer {
  readonly type: 'transfer'
  /** Becomes owner; the author's member becomes admin. */
  readonly member: MemberId
}
export interface Dissolve {
  readonly type: 'dissolve'
}
export interface InviteDevice {
  readonly type: 'invite-device'
  /** See invitationTag(). */
  readonly tag: Uint8Array
  /** Milliseconds since 1970; an admission after it is refused. */
  readonly expires: number
}
export interface AdmitDevice {
  readonly type: 'device'
  /** The author's own: whose device the admitted one becomes. */
  readonly member: MemberId
  readonly invitation: InvitationId
  /** SPKI DER of the admitted device. */
  readonly publicKey: Uint8Array
  /** As in Admit. */
  readonly consent: Uint8Array
}
export interface RevokeDevice {
  readonly type: 'revoke-device'
  readonly device: DeviceId
}
export interface SetPolicy {
  readonly type: 'policy'
  /** One of POLICIES, or of a later version. */
  readonly key: string
  readonly value: string
}
export interface Approve {
  readonly type: 'approve'
  /** The act of another that this one agrees to: see agreement.ts. */
  readonly act: EntryHash
}
export interface Withdraw {
  readonly type: 'withdraw'
  /** An act of the author's own member, to which nobody may agree any more: see agreement.ts. */
  readonly act: EntryHash
}

export type Payload =
  | Create
  | Invite
  | RevokeInvite
  | Admit
  | Leave
  | Remove
  | ChangeRole
  | CreateRoom
  | ChangeRoomMembers
  | SealedRoom
  | SealedRoomMembers
  | SetNickname
  | Rename
  | Suspend
  | Restore
  | Transfer
  | Dissolve
  | InviteDevice
  | AdmitDevice
  | RevokeDevice
  | SetPolicy
  | Approve
  | Withdraw
export type PayloadType = Payload['type']

/** SPKI DER of the device that an entry brings into the circle, if it does. */
export function admittedKey(payload: Payload): Uint8Array | undefined {
  const admits = payload.type === 'create' || payload.type === 'admit' || payload.type === 'device'
  return admits ? payload.publicKey : undefined
}

/** Members in the order in which an entry must name them: by their bytes, none twice. */
export function sortedMembers(members: Iterable<MemberId>): MemberId[] {
  const distinct = [...new Set(members)].map(fromBase32)
  return distinct.sort(compareBytes).map((bytes) => base32(bytes) as MemberId)
}

/** Whether `text` may be a name or a nickname: not blank at its ends, not empty, without control characters. */
export function isName(text: string, maxLength: number): boolean {
  return text.length > 0 && text.length <= maxLength && text === text.trim() && !UNPRINTABLE.test(text)
}

/** Controls, line separators, and the marks that turn the direction of text around. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u

/** Strictly ascending: one set has one encoding. @throws PeerFault 'malformed' */
export function checkSorted(items: readonly Uint8Array[]): void {
  items.forEach((item, index) => {
    const before = items[index - 1]
    if (before !== undefined && compareBytes(before, item) >= 0) throw new PeerFault('malformed')
  })
}

/** What a log entry says: one shape a type, and how it is written and read (spec §5.3). */
import { base32, fromBase32 } from '../base32.ts'
import { compareBytes } from '../bytes.ts'
import type { Value } from '../codec/cbor.ts'
import type { Reader } from '../codec/reader.ts'
import { PeerFault } from '../fault.ts'
import type { ConversationId, DeviceId, EntryHash, InvitationId, MemberId } from '../id.ts'
import { isPolicyText } from './policy.ts'
import { isRole, type Role } from './role.ts'
import {
  ID_BYTES,
  MAX_HASH_BYTES,
  MAX_NAME_LENGTH,
  MAX_NICKNAME_LENGTH,
  MAX_POLICY_LENGTH,
  MAX_PUBLIC_KEY_BYTES,
  MAX_ROOM_CHANGE,
  MAX_SIGNATURE_BYTES,
  MAX_SUITE_NAME_LENGTH,
  NONCE_BYTES,
  SHORT_ID_BYTES,
} from './spec.ts'

export interface Create {
  readonly type: 'create'
  readonly name: string
  /** Name of the suite, for ever. */
  readonly suite: string
  readonly nonce: Uint8Array
  /** SPKI DER of the founder's device. */
  readonly publicKey: Uint8Array
  readonly nickname: string | undefined
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
export interface SetNickname {
  readonly type: 'nickname'
  readonly nickname: string | undefined
}
export interface Rename {
  readonly type: 'rename'
  readonly name: string
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

/** The code of a type on the wire is its place in this list: append only. */
const TYPES: readonly PayloadType[] = [
  'create',
  'invite',
  'revoke-invite',
  'admit',
  'leave',
  'remove',
  'role',
  'room',
  'room-members',
  'nickname',
  'rename',
  'suspend',
  'restore',
  'transfer',
  'dissolve',
  'invite-device',
  'device',
  'revoke-device',
  'policy',
  'approve',
  'withdraw',
]

export function payloadCode(type: PayloadType): number {
  return TYPES.indexOf(type)
}

/** The fields after the code, in the order of the spec. */
export function payloadFields(payload: Payload): Value[] {
  switch (payload.type) {
    case 'create':
      return [payload.name, payload.suite, payload.nonce, payload.publicKey, payload.nickname ?? null]
    case 'invite':
      return [payload.tag, payload.expires, payload.role]
    case 'revoke-invite':
      return [fromBase32(payload.invitation)]
    case 'admit':
      return [fromBase32(payload.invitation), payload.publicKey, payload.consent, payload.nickname ?? null]
    case 'leave':
    case 'dissolve':
      return []
    case 'remove':
    case 'suspend':
    case 'restore':
    case 'transfer':
      return [fromBase32(payload.member)]
    case 'role':
      return [fromBase32(payload.member), payload.role]
    case 'room':
      return [payload.nonce, payload.members.map(fromBase32)]
    case 'room-members':
      return [fromBase32(payload.room), payload.add.map(fromBase32), payload.remove.map(fromBase32)]
    case 'nickname':
      return [payload.nickname ?? null]
    case 'rename':
      return [payload.name]
    case 'invite-device':
      return [payload.tag, payload.expires]
    case 'device':
      return [fromBase32(payload.member), fromBase32(payload.invitation), payload.publicKey, payload.consent]
    case 'revoke-device':
      return [fromBase32(payload.device)]
    case 'policy':
      return [payload.key, payload.value]
    case 'approve':
    case 'withdraw':
      return [fromBase32(payload.act)]
  }
}

/** @throws PeerFault 'malformed' */
export function readPayload(code: number, reader: Reader): Payload {
  const type = TYPES[code]
  if (type === undefined) throw new PeerFault('malformed')
  switch (type) {
    case 'create':
      return {
        type,
        name: nameOf(reader),
        suite: reader.text(MAX_SUITE_NAME_LENGTH),
        nonce: reader.bytes(NONCE_BYTES),
        publicKey: reader.bytes(1, MAX_PUBLIC_KEY_BYTES),
        nickname: nicknameOf(reader),
      }
    case 'invite':
      return { type, tag: reader.bytes(SHORT_ID_BYTES), expires: reader.int(), role: roleOf(reader) }
    case 'revoke-invite':
      return { type, invitation: shortId(reader) as InvitationId }
    case 'admit':
      return {
        type,
        invitation: shortId(reader) as InvitationId,
        publicKey: reader.bytes(1, MAX_PUBLIC_KEY_BYTES),
        consent: reader.bytes(1, MAX_SIGNATURE_BYTES),
        nickname: nicknameOf(reader),
      }
    case 'leave':
    case 'dissolve':
      return { type }
    case 'remove':
    case 'suspend':
    case 'restore':
    case 'transfer':
      return { type, member: memberOf(reader) }
    case 'role':
      return { type, member: memberOf(reader), role: roleOf(reader) }
    case 'room':
      return { type, nonce: reader.bytes(NONCE_BYTES), members: membersOf(reader) }
    case 'room-members':
      return {
        type,
        room: shortId(reader) as ConversationId,
        add: membersOf(reader),
        remove: membersOf(reader),
      }
    case 'nickname':
      return { type, nickname: nicknameOf(reader) }
    case 'rename':
      return { type, name: nameOf(reader) }
    case 'invite-device':
      return { type, tag: reader.bytes(SHORT_ID_BYTES), expires: reader.int() }
    case 'device':
      return {
        type,
        member: memberOf(reader),
        invitation: shortId(reader) as InvitationId,
        publicKey: reader.bytes(1, MAX_PUBLIC_KEY_BYTES),
        consent: reader.bytes(1, MAX_SIGNATURE_BYTES),
      }
    case 'revoke-device':
      return { type, device: base32(reader.bytes(ID_BYTES)) as DeviceId }
    case 'policy':
      return { type, key: policyTextOf(reader), value: policyTextOf(reader) }
    case 'approve':
    case 'withdraw':
      return { type, act: base32(reader.bytes(ID_BYTES, MAX_HASH_BYTES)) as EntryHash }
  }
}

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

function nameOf(reader: Reader): string {
  const name = reader.text(MAX_NAME_LENGTH)
  if (!isName(name, MAX_NAME_LENGTH)) throw new PeerFault('malformed')
  return name
}

function nicknameOf(reader: Reader): string | undefined {
  const nickname = reader.optional((field) => field.text(MAX_NICKNAME_LENGTH))
  if (nickname !== undefined && !isName(nickname, MAX_NICKNAME_LENGTH)) throw new PeerFault('malformed')
  return nickname
}

function policyTextOf(reader: Reader): string {
  const text = reader.text(MAX_POLICY_LENGTH)
  if (!isPolicyText(text)) throw new PeerFault('malformed')
  return text
}

function roleOf(reader: Reader): Role {
  const role = reader.text(MAX_SUITE_NAME_LENGTH)
  if (!isRole(role)) throw new PeerFault('malformed')
  return role
}

function shortId(reader: Reader): string {
  return base32(reader.bytes(SHORT_ID_BYTES))
}

function memberOf(reader: Reader): MemberId {
  return base32(reader.bytes(ID_BYTES)) as MemberId
}

function membersOf(reader: Reader): MemberId[] {
  const ids = reader.list(MAX_ROOM_CHANGE, (value) => {
    if (!(value instanceof Uint8Array) || value.length !== ID_BYTES) throw new PeerFault('malformed')
    return value
  })
  checkSorted(ids)
  return ids.map((id) => base32(id) as MemberId)
}

/** Strictly ascending: one set has one encoding. @throws PeerFault 'malformed' */
export function checkSorted(items: readonly Uint8Array[]): void {
  items.forEach((item, index) => {
    const before = items[index - 1]
    if (before !== undefined && compareBytes(before, item) >= 0) throw new PeerFault('malformed')
  })
}

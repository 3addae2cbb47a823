/**
 * How what a log entry says is written and read (spec §5.3). Names and seats are sealed (spec §5.13): a name that does not open here
 * is undefined, and seats that don't make another shape.
 */
import { base32, fromBase32 } from '../base32.ts'
import type { Value } from '../codec/cbor.ts'
import type { Reader } from '../codec/reader.ts'
import { CallerFault, PeerFault } from '../fault.ts'
import type { ConversationId, DeviceId, EntryHash, InvitationId, MemberId } from '../id.ts'
import {
  SEALED_NAME_MAX_BYTES,
  SEALED_NAME_MIN_BYTES,
  SEALED_SEATS_MIN_BYTES,
  type EntrySeal,
} from './names.ts'
import {
  checkSorted,
  isName,
  type ChangeRoomMembers,
  type CreateRoom,
  type Payload,
  type PayloadType,
  type SealedRoom,
  type SealedRoomMembers,
} from './payload.ts'
import { isPolicyText } from './policy.ts'
import { isRole, type Role } from './role.ts'
import {
  ID_BYTES,
  LOG_ENTRY_MAX_BYTES,
  MAX_HASH_BYTES,
  MAX_NAME_LENGTH,
  MAX_NICKNAME_LENGTH,
  MAX_POLICY_LENGTH,
  MAX_PUBLIC_KEY_BYTES,
  MAX_ROOM_CHANGE,
  MAX_SIGNATURE_BYTES,
  MAX_SUITE_NAME_LENGTH,
  NAMES_ID_BYTES,
  NONCE_BYTES,
  SHORT_ID_BYTES,
} from './spec.ts'

/** The code of a type on the wire is its place in this list: append only. */
export const PAYLOAD_TYPES: readonly Exclude<PayloadType, 'sealed-room' | 'sealed-room-members'>[] = [
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
  if (type === 'sealed-room') return PAYLOAD_TYPES.indexOf('room')
  return PAYLOAD_TYPES.indexOf(type === 'sealed-room-members' ? 'room-members' : type)
}

/** Places of names among the fields of their types. */
const FIELD = { createName: 0, createNickname: 4, admitNickname: 3, nickname: 0, rename: 0 } as const

/**
 * The fields after the code, in the order of the spec.
 * @param seal of the very entry; without it there can be no name and no seats
 * @throws CallerFault 'names-key-missing'
 */
export function payloadFields(payload: Payload, seal: EntrySeal | undefined): Value[] {
  const name = (field: number, text: string): Uint8Array => (seal ?? noSeal()).name(field, text)
  const nickname = (field: number, text: string | undefined): Value =>
    text === undefined ? null : name(field, text)
  switch (payload.type) {
    case 'create':
      return [
        name(FIELD.createName, payload.name ?? ''),
        payload.suite,
        payload.nonce,
        payload.publicKey,
        nickname(FIELD.createNickname, payload.nickname),
        payload.namesId,
      ]
    case 'invite':
      return [payload.tag, payload.expires, payload.role]
    case 'revoke-invite':
      return [fromBase32(payload.invitation)]
    case 'admit':
      return [
        fromBase32(payload.invitation),
        payload.publicKey,
        payload.consent,
        nickname(FIELD.admitNickname, payload.nickname),
      ]
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
      return [(seal ?? noSeal()).seats([payload.nonce, payload.members.map(fromBase32)])]
    case 'room-members': {
      const seats = [fromBase32(payload.room), payload.add.map(fromBase32), payload.remove.map(fromBase32)]
      return [(seal ?? noSeal()).seats(seats)]
    }
    case 'sealed-room':
    case 'sealed-room-members':
      return [payload.seats]
    case 'nickname':
      return [nickname(FIELD.nickname, payload.nickname)]
    case 'rename':
      return [name(FIELD.rename, payload.name ?? '')]
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

/** @param seal of the very entry; without it nothing opens @throws PeerFault 'malformed' */
export function readPayload(code: number, reader: Reader, seal: EntrySeal | undefined): Payload {
  const type = PAYLOAD_TYPES[code]
  if (type === undefined) throw new PeerFault('malformed')
  switch (type) {
    case 'create':
      return {
        type,
        name: nameOf(reader, seal, FIELD.createName),
        suite: reader.text(MAX_SUITE_NAME_LENGTH),
        nonce: reader.bytes(NONCE_BYTES),
        publicKey: reader.bytes(1, MAX_PUBLIC_KEY_BYTES),
        nickname: nicknameOf(reader, seal, FIELD.createNickname),
        namesId: reader.bytes(NAMES_ID_BYTES),
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
        nickname: nicknameOf(reader, seal, FIELD.admitNickname),
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
      return roomOf(reader, seal)
    case 'room-members':
      return roomMembersOf(reader, seal)
    case 'nickname':
      return { type, nickname: nicknameOf(reader, seal, FIELD.nickname) }
    case 'rename':
      return { type, name: nameOf(reader, seal, FIELD.rename) }
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

/** @throws CallerFault 'names-key-missing' */
function noSeal(): never {
  throw new CallerFault('names-key-missing', {
    message: 'This device was not given the key to names and rooms of that circle yet.',
    remedy: 'Leave it running until it has met another member\u2019s device, not a keeper.',
  })
}

/** Sealed under another key, or no name: none, for all who have the key as for those who have it not. */
function nameOf(
  reader: Reader,
  seal: EntrySeal | undefined,
  field: number,
  maxLength = MAX_NAME_LENGTH,
): string | undefined {
  const sealed = reader.bytes(SEALED_NAME_MIN_BYTES, SEALED_NAME_MAX_BYTES)
  const name = seal?.openName(field, sealed)
  return name !== undefined && isName(name, maxLength) ? name : undefined
}

function nicknameOf(reader: Reader, seal: EntrySeal | undefined, field: number): string | undefined {
  return reader.optional(() => nameOf(reader, seal, field, MAX_NICKNAME_LENGTH))
}

function seatsOf(reader: Reader): Uint8Array {
  return reader.bytes(SEALED_SEATS_MIN_BYTES, LOG_ENTRY_MAX_BYTES)
}

function roomOf(reader: Reader, seal: EntrySeal | undefined): CreateRoom | SealedRoom {
  const seats = seatsOf(reader)
  const opened = seal?.openSeats(seats, (inner) => ({
    nonce: inner.bytes(NONCE_BYTES),
    members: membersOf(inner),
  }))
  return opened === undefined ? { type: 'sealed-room', seats } : { type: 'room', ...opened }
}

function roomMembersOf(reader: Reader, seal: EntrySeal | undefined): ChangeRoomMembers | SealedRoomMembers {
  const seats = seatsOf(reader)
  const opened = seal?.openSeats(seats, (inner) => ({
    room: shortId(inner) as ConversationId,
    add: membersOf(inner),
    remove: membersOf(inner),
  }))
  return opened === undefined ? { type: 'sealed-room-members', seats } : { type: 'room-members', ...opened }
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

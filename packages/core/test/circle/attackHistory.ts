/**
 * A history that nobody well-behaved would make: any device that was ever admitted signs anything, on top of any entries, as
 * often as it likes. Few tags, nonces and keys, so that everything collides with everything.
 */
import {
  ACT_LIFETIME_MS,
  consentStatement,
  createNamesKey,
  deviceIdOf,
  decodeEntry,
  invitationIdOf,
  memberIdOf,
  type MembershipLog,
  type NamesKey,
  roomIdOf,
  signEntry,
  sortedMembers,
  type ConversationId,
  type DeviceId,
  type Entry,
  type EntryHash,
  type InvitationId,
  type MemberId,
  type Payload,
  type Role,
  type SigningKey,
  type Suite,
} from '@triode/core'
import { createSeededRandom, type SeededRandom } from '@triode/testkit'
import { credulous, openLog } from './world.ts'

const NOON = 1_800_000_000_000
const HOUR = 3_600_000

interface Signed {
  readonly entry: Entry
  readonly bytes: Uint8Array
  /** Hashes of its past. */
  readonly past: ReadonlySet<EntryHash>
}

/** How a history is to be: how many entries, how deep their parents reach, how eager who asks for approvals. */
export interface Mood {
  readonly entries: number
  /** Chance that an entry stands on everything, as an honest one does. */
  readonly honesty: number
  readonly approvals: boolean
}

export class Mischief {
  readonly random: SeededRandom
  readonly suite: Suite
  readonly signed: Signed[] = []
  readonly names: NamesKey
  /** Under which liars seal now and then, so that nobody can open it. */
  private readonly otherNames: NamesKey
  private readonly sealing: SeededRandom
  private readonly keys: SigningKey[]
  private readonly nonces: readonly Uint8Array[]
  private readonly mood: Mood
  private clock = NOON

  constructor(seed: string | number, mood: Mood, suite: Suite = credulous) {
    this.random = createSeededRandom(`mischief/${seed}`)
    this.suite = suite
    this.mood = mood
    this.sealing = createSeededRandom(`sealing/${seed}`)
    this.names = createNamesKey(suite, this.sealing)
    this.otherNames = createNamesKey(suite, this.sealing)
    this.keys = Array.from({ length: 7 }, () => suite.signing.generate(this.random))
    this.nonces = Array.from({ length: 3 }, () => this.random.bytes(16))
    this.found()
    for (let i = 0; i < mood.entries; i++) this.anything()
  }

  get circle(): Entry['circle'] {
    const [first] = this.signed
    if (first === undefined) throw new RangeError('nothing was signed')
    return first.entry.circle
  }

  /** The founder, and two or three whom it admitted with some role. */
  private found(): void {
    const [key] = this.keys
    if (key === undefined) throw new RangeError('no keys')
    this.sign(key, [], {
      type: 'create',
      name: 'The Band',
      suite: this.suite.name,
      nonce: this.random.bytes(16),
      publicKey: key.publicKey,
      nickname: undefined,
      namesId: this.names.id,
    })
    const roles: readonly Role[] = ['owner', 'admin', 'member', 'owner']
    const others = this.random.pick([1, 2, 3])
    for (let at = 0; at < others; at++) {
      const role = this.random.pick(roles)
      const tag = this.random.bytes(16)
      this.sign(key, this.heads(), { type: 'invite', tag, expires: NOON + HOUR, role })
      this.sign(
        key,
        this.heads(),
        this.admission(invitationIdOf(this.suite, this.circle, this.idOf(key), tag), 1 + at),
      )
    }
    if (this.mood.approvals) {
      this.sign(key, this.heads(), { type: 'policy', key: 'approvals', value: this.random.pick(['2', '3']) })
    }
  }

  private idOf(key: SigningKey): DeviceId {
    return deviceIdOf(this.suite, key.publicKey)
  }

  private keyAt(at: number): SigningKey {
    const key = this.keys[at % this.keys.length]
    if (key === undefined) throw new RangeError('no keys')
    return key
  }

  private admission(invitation: InvitationId, at: number): Payload {
    const key = this.keyAt(at)
    const consent = key.sign(consentStatement(this.circle, invitation))
    return { type: 'admit', invitation, publicKey: key.publicKey, consent, nickname: undefined }
  }

  private heads(): EntryHash[] {
    const followed = new Set(this.signed.flatMap(({ entry }) => entry.parents))
    return this.signed.map(({ entry }) => entry.hash).filter((hash) => !followed.has(hash))
  }

  private sign(key: SigningKey, parents: readonly EntryHash[], payload: Payload): void {
    const past = new Set<EntryHash>(parents)
    for (const { entry, past: before } of this.signed)
      if (parents.includes(entry.hash)) for (const hash of before) past.add(hash)
    const author = this.idOf(key)
    const own = this.signed.filter(({ entry }) => entry.author === author && past.has(entry.hash))
    const sequence = own.reduce((last, { entry }) => Math.max(last, entry.sequence), -1) + 1
    const draft = {
      circle: payload.type === 'create' ? undefined : this.circle,
      sequence: this.signed.length > 8 && this.random.chance(0.02) ? sequence + 1 : sequence,
      parents: parents.slice(0, 16),
      at: this.clock++ + (this.random.chance(0.05) ? ACT_LIFETIME_MS : 0),
      payload,
    }
    const names = this.signed.length > 0 && this.sealing.chance(0.2) ? this.otherNames : this.names
    const bytes = signEntry(this.suite, key, draft, names)
    const { entry } = decodeEntry(this.suite, bytes, this.names)
    if (!this.signed.some((known) => known.entry.hash === entry.hash))
      this.signed.push({ entry, bytes, past })
  }

  /** By whoever may be kept: its admission is in the past of what it stands on. */
  private anything(): void {
    const parents = this.standing()
    const past = new Set(parents)
    for (const { entry, past: before } of this.signed)
      if (past.has(entry.hash)) for (const hash of before) past.add(hash)
    const known = this.signed.filter(({ entry }) => past.has(entry.hash)).map(({ entry }) => entry)
    const admitted = known.flatMap(({ payload }) => ('publicKey' in payload ? [payload.publicKey] : []))
    const key =
      this.keys.find(({ publicKey }) => publicKey === this.random.pick(admitted)) ??
      this.keyOf(this.random.pick(admitted))
    this.sign(key, latest(parents, this.signed), this.something(key, known))
  }

  private keyOf(publicKey: Uint8Array): SigningKey {
    const key = this.keys.find((one) => one.publicKey.toHex() === publicKey.toHex())
    if (key === undefined) throw new RangeError('nobody has this key')
    return key
  }

  private standing(): EntryHash[] {
    if (this.random.chance(this.mood.honesty)) return this.heads()
    const count = this.random.pick([1, 1, 2, 3])
    // Late entries more often: on top of the first one only the founder can sign.
    const late = this.signed.slice(Math.floor(this.signed.length * this.random.pick([0, 0.3, 0.6, 0.8])))
    return Array.from({ length: count }, () => this.random.pick(late).entry.hash)
  }

  private something(key: SigningKey, known: readonly Entry[]): Payload {
    const { random } = this
    const author = this.idOf(key)
    const devices = known.flatMap(({ payload }) =>
      'publicKey' in payload ? [deviceIdOf(this.suite, payload.publicKey)] : [],
    )
    const members = known.flatMap(({ payload }) =>
      payload.type === 'create' || payload.type === 'admit'
        ? [memberIdOf(deviceIdOf(this.suite, payload.publicKey))]
        : [],
    )
    const own = known.flatMap(({ author: by, payload }) =>
      by === author && 'tag' in payload
        ? [{ id: invitationIdOf(this.suite, this.circle, author, payload.tag), type: payload.type }]
        : [],
    )
    const invitations = known.flatMap(({ author: by, payload }) =>
      'tag' in payload ? [invitationIdOf(this.suite, this.circle, by, payload.tag)] : [],
    )
    const rooms = known.flatMap(({ author: by, payload }) =>
      payload.type === 'room' ? [roomIdOf(this.suite, this.circle, by, payload.nonce)] : [],
    )
    const acts = known.filter(({ payload }) =>
      ['remove', 'transfer', 'dissolve', 'role', 'policy', 'invite'].includes(payload.type),
    )
    const member = random.pick(members)
    const makers: readonly (readonly [number, () => Payload | undefined])[] = [
      [6, () => ({ type: 'remove', member })],
      [
        5,
        () => ({ type: 'role', member, role: random.pick(['owner', 'admin', 'member', 'guest', 'keeper']) }),
      ],
      [4, () => ({ type: 'suspend', member })],
      [4, () => ({ type: 'restore', member: this.suspended(known) ?? member })],
      [4, () => ({ type: 'transfer', member })],
      [1, () => ({ type: 'dissolve' })],
      [2, () => ({ type: 'leave' })],
      [
        4,
        () => ({
          type: 'invite',
          tag: random.pick(this.nonces),
          expires: NOON + random.pick([0, HOUR]),
          role: random.pick(['owner', 'admin', 'member', 'guest']),
        }),
      ],
      [5, () => ({ type: 'invite-device', tag: random.pick(this.nonces), expires: NOON + HOUR })],
      [
        3,
        () =>
          invitations.length === 0
            ? undefined
            : { type: 'revoke-invite', invitation: random.pick(invitations) },
      ],
      [9, () => this.spend(own, memberOf(known, author, this.suite) ?? member)],
      [5, () => ({ type: 'revoke-device', device: random.pick(devices) })],
      [3, () => ({ type: 'policy', key: 'approvals', value: random.pick(['1', '2', '3']) })],
      [1, () => ({ type: 'policy', key: 'history', value: random.pick(['all', 'none']) })],
      [8, () => (acts.length === 0 ? undefined : { type: 'approve', act: random.pick(acts).hash })],
      [4, () => (acts.length === 0 ? undefined : { type: 'withdraw', act: random.pick(acts).hash })],
      [3, () => ({ type: 'room', nonce: random.pick(this.nonces), members: sortedMembers([member]) })],
      [4, () => this.changeRoom(rooms, members)],
      [1, () => ({ type: 'rename', name: random.pick(['A', 'B', 'C']) })],
      [1, () => ({ type: 'nickname', nickname: random.pick(['A', 'B', 'C']) })],
    ]
    let left = random.int(makers.reduce((sum, [weight]) => sum + weight, 0))
    const [, make] = makers.find(([weight]) => (left -= weight) < 0) ?? []
    return make?.() ?? { type: 'nickname', nickname: 'Nobody' }
  }

  private suspended(known: readonly Entry[]): MemberId | undefined {
    const suspended = known.flatMap(({ payload }) => (payload.type === 'suspend' ? [payload.member] : []))
    return suspended.length === 0 ? undefined : this.random.pick(suspended)
  }

  private spend(
    own: readonly { readonly id: InvitationId; readonly type: string }[],
    member: MemberId,
  ): Payload | undefined {
    if (own.length === 0) return undefined
    const { id, type } = this.random.pick(own)
    const at = this.random.int(this.keys.length)
    const admission = this.admission(id, at)
    if (type === 'invite' || admission.type !== 'admit') return admission
    return {
      type: 'device',
      member,
      invitation: id,
      publicKey: admission.publicKey,
      consent: admission.consent,
    }
  }

  private changeRoom(rooms: readonly ConversationId[], members: readonly MemberId[]): Payload | undefined {
    if (rooms.length === 0) return undefined
    const some = sortedMembers([this.random.pick(members)])
    const add = this.random.chance(0.5)
    return {
      type: 'room-members',
      room: this.random.pick(rooms),
      add: add ? some : [],
      remove: add ? [] : some,
    }
  }

  /** The same history without the entry at `at` and whatever follows it. */
  without(at: number, of: readonly Signed[]): Signed[] {
    const hash = of[at]?.entry.hash
    return of.filter(({ entry, past }) => hash !== entry.hash && (hash === undefined || !past.has(hash)))
  }
}

function latest(hashes: readonly EntryHash[], signed: readonly Signed[]): EntryHash[] {
  const distinct = [...new Set(hashes)]
  return distinct.filter(
    (hash) => !signed.some(({ entry, past }) => distinct.includes(entry.hash) && past.has(hash)),
  )
}

function memberOf(known: readonly Entry[], device: DeviceId, suite: Suite): MemberId | undefined {
  for (const { payload } of known) {
    if (!('publicKey' in payload) || deviceIdOf(suite, payload.publicKey) !== device) continue
    return payload.type === 'device' ? payload.member : memberIdOf(device)
  }
  return undefined
}

/** A log that takes `entries` in this order; `look` says when its state is looked at in between. @param names none: as at a keeper */
export function logOf(
  suite: Suite,
  circle: Entry['circle'],
  entries: readonly Uint8Array[],
  look: () => boolean,
  names?: NamesKey,
): MembershipLog {
  const log = openLog(suite, circle, names)
  for (const bytes of entries) {
    log.add(bytes)
    if (log.size > 0 && look()) log.state()
  }
  return log
}

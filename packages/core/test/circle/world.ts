/** A few people with a device each, who exchange logs when the test says so. */
import assert from 'node:assert/strict'
import {
  CallerFault,
  consentStatement,
  createSimulationSuite,
  decodeEntry,
  deviceIdOf,
  invitationIdOf,
  invitationTag,
  memberIdOf,
  MembershipLog,
  type NamesKey,
  roomIdOf,
  signEntry,
  sortedMembers,
  StoredNamesKey,
  type CircleId,
  type CircleState,
  type ConversationId,
  type DeviceId,
  type Entry,
  type EntryDraft,
  type EntryHash,
  type InvitationId,
  type MemberId,
  type Payload,
  type Role,
  type SigningKey,
  type Store,
  type Suite,
} from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import { createMemoryStore, createSeededRandom, type SeededRandom } from '@triode/testkit'

export const suite: Suite = createSimulationSuite(nodePrimitives())
export const DAY = 86_400_000

/** Believes every signature, for histories that are about something else: they take a tenth of the time. */
export const credulous: Suite = {
  ...suite,
  signing: {
    ...suite.signing,
    generate: (random) => {
      const publicKey = random.bytes(44)
      return { publicKey, sign: () => new Uint8Array(64), exportPkcs8: () => new Uint8Array(0) }
    },
    verifier: () => ({ verify: () => true }),
  },
}

/** An empty log of `circle`, with its names key if that is given. */
export function openLog(
  of: Suite,
  circle: CircleId,
  names: NamesKey | undefined,
  store: Store = createMemoryStore(),
): MembershipLog {
  if (names !== undefined) new StoredNamesKey(store, circle).put(names.bytes)
  return MembershipLog.open({ suite: of, store }, circle)
}

/** For assert.throws(): what is refused under this code. */
export function refusedWith(code: string): (error: unknown) => boolean {
  return (error) => error instanceof CallerFault && error.code === code
}

export class World {
  readonly random: SeededRandom
  readonly suite: Suite
  now = 1_800_000_000_000

  constructor(seed: string | number, of: Suite = suite) {
    this.random = createSeededRandom(seed)
    this.suite = of
  }

  /** Founds a circle. */
  found(nickname: string): Person {
    const { suite } = this
    const key = suite.signing.generate(this.random)
    const store = createMemoryStore()
    const context = { key, random: this.random, name: 'The Band', nickname, at: this.now++ }
    return new Person(this, nickname, key, store, MembershipLog.create({ suite, store }, context))
  }

  /** Joins by an invitation of `inviter`, which both know afterwards; with the names key, unless as a keeper. */
  join(inviter: Person, nickname: string, role: Role = 'member'): Person {
    const guest = this.stranger(inviter, nickname, role !== 'keeper')
    inviter.admit(inviter.invite(role), guest)
    guest.learnFrom(inviter)
    return guest
  }

  /** A further device of `owner`, by its own invitation; both know it afterwards. */
  addDevice(owner: Person): Person {
    const device = this.ownDevice(owner)
    owner.admitDevice(owner.inviteDevice(), device)
    device.learnFrom(owner)
    return device
  }

  /** A device with an empty log that is to be one of `owner`. */
  ownDevice(owner: Person): Person {
    const { key, store, log } = this.stranger(owner, owner.nickname)
    return new Person(this, owner.nickname, key, store, log, owner.member)
  }

  /** Someone with a key and an empty log. @param named whether with the circle's names key */
  stranger(inviter: Person, nickname: string, named = true): Person {
    const { circle, names } = inviter.log
    const key = this.suite.signing.generate(this.random)
    const store = createMemoryStore()
    const log = openLog(this.suite, circle, named ? names : undefined, store)
    return new Person(this, nickname, key, store, log)
  }
}

export class Person {
  readonly world: World
  readonly nickname: string
  readonly key: SigningKey
  readonly store: Store
  readonly device: DeviceId
  readonly member: MemberId
  log: MembershipLog

  constructor(
    world: World,
    nickname: string,
    key: SigningKey,
    store: Store,
    log: MembershipLog,
    member?: MemberId,
  ) {
    this.world = world
    this.nickname = nickname
    this.key = key
    this.store = store
    this.log = log
    this.device = deviceIdOf(suite, key.publicKey)
    this.member = member ?? memberIdOf(this.device)
  }

  get state(): CircleState {
    return this.log.state()
  }

  /** Whom this device takes for active members, by nickname. */
  get roster(): string[] {
    return [...this.state.members.values()]
      .filter((member) => member.state === 'active')
      .map((member) => member.nickname ?? '?')
      .sort()
  }

  says(payload: Payload): Entry {
    return this.log.append(this.key, payload, this.world.now++)
  }

  /**
   * Signs whatever it is told, also what append() would refuse; it is in no log yet.
   * @param draft where it stands, if not next of its own and on top of all that it knows
   */
  signs(payload: Payload, draft: Partial<Omit<EntryDraft, 'payload'>> = {}): Uint8Array {
    const { log, world } = this
    const whole = {
      circle: log.circle,
      sequence: draft.sequence ?? log.entries().filter(({ author }) => author === this.device).length,
      parents: draft.parents ?? log.heads(),
      at: draft.at ?? world.now++,
      payload,
    }
    return signEntry(world.suite, this.key, whole, log.names)
  }

  /** The same, and adds it to its log. */
  forges(payload: Payload, draft: Partial<Omit<EntryDraft, 'payload'>> = {}): EntryHash {
    const bytes = this.signs(payload, draft)
    assert.equal(this.log.add(bytes), 'added')
    return decodeEntry(this.world.suite, bytes).entry.hash
  }

  invite(role: Role = 'member', lifetime = DAY): InvitationId {
    const tag = invitationTag(suite, this.log.circle, this.world.random.bytes(16))
    this.says({ type: 'invite', tag, expires: this.world.now + lifetime, role })
    return invitationIdOf(suite, this.log.circle, this.device, tag)
  }

  admission(invitation: InvitationId, guest: Person): Payload {
    const consent = guest.key.sign(consentStatement(this.log.circle, invitation))
    return { type: 'admit', invitation, publicKey: guest.key.publicKey, consent, nickname: guest.nickname }
  }

  admit(invitation: InvitationId, guest: Person): Entry {
    return this.says(this.admission(invitation, guest))
  }

  remove(whom: Person): Entry {
    return this.says({ type: 'remove', member: whom.member })
  }

  suspend(whom: Person): Entry {
    return this.says({ type: 'suspend', member: whom.member })
  }

  restore(whom: Person): Entry {
    return this.says({ type: 'restore', member: whom.member })
  }

  transfer(whom: Person): Entry {
    return this.says({ type: 'transfer', member: whom.member })
  }

  dissolve(): Entry {
    return this.says({ type: 'dissolve' })
  }

  inviteDevice(lifetime = DAY): InvitationId {
    const tag = invitationTag(suite, this.log.circle, this.world.random.bytes(16))
    this.says({ type: 'invite-device', tag, expires: this.world.now + lifetime })
    return invitationIdOf(suite, this.log.circle, this.device, tag)
  }

  deviceAdmission(invitation: InvitationId, device: Person): Payload {
    const consent = device.key.sign(consentStatement(this.log.circle, invitation, true))
    return { type: 'device', member: this.member, invitation, publicKey: device.key.publicKey, consent }
  }

  admitDevice(invitation: InvitationId, device: Person): Entry {
    return this.says(this.deviceAdmission(invitation, device))
  }

  revokeDevice(device: Person): Entry {
    return this.says({ type: 'revoke-device', device: device.device })
  }

  setPolicy(key: string, value: string): Entry {
    return this.says({ type: 'policy', key, value })
  }

  approve(act: Entry | EntryHash): Entry {
    return this.says({ type: 'approve', act: typeof act === 'string' ? act : act.hash })
  }

  withdraw(act: Entry | EntryHash): Entry {
    return this.says({ type: 'withdraw', act: typeof act === 'string' ? act : act.hash })
  }

  giveRole(whom: Person, role: Role): Entry {
    return this.says({ type: 'role', member: whom.member, role })
  }

  room(...members: readonly Person[]): ConversationId {
    const nonce = this.world.random.bytes(16)
    this.says({ type: 'room', nonce, members: sorted(members) })
    return roomIdOf(suite, this.log.circle, this.device, nonce)
  }

  changeRoom(room: ConversationId, change: { add?: readonly Person[]; remove?: readonly Person[] }): Entry {
    const { add = [], remove = [] } = change
    return this.says({ type: 'room-members', room, add: sorted(add), remove: sorted(remove) })
  }

  rightNow(whom: Person): string | undefined {
    return this.state.members.get(whom.member)?.state
  }

  roleOf(whom: Person): Role | undefined {
    return this.state.members.get(whom.member)?.role
  }

  inRoom(room: ConversationId): string[] {
    const ids = this.state.rooms.get(room)?.members ?? []
    return ids.map((id) => this.state.members.get(id)?.nickname ?? '?').sort()
  }

  /** One direction of an exchange, through the locator. */
  learnFrom(other: Person): void {
    let after: Entry['hash'] | undefined
    for (;;) {
      const page = other.log.missingFor(this.log.locator(), 4_096, after)
      if (page.length === 0) return
      for (const bytes of page) this.log.add(bytes)
      const last = page.at(-1)
      after = last && decodeEntry(suite, last).entry.hash
    }
  }

  /** Another device with the same key, which knows what this one knows now: a restored backup, or a liar. */
  fork(): Person {
    const store = createMemoryStore()
    const log = openLog(this.world.suite, this.log.circle, this.log.names, store)
    for (const bytes of this.log.allBytes()) log.add(bytes)
    return new Person(this.world, this.nickname, this.key, store, log, this.member)
  }
}

export function sorted(people: readonly Person[]): MemberId[] {
  return sortedMembers(people.map((person) => person.member))
}

/** Everyone learns everything. */
export function meet(...people: readonly Person[]): void {
  for (let round = 0; round < 2; round++) {
    for (const one of people) for (const other of people) if (one !== other) one.learnFrom(other)
  }
}

/** Membership as the log and the cards of one circle have it, seen from one device. */
import { base32, fromBase32 } from '../base32.ts'
import { namesFor } from '../circle/answerJoin.ts'
import type { CardBook } from '../circle/card.ts'
import { conversationsOf, membersOf, readersOf } from '../circle/conversation.ts'
import { endingsOf } from '../circle/farewell.ts'
import type { MembershipLog } from '../circle/log.ts'
import { policyOf } from '../circle/policy.ts'
import { mayDo, ROLE, type Role } from '../circle/role.ts'
import type { SealingKeys } from '../circle/sealingKeys.ts'
import type { CircleState } from '../circle/state.ts'
import type { SealingKey, Suite } from '../crypto/suite.ts'
import type { EnvelopeTarget } from '../feed/epoch.ts'
import type { ConversationId, DeviceId, EntryHash, MemberId } from '../id.ts'
import type { Recipient } from '../message/delivery.ts'
import type { NamesHost, SyncedCards, SyncedLog } from '../sync/host.ts'
import { historyGiver, type HistoryGiver } from './historyPolicy.ts'
import type { Membership } from './membership.ts'
import { syncedCards } from './syncedCards.ts'

export interface CircleParts {
  readonly suite: Suite
  readonly log: MembershipLog
  readonly cards: CardBook
  readonly sealingKeys: SealingKeys
  readonly self: DeviceId
  readonly member: MemberId
}

/** What follows from one state, worked out when it is first asked for: sync asks for each frame. */
interface Known {
  readonly state: CircleState
  readonly readers: Map<ConversationId, Readers>
  readonly shared: Map<DeviceId, readonly ConversationId[]>
}

interface Readers {
  /** Sorted. */
  readonly list: readonly DeviceId[]
  readonly set: ReadonlySet<DeviceId>
}

export class CircleMembership implements Membership {
  readonly log: SyncedLog
  readonly cards: SyncedCards
  readonly names: NamesHost
  private readonly parts: CircleParts
  private known: Known | undefined

  private sharedCache: { state: CircleState; shared: Map<DeviceId, readonly ConversationId[]> } | undefined

  constructor(parts: CircleParts) {
    this.parts = parts
    this.log = syncedLog(parts.log)
    this.cards = syncedCards(parts)
    this.names = {
      isWanted: () =>
        parts.log.names === undefined && this.isActive(parts.self) && !this.isKeeper(parts.self),
      keyFor: (device) => namesFor(parts.log, device)?.bytes,
      learn: (key) => {
        parts.log.learnNames(key)
      },
    }
  }

  get control(): ConversationId {
    return this.state().conversations.control
  }

  get own(): ConversationId {
    return this.state().conversations.self(this.parts.member)
  }

  isActive(device: DeviceId): boolean {
    return this.state().devices.get(device)?.active === true
  }

  publicKey(device: DeviceId): Uint8Array | undefined {
    return this.state().devices.get(device)?.publicKey
  }

  memberOf(device: DeviceId): MemberId | undefined {
    return this.state().devices.get(device)?.member
  }

  readers(conversation: ConversationId): readonly DeviceId[] {
    return this.readersOf(conversation).list
  }

  mayRead(device: DeviceId, conversation: ConversationId): boolean {
    return this.readersOf(conversation).set.has(device)
  }

  mayWrite(device: DeviceId, conversation: ConversationId): boolean {
    return this.mayRead(device, conversation)
  }

  wasWriter(device: DeviceId, conversation: ConversationId): boolean {
    if (this.mayRead(device, conversation)) return true
    const member = this.state().members.get(this.memberOf(device) ?? ('' as MemberId))
    if (member === undefined) return false
    if (this.state().rooms.get(conversation)?.leftMembers.includes(member.id) === true) return true
    if (member.state !== 'left') return false
    // Whoever left could write to the circle, and to whoever they wrote to directly.
    const { conversations } = this.state()
    if (conversation === conversations.circle || conversation === conversations.control) return true
    return conversation === conversations.direct(this.parts.member, member.id)
  }

  conversations(): readonly ConversationId[] {
    return conversationsOf(this.state(), this.parts.member).map((conversation) => conversation.id)
  }

  shared(device: DeviceId): readonly ConversationId[] {
    const { shared } = this.now()
    const known = shared.get(device) ?? this.listShared(device)
    shared.set(device, known)
    return known
  }

  private listShared(device: DeviceId): readonly ConversationId[] {
    const state = this.state()
    const member = this.memberOf(device)
    if (member === undefined) return []
    const { circle, control } = state.conversations
    const rooms = [...state.rooms.values()]
      .filter((room) => room.members.includes(member))
      .map((room) => room.id)
    // Own devices hand each other what is said with others too: those may be away for long.
    const pairs =
      member === this.parts.member
        ? this.conversations().filter((id) => id !== circle && !state.rooms.has(id))
        : [state.conversations.direct(member, this.parts.member)]
    return [control, circle, ...pairs, ...rooms].filter(
      (conversation) => this.mayRead(device, conversation) && this.mayRead(this.parts.self, conversation),
    )
  }

  recipients(conversation: ConversationId): readonly Recipient[] {
    const state = this.state()
    return membersOf(state, conversation, this.parts.member).map((member) => ({
      member,
      devices: state.members.get(member)?.devices ?? [],
    }))
  }

  ownOtherDevices(): readonly DeviceId[] {
    const devices = this.state().members.get(this.parts.member)?.devices ?? []
    return devices.filter((device) => device !== this.parts.self)
  }

  sealingTarget(device: DeviceId): EnvelopeTarget | undefined {
    const card = this.parts.cards.get(device)
    return card && { device, generation: card.sealingGeneration, sealingKey: card.sealingKey }
  }

  sealingKey(generation: number): SealingKey | undefined {
    return this.parts.sealingKeys.find(generation)
  }

  historyFrom(device: DeviceId): HistoryGiver | undefined {
    return historyGiver(this.state(), device, this.parts.self)
  }

  historyFor(device: DeviceId): HistoryGiver | undefined {
    return historyGiver(this.state(), this.parts.self, device)
  }

  isKeeper(device: DeviceId): boolean {
    return this.isActive(device) && this.roleOf(device) === ROLE.keeper
  }

  hearsLinks(device: DeviceId): boolean {
    const role = this.roleOf(device)
    if (role === undefined || !this.isActive(device) || !mayDo(role, 'readCircle')) return false
    return policyOf(this.state().policies, 'links') === 'members'
  }

  isWelcome(device: DeviceId): boolean {
    const member = this.state().members.get(this.memberOf(device) ?? ('' as MemberId))
    return this.isActive(device) || member?.state === 'left'
  }

  private roleOf(device: DeviceId): Role | undefined {
    return this.state().members.get(this.memberOf(device) ?? ('' as MemberId))?.role
  }

  forget(): void {
    this.parts.log.reload()
    this.parts.cards.reload()
  }

  private now(): Known {
    const state = this.state()
    if (this.known?.state !== state) this.known = { state, readers: new Map(), shared: new Map() }
    return this.known
  }

  /** Of conversations that nobody reads nothing is kept: anyone can make ids up. */
  private readersOf(conversation: ConversationId): Readers {
    const { state, readers } = this.now()
    const known = readers.get(conversation)
    if (known !== undefined) return known
    const list = readersOf(state, conversation, this.parts.member)
    const found = { list, set: new Set(list) }
    if (list.length > 0) readers.set(conversation, found)
    return found
  }

  private state(): CircleState {
    return this.parts.log.state()
  }
}

function syncedLog(log: MembershipLog): SyncedLog {
  const toHash = (bytes: Uint8Array): EntryHash => base32(bytes) as EntryHash
  return {
    heads: () => log.heads().map(fromBase32),
    locator: () => log.locator().map(fromBase32),
    has: (hash) => log.has(toHash(hash)),
    size: () => log.size,
    from: (index) => log.bytesFrom(index),
    missingFor: (known, limitBytes) => log.burstFor(known.map(toHash), limitBytes),
    endingsOf: (device) => endingsOf(log, device).flatMap((hash) => log.bytesOf(hash) ?? []),
    add: (entry) => log.add(entry),
  }
}

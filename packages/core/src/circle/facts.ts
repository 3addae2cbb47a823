/** Entries by what they are about, so that a rule looks at a handful and not at the log. */
import type { Suite } from '../crypto/suite.ts'
import type { ConversationId, DeviceId, InvitationId, MemberId } from '../id.ts'
import type { Entry } from './entry.ts'
import { isBefore, type Node } from './graph.ts'
import { deviceIdOf, invitationIdOf, memberIdOf, roomIdOf } from './ids.ts'
import { Register } from './register.ts'

/** Lists by key; an absent key has the empty list. */
class Shelf<K> {
  private readonly lists = new Map<K, Node[]>()

  put(key: K, node: Node): void {
    const list = this.lists.get(key)
    if (list === undefined) this.lists.set(key, [node])
    else list.push(node)
  }

  get(key: K): readonly Node[] {
    return this.lists.get(key) ?? []
  }
}

export class Facts {
  readonly byAuthor = new Shelf<DeviceId>()
  /** Admissions of a device; the founder's is the first entry. */
  readonly admissions = new Shelf<DeviceId>()
  /** Removals of a member, and its own leaving. */
  readonly withdrawals = new Shelf<MemberId>()
  readonly roles = new Shelf<MemberId>()
  readonly invites = new Shelf<InvitationId>()
  readonly revocations = new Shelf<InvitationId>()
  /** Admissions by an invitation. */
  readonly spendings = new Shelf<InvitationId>()
  readonly rooms = new Shelf<ConversationId>()
  readonly roomGrants = new Shelf<string>()
  readonly roomWithdrawals = new Shelf<string>()
  private readonly ownTips = new Map<DeviceId, Register>()
  private readonly lastOwn = new Map<Node, number>()
  private readonly seats = new Map<ConversationId, Set<MemberId>>()
  private readonly sequences = new Shelf<string>()
  private readonly doubled = new Set<string>()

  /** Whoever was ever put in the room, with effect or not. */
  seatsOf(room: ConversationId): MemberId[] {
    return [...(this.seats.get(room) ?? [])]
  }

  /** Entries of a device that no other one of its own follows: one, unless it runs twice. */
  tipsOf(author: DeviceId): readonly Node[] {
    return this.ownTips.get(author)?.holding ?? []
  }

  /** The highest sequence number of the author's entries in the past of `node`; -1 if there are none. */
  lastSequenceBefore(node: Node): number {
    return this.lastOwn.get(node) ?? this.findLastSequence(node)
  }

  /** Sets of two or more entries of one device with one sequence number. */
  get twins(): (readonly Node[])[] {
    return [...this.doubled].map((key) => this.sequences.get(key))
  }

  insert(node: Node): void {
    const { author, payload } = node.entry
    this.insertSequence(node)
    this.byAuthor.put(author, node)
    switch (payload.type) {
      case 'create':
        this.admissions.put(node.subject as DeviceId, node)
        break
      case 'admit':
        this.admissions.put(node.subject as DeviceId, node)
        this.spendings.put(payload.invitation, node)
        break
      case 'invite':
        this.invites.put(node.subject as InvitationId, node)
        break
      case 'revoke-invite':
        this.revocations.put(payload.invitation, node)
        break
      case 'leave':
        this.withdrawals.put(memberOfDevice(author), node)
        break
      case 'remove':
        this.withdrawals.put(payload.member, node)
        break
      case 'role':
        this.roles.put(payload.member, node)
        break
      case 'room': {
        const room = node.subject as ConversationId
        this.rooms.put(room, node)
        for (const member of [memberOfDevice(author), ...payload.members]) {
          this.putInRoom(room, member, node)
        }
        break
      }
      case 'room-members':
        for (const member of payload.add) this.putInRoom(payload.room, member, node)
        for (const member of payload.remove) this.roomWithdrawals.put(seat(payload.room, member), node)
        break
      case 'nickname':
      case 'rename':
        break
    }
  }

  private insertSequence(node: Node): void {
    const { author, sequence } = node.entry
    this.lastOwn.set(node, this.findLastSequence(node))
    const tips = this.ownTips.get(author)
    if (tips === undefined) this.ownTips.set(author, new Register(node))
    else tips.set(node)
    const key = `${author}/${sequence}`
    this.sequences.put(key, node)
    if (this.sequences.get(key).length > 1) this.doubled.add(key)
  }

  /** The author's tips tell, where all of them are in the past; else its entries have to be looked through. */
  private findLastSequence(node: Node): number {
    const tips = this.tipsOf(node.entry.author)
    const known = tips.every((tip) => isBefore(tip, node))
      ? tips.map((tip) => Math.max(tip.entry.sequence, this.lastSequenceBefore(tip)))
      : this.byAuthor
          .get(node.entry.author)
          .filter((own) => isBefore(own, node))
          .map((own) => own.entry.sequence)
    return known.reduce((last, sequence) => Math.max(last, sequence), -1)
  }

  private putInRoom(room: ConversationId, member: MemberId, node: Node): void {
    this.roomGrants.put(seat(room, member), node)
    const seats = this.seats.get(room)
    if (seats === undefined) this.seats.set(room, new Set([member]))
    else seats.add(member)
  }
}

/** Today each member has one device; a second one will be looked up here. */
export function memberOfDevice(device: DeviceId): MemberId {
  return memberIdOf(device)
}

/** A member's place in a room, as a key. */
export function seat(room: ConversationId, member: MemberId): string {
  return `${room}/${member}`
}

/** See Node.subject. */
export function subjectOf(suite: Suite, entry: Entry): string | undefined {
  const { payload } = entry
  switch (payload.type) {
    case 'create':
    case 'admit':
      return deviceIdOf(suite, payload.publicKey)
    case 'invite':
      return invitationIdOf(suite, entry.circle, entry.author, payload.tag)
    case 'room':
      return roomIdOf(suite, entry.circle, entry.author, payload.nonce)
    default:
      return undefined
  }
}

/** Entries by what they are about, so that a rule looks at a handful and not at the log. */
import type { Suite } from '../crypto/suite.ts'
import type { ConversationId, DeviceId, EntryHash, InvitationId, MemberId } from '../id.ts'
import type { Entry } from './entry.ts'
import { isBefore, type Node } from './graph.ts'
import { deviceIdOf, invitationIdOf, memberIdOf, roomIdOf } from './ids.ts'
import { admittedKey } from './payload.ts'
import { mayBePolicy } from './policy.ts'
import { Register } from './register.ts'
import { isRuling, ROLE, type Role } from './role.ts'

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
  /** What a change to a member may undo: entries of its devices, and transfers to it. */
  readonly byMember = new Shelf<MemberId>()
  /** Admissions of a device, as a member's first or a further one; the founder's is the first entry. */
  readonly admissions = new Shelf<DeviceId>()
  /** Those admissions that make a member. */
  readonly foundings = new Shelf<MemberId>()
  /** Admissions of further devices of a member. */
  readonly furtherDevices = new Shelf<MemberId>()
  readonly deviceRevocations = new Shelf<DeviceId>()
  readonly removals = new Shelf<MemberId>()
  /** A member's own. */
  readonly leavings = new Shelf<MemberId>()
  readonly suspensions = new Shelf<MemberId>()
  readonly restorations = new Shelf<MemberId>()
  /** What gives a member a role, but for its admission. */
  readonly roles = new Shelf<MemberId>()
  private readonly rolesByRole = new Shelf<string>()
  readonly transfersTo = new Shelf<MemberId>()
  readonly invites = new Shelf<InvitationId>()
  readonly revocations = new Shelf<InvitationId>()
  /** Admissions by an invitation. */
  readonly spendings = new Shelf<InvitationId>()
  readonly rooms = new Shelf<ConversationId>()
  readonly roomGrants = new Shelf<string>()
  readonly roomWithdrawals = new Shelf<string>()
  /** By key. */
  readonly policies = new Shelf<string>()
  /** How many must agree, where it is one of the values: by value. */
  readonly approvalsAsked = new Shelf<string>()
  readonly dissolutions: Node[] = []
  /** What may need the approval of others, by hash: see agreement.ts. */
  readonly acts = new Map<EntryHash, Node>()
  readonly approvals = new Shelf<EntryHash>()
  /** By which its author takes back an act that waits. */
  readonly actWithdrawals = new Shelf<EntryHash>()
  /** Whoever was ever made owner or admin, with effect or not. */
  readonly rulers = new Set<MemberId>()
  private readonly ownTips = new Map<DeviceId, Register>()
  private readonly lastOwn = new Map<Node, number>()
  private readonly seats = new Map<ConversationId, Set<MemberId>>()
  private readonly sequences = new Shelf<string>()
  private readonly doubled = new Set<string>()

  /**
   * The member for which `node` speaks: that into which its author was admitted in the past of `node`, with effect or not.
   * undefined when the author let itself be admitted into two: such an entry has no effect (spec §5.5).
   */
  memberOf(node: Node): MemberId | undefined {
    const { author, payload } = node.entry
    if (payload.type === 'create') return memberIdOf(author)
    let member: MemberId | undefined
    for (const admission of this.admissions.get(author)) {
      if (!isBefore(admission, node)) continue
      const into = memberAdmitted(admission)
      if (member !== undefined && member !== into) return undefined
      member = into
    }
    return member
  }

  /** Those of `roles` that give this one. */
  givenTo(member: MemberId, role: Role): readonly Node[] {
    return this.rolesByRole.get(`${role}/${member}`)
  }

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
    const by = this.memberOf(node)
    this.insertSequence(node)
    this.byAuthor.put(author, node)
    if (by !== undefined) this.byMember.put(by, node)
    if (admittedKey(payload) !== undefined) this.insertAdmission(node)
    if (isAct(payload)) this.acts.set(node.entry.hash, node)
    switch (payload.type) {
      case 'invite':
      case 'invite-device':
        this.invites.put(node.subject as InvitationId, node)
        break
      case 'revoke-invite':
        this.revocations.put(payload.invitation, node)
        break
      case 'leave':
        if (by !== undefined) this.leavings.put(by, node)
        break
      case 'remove':
        this.removals.put(payload.member, node)
        break
      case 'suspend':
        this.suspensions.put(payload.member, node)
        break
      case 'restore':
        this.restorations.put(payload.member, node)
        break
      case 'role':
        this.putRole(payload.member, payload.role, node)
        if (isRuling(payload.role)) this.rulers.add(payload.member)
        break
      case 'transfer':
        this.insertTransfer(node, payload.member, by)
        break
      case 'dissolve':
        this.dissolutions.push(node)
        break
      case 'revoke-device':
        this.deviceRevocations.put(payload.device, node)
        break
      case 'policy':
        this.policies.put(payload.key, node)
        if (payload.key === 'approvals' && mayBePolicy(payload.key, payload.value))
          this.approvalsAsked.put(payload.value, node)
        break
      case 'approve':
        this.approvals.put(payload.act, node)
        break
      case 'withdraw':
        this.actWithdrawals.put(payload.act, node)
        break
      case 'room':
        if (by !== undefined) this.insertRoom(node, [by, ...payload.members])
        break
      case 'room-members':
        for (const member of payload.add) this.putInRoom(payload.room, member, node)
        for (const member of payload.remove) this.roomWithdrawals.put(seat(payload.room, member), node)
        break
      case 'create':
      case 'admit':
      case 'device':
      case 'nickname':
      case 'rename':
      case 'sealed-room':
      case 'sealed-room-members':
        break
    }
  }

  private insertAdmission(node: Node): void {
    const { payload } = node.entry
    const device = node.subject as DeviceId
    this.admissions.put(device, node)
    if (payload.type === 'device') this.furtherDevices.put(payload.member, node)
    else this.foundings.put(memberIdOf(device), node)
    if (payload.type === 'create') this.rulers.add(memberIdOf(device))
    else if (payload.type === 'admit' || payload.type === 'device') {
      this.spendings.put(payload.invitation, node)
      const ruling = this.invites
        .get(payload.invitation)
        .some(({ entry }) => entry.payload.type === 'invite' && isRuling(entry.payload.role))
      if (ruling) this.rulers.add(memberIdOf(device))
    }
  }

  private insertTransfer(node: Node, member: MemberId, by: MemberId | undefined): void {
    this.putRole(member, ROLE.owner, node)
    if (by !== undefined && by !== member) this.putRole(by, ROLE.admin, node)
    this.transfersTo.put(member, node)
    this.byMember.put(member, node)
    this.rulers.add(member)
  }

  private putRole(member: MemberId, role: Role, node: Node): void {
    this.roles.put(member, node)
    this.rolesByRole.put(`${role}/${member}`, node)
  }

  private insertRoom(node: Node, members: readonly MemberId[]): void {
    const room = node.subject as ConversationId
    this.rooms.put(room, node)
    for (const member of members) this.putInRoom(room, member, node)
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

/** The member into which an admission takes a device. */
export function memberAdmitted({ entry, subject }: Node): MemberId {
  return entry.payload.type === 'device' ? entry.payload.member : memberIdOf(subject as DeviceId)
}

/** What others may have to agree to: see agreement.ts. */
export function isAct(payload: Entry['payload']): boolean {
  switch (payload.type) {
    case 'remove':
    case 'transfer':
    case 'dissolve':
    case 'role':
      return true
    case 'invite':
      return isRuling(payload.role)
    case 'policy':
      return payload.key === 'approvals'
    default:
      return false
  }
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
    case 'device':
      return deviceIdOf(suite, payload.publicKey)
    case 'invite':
    case 'invite-device':
      return invitationIdOf(suite, entry.circle, entry.author, payload.tag)
    case 'room':
      return roomIdOf(suite, entry.circle, entry.author, payload.nonce)
    default:
      return undefined
  }
}

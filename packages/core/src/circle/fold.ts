/**
 * Folds the entries that have an effect into the circle's state, each after its parents. Where concurrent entries set one
 * thing, all of them are held until a later one replaces them, so that the order of arrival leaves no trace.
 */
import type { Suite } from '../crypto/suite.ts'
import type { CircleId, ConversationId, DeviceId, EntryHash, InvitationId, MemberId } from '../id.ts'
import { expiryOf } from './agreement.ts'
import { equivocationOf, firstOf, nameIn, nicknameIn, policyIn, stricter } from './chosen.ts'
import type { Entry } from './entry.ts'
import { memberAdmitted, type Facts } from './facts.ts'
import { inOrder, isBefore, type Node } from './graph.ts'
import { givenRole } from './heldRole.ts'
import type { ConversationIds } from './ids.ts'
import { admittedKey } from './payload.ts'
import { isPolicyKey } from './policy.ts'
import { Register } from './register.ts'
import { leastOf, type Role } from './role.ts'
import { foldRoom } from './room.ts'
import type { RuleName } from './rules.ts'
import { MAX_PENDING_ACTS_PER_MEMBER, MAX_UNKNOWN_POLICIES } from './spec.ts'
import type {
  CircleState,
  Device,
  Ended,
  Invitation,
  Member,
  MemberState,
  PendingAct,
  Room,
} from './state.ts'

/** What a member's entry in the roster follows from. */
interface Seat {
  readonly admission: Node
  readonly nicknames: Register
  readonly roles: Register
  /** Those that nobody undid, and the one of them to be told. */
  suspensions: Node[]
  suspension: Node | undefined
  /** Admissions, the founding one and then by depth. */
  devices: readonly Node[]
  removal: Node | undefined
  leaving: Node | undefined
}

/** What a snapshot needs besides. */
interface Surroundings {
  readonly heads: readonly EntryHash[]
  readonly conversations: ConversationIds
  readonly circle: CircleId
  readonly tally: (act: Node) => Pick<PendingAct, 'approvals' | 'needed' | 'target'>
}

export class Fold {
  private readonly suite: Suite
  private readonly facts: Facts
  private readonly hasEffect: (node: Node) => boolean
  private readonly seats = new Map<MemberId, Seat>()
  private readonly names = new Register()
  private readonly members = new Map<MemberId, Member>()
  private readonly devices = new Map<DeviceId, Device>()
  private readonly revocations = new Map<DeviceId, Node>()
  private readonly rooms = new Map<ConversationId, Room>()
  /** Rooms of which something changed since the last snapshot: thousands of entries may change one. */
  private readonly staleRooms = new Set<ConversationId>()
  private readonly invitations = new Map<InvitationId, Invitation>()
  private readonly policies = new Map<string, Register>()
  private readonly refused = new Map<EntryHash, RuleName>()
  private readonly waiting: Node[] = []
  private readonly tips = new Register()
  private dissolution: Node | undefined

  constructor(suite: Suite, facts: Facts, hasEffect: (node: Node) => boolean) {
    this.suite = suite
    this.facts = facts
    this.hasEffect = hasEffect
  }

  /** Entries with an effect that no other one with an effect follows. */
  get frontier(): readonly Node[] {
    return this.tips.holding
  }

  refuse(node: Node, rule: RuleName): void {
    if (rule === 'enoughAgree') this.waiting.push(node)
    else this.refused.set(node.entry.hash, rule)
  }

  /** @param node has an effect, and comes after all its parents */
  apply(node: Node): void {
    this.tips.set(node)
    const { payload } = node.entry
    const by = this.memberOf(node)
    switch (payload.type) {
      case 'create':
        this.names.set(node)
        this.admitMember(node)
        break
      case 'admit':
        this.admitMember(node)
        this.changeInvitation(payload.invitation, { state: 'spent', admitted: memberAdmitted(node) })
        break
      case 'device':
        this.changeSeat(payload.member, (seat) => {
          seat.devices = inOrder([...seat.devices, node])
        })
        this.changeInvitation(payload.invitation, { state: 'spent', admitted: payload.member })
        break
      case 'revoke-device':
        this.revokeDevice(payload.device, node)
        break
      case 'invite':
        this.invite(node, payload.expires, payload.role)
        break
      case 'invite-device':
        this.invite(node, payload.expires, undefined)
        break
      case 'revoke-invite':
        if (this.invitations.get(payload.invitation)?.state === 'live') {
          this.changeInvitation(payload.invitation, { state: 'revoked' })
        }
        break
      case 'leave':
        this.changeSeat(by, (seat) => (seat.leaving = firstOf(seat.leaving, node)))
        break
      case 'remove':
        this.changeSeat(payload.member, (seat) => (seat.removal = firstOf(seat.removal, node)))
        break
      case 'suspend':
        this.changeSeat(payload.member, (seat) => {
          seat.suspensions.push(node)
          seat.suspension = firstOf(seat.suspension, node)
        })
        break
      case 'restore':
        this.changeSeat(payload.member, (seat) => {
          seat.suspensions = seat.suspensions.filter((suspension) => !isBefore(suspension, node))
          seat.suspension = seat.suspensions.reduce<Node | undefined>(firstOf, undefined)
        })
        break
      case 'role':
        this.giveRole(payload.member, node)
        break
      case 'transfer':
        this.giveRole(payload.member, node)
        this.giveRole(by, node)
        break
      case 'dissolve':
        this.dissolve(node)
        break
      case 'nickname':
        this.changeSeat(by, (seat) => {
          seat.nicknames.set(node)
        })
        break
      case 'rename':
        this.names.set(node)
        break
      case 'policy':
        this.setPolicy(payload.key, node)
        break
      case 'room':
        this.staleRooms.add(node.subject as ConversationId)
        break
      case 'room-members':
        this.staleRooms.add(payload.room)
        break
      case 'approve':
      case 'withdraw':
      case 'sealed-room':
      case 'sealed-room-members':
        break
    }
  }

  snapshot({ heads, conversations, circle, tally }: Surroundings): CircleState {
    const [founding] = this.seats.values()
    const { payload, at } = founding?.admission.entry ?? { payload: undefined, at: 0 }
    this.refreshRooms()
    const withdrawn = this.waiting.filter((node) => this.isWithdrawn(node))
    return {
      id: circle,
      name: nameIn(this.names),
      suite: payload?.type === 'create' ? payload.suite : '',
      createdAt: at,
      members: new Map(this.members),
      devices: new Map(this.devices),
      rooms: new Map(this.rooms),
      invitations: new Map(this.invitations),
      policies: new Map(this.keptPolicies().map(([key, register]) => [key, policyIn(key, register)])),
      pending: this.keptPending()
        .map(({ entry }) => entry)
        .sort((a, b) => (a.hash < b.hash ? -1 : 1))
        .map((entry) => this.pendingAct(entry, tally)),
      dissolved: this.dissolution && this.endedBy(this.dissolution),
      refused: new Map([
        ...this.refused,
        ...withdrawn.map(({ entry }) => [entry.hash, 'enoughAgree'] as const),
      ]),
      equivocations: this.facts.twins.map(equivocationOf),
      heads,
      conversations,
    }
  }

  /** Those that this version knows, and of the others the first by key. */
  private keptPolicies(): [string, Register][] {
    const all = [...this.policies].sort(([a], [b]) => (a < b ? -1 : 1))
    const unknown = all.filter(([key]) => !isPolicyKey(key)).slice(0, MAX_UNKNOWN_POLICIES)
    return [...all.filter(([key]) => isPolicyKey(key)), ...unknown]
  }

  private isWithdrawn({ entry }: Node): boolean {
    return this.facts.actWithdrawals.get(entry.hash).some(this.hasEffect)
  }

  /** Of each member the last by depth, then by hash: what expired long ago does not hide what is new. */
  private keptPending(): Node[] {
    const counts = new Map<MemberId, number>()
    return inOrder(this.waiting.filter((node) => !this.isWithdrawn(node)))
      .toReversed()
      .filter((node) => {
        const by = this.memberOf(node)
        const count = counts.get(by) ?? 0
        counts.set(by, count + 1)
        return count < MAX_PENDING_ACTS_PER_MEMBER
      })
  }

  private pendingAct(entry: Entry, tally: Surroundings['tally']): PendingAct {
    const node = this.facts.acts.get(entry.hash)
    if (node === undefined) throw new RangeError('no such act')
    const { hash, payload, at } = entry
    return { hash, type: payload.type, by: this.memberOf(node), at, expires: expiryOf(entry), ...tally(node) }
  }

  /** For whom an entry with an effect, or a pending one, speaks. */
  private memberOf(node: Node): MemberId {
    const member = this.facts.memberOf(node)
    if (member === undefined) throw new RangeError('an entry of nobody has no effect')
    return member
  }

  private endedBy(node: Node): Ended {
    return { by: this.memberOf(node), at: node.entry.at }
  }

  private admitMember(node: Node): void {
    const seat: Seat = {
      admission: node,
      nicknames: new Register(node),
      roles: new Register(node),
      suspensions: [],
      suspension: undefined,
      devices: [node],
      removal: undefined,
      leaving: undefined,
    }
    const id = memberAdmitted(node)
    this.seats.set(id, seat)
    const member = this.memberAt(id, seat)
    this.members.set(id, member)
    this.refreshDevices(member, seat)
  }

  private dissolve(node: Node): void {
    this.dissolution = firstOf(this.dissolution, node)
    for (const [id, seat] of this.seats) {
      const member = this.memberAt(id, seat)
      this.members.set(id, member)
      this.refreshDevices(member, seat)
    }
    for (const room of this.rooms.keys()) this.staleRooms.add(room)
  }

  private giveRole(member: MemberId, node: Node): void {
    this.changeSeat(member, (seat) => {
      seat.roles.set(node)
    })
  }

  private revokeDevice(device: DeviceId, node: Node): void {
    this.revocations.set(device, firstOf(this.revocations.get(device), node))
    const member = this.devices.get(device)?.member
    const [seat, known] = [member && this.seats.get(member), member && this.members.get(member)]
    if (seat && known) this.refreshDevices(known, seat)
  }

  private setPolicy(key: string, node: Node): void {
    const register = this.policies.get(key)
    if (register === undefined) this.policies.set(key, new Register(node))
    else register.set(node)
  }

  private invite({ entry, subject }: Node, expires: number, role: Role | undefined): void {
    const id = subject as InvitationId
    const invitation: Invitation = {
      id,
      inviter: entry.author,
      role,
      createdAt: entry.at,
      expires,
      // A revocation may have come before this one, when it was made twice and the other one has no effect.
      state: this.facts.revocations.get(id).some(this.hasEffect) ? 'revoked' : 'live',
      admitted: undefined,
    }
    const twin = this.invitations.get(id)
    this.invitations.set(id, twin === undefined ? invitation : stricter(invitation, twin))
  }

  private memberAt(id: MemberId, seat: Seat): Member {
    const { entry } = seat.admission
    const [state, end] = this.stateOf(seat)
    return {
      id,
      role: leastOf(seat.roles.holding.map((node) => givenRole({ facts: this.facts }, node, id))),
      nickname: nicknameIn(seat.nicknames),
      devices: seat.devices.map((admission) => admission.subject as DeviceId),
      state,
      admittedAt: entry.at,
      admittedBy: entry.payload.type === 'create' ? undefined : this.memberOf(seat.admission),
      ended: end && this.endedBy(end),
    }
  }

  /** What is final goes before what ends with the circle, and that before what may be undone. */
  private stateOf(seat: Seat): readonly [MemberState, Node | undefined] {
    if (seat.removal !== undefined) return ['removed', seat.removal]
    if (seat.leaving !== undefined) return ['left', seat.leaving]
    if (this.dissolution !== undefined) return ['dissolved', this.dissolution]
    const { suspension } = seat
    return suspension === undefined ? ['active', undefined] : ['suspended', suspension]
  }

  private changeSeat(id: MemberId, change: (seat: Seat) => unknown): void {
    const seat = this.seats.get(id)
    const before = this.members.get(id)
    if (seat === undefined || before === undefined) return
    change(seat)
    const member = this.memberAt(id, seat)
    this.members.set(id, member)
    if (member.state === before.state && member.role === before.role) {
      if (member.devices.length !== before.devices.length) this.refreshDevices(member, seat)
      return
    }
    this.refreshDevices(member, seat)
    for (const room of this.rooms.values()) {
      if (room.members.includes(id) || room.formerMembers.includes(id)) this.staleRooms.add(room.id)
    }
  }

  private refreshDevices(member: Member, seat: Seat): void {
    for (const { entry, subject } of seat.devices) {
      const id = subject as DeviceId
      const revocation = this.revocations.get(id)
      this.devices.set(id, {
        id,
        member: member.id,
        publicKey: admittedKey(entry.payload) ?? new Uint8Array(0),
        admittedAt: entry.at,
        active: member.state === 'active' && revocation === undefined,
        revoked: revocation && this.endedBy(revocation),
      })
    }
  }

  private changeInvitation(id: InvitationId, change: Partial<Invitation>): void {
    const invitation = this.invitations.get(id)
    if (invitation !== undefined) this.invitations.set(id, { ...invitation, ...change })
  }

  private refreshRooms(): void {
    for (const id of this.staleRooms) {
      const room = foldRoom(this.facts, this.members, this.hasEffect, id)
      if (room !== undefined) this.rooms.set(id, room)
    }
    this.staleRooms.clear()
  }
}

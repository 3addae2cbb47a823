/**
 * Folds the entries that have an effect into the circle's state, each after its parents. Where concurrent entries set one
 * thing, all of them are held until a later one replaces them, so that the order of arrival leaves no trace.
 */
import type { Suite } from '../crypto/suite.ts'
import type { CircleId, ConversationId, DeviceId, EntryHash, InvitationId, MemberId } from '../id.ts'
import { memberOfDevice, type Facts } from './facts.ts'
import type { Node } from './graph.ts'
import type { ConversationIds } from './ids.ts'
import type { Admit, Create, Invite } from './payload.ts'
import { Register, smallestHash } from './register.ts'
import { leastOf } from './role.ts'
import { foldRoom } from './room.ts'
import { givenRole, type RuleName } from './rules.ts'
import type { CircleState, Device, Equivocation, Invitation, Member, Room } from './state.ts'

/** What a member's entry in the roster follows from. */
interface Seat {
  readonly admission: Node
  readonly payload: Admit | Create
  readonly nicknames: Register
  readonly roles: Register
  removal: Node | undefined
  leaving: Node | undefined
}

export class Fold {
  private readonly suite: Suite
  private readonly facts: Facts
  private readonly hasEffect: (node: Node) => boolean
  private readonly seats = new Map<MemberId, Seat>()
  private readonly names = new Register()
  private readonly members = new Map<MemberId, Member>()
  private readonly devices = new Map<DeviceId, Device>()
  private readonly rooms = new Map<ConversationId, Room>()
  private readonly invitations = new Map<InvitationId, Invitation>()
  private readonly refused = new Map<EntryHash, RuleName>()
  private readonly tips = new Register()

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
    this.refused.set(node.entry.hash, rule)
  }

  /** @param node has an effect, and comes after all its parents */
  apply(node: Node): void {
    this.tips.set(node)
    const { payload, author } = node.entry
    const by = memberOfDevice(author)
    switch (payload.type) {
      case 'create':
        this.names.set(node)
        this.admit(node, payload)
        break
      case 'admit':
        this.admit(node, payload)
        this.changeInvitation(payload.invitation, {
          state: 'spent',
          admitted: memberOfDevice(node.subject as DeviceId),
        })
        break
      case 'invite':
        this.invite(node, payload)
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
      case 'role':
        this.changeSeat(payload.member, (seat) => {
          seat.roles.set(node)
        })
        break
      case 'nickname':
        this.changeSeat(by, (seat) => {
          seat.nicknames.set(node)
        })
        break
      case 'rename':
        this.names.set(node)
        break
      case 'room':
        this.refreshRoom(node.subject as ConversationId)
        break
      case 'room-members':
        this.refreshRoom(payload.room)
        break
    }
  }

  snapshot(heads: readonly EntryHash[], conversations: ConversationIds, circle: CircleId): CircleState {
    const [founding] = this.seats.values()
    return {
      id: circle,
      name: nameIn(this.names),
      suite: founding?.payload.type === 'create' ? founding.payload.suite : '',
      createdAt: founding?.admission.entry.at ?? 0,
      members: new Map(this.members),
      devices: new Map(this.devices),
      rooms: new Map(this.rooms),
      invitations: new Map(this.invitations),
      refused: new Map(this.refused),
      equivocations: this.facts.twins.map(equivocationOf),
      heads,
      conversations,
    }
  }

  private admit(node: Node, payload: Admit | Create): void {
    const device = node.subject as DeviceId
    const seat: Seat = {
      admission: node,
      payload,
      nicknames: new Register(node),
      roles: new Register(node),
      removal: undefined,
      leaving: undefined,
    }
    const id = memberOfDevice(device)
    this.seats.set(id, seat)
    this.members.set(id, this.memberAt(id, seat))
    this.devices.set(device, { id: device, member: id, publicKey: payload.publicKey, active: true })
  }

  private invite({ entry, subject }: Node, payload: Invite): void {
    const id = subject as InvitationId
    const invitation: Invitation = {
      id,
      inviter: entry.author,
      role: payload.role,
      createdAt: entry.at,
      expires: payload.expires,
      state: 'live',
      admitted: undefined,
    }
    const twin = this.invitations.get(id)
    this.invitations.set(id, twin === undefined ? invitation : stricter(invitation, twin))
  }

  private memberAt(id: MemberId, seat: Seat): Member {
    const end = seat.removal ?? seat.leaving
    const { entry } = seat.admission
    return {
      id,
      role: leastOf(seat.roles.holding.map((node) => givenRole({ facts: this.facts }, node))),
      nickname: nicknameIn(seat.nicknames),
      devices: [seat.admission.subject as DeviceId],
      state: seat.removal !== undefined ? 'removed' : seat.leaving !== undefined ? 'left' : 'active',
      admittedAt: entry.at,
      admittedBy: entry.payload.type === 'create' ? undefined : memberOfDevice(entry.author),
      ended: end && { by: memberOfDevice(end.entry.author), at: end.entry.at },
    }
  }

  private changeSeat(id: MemberId, change: (seat: Seat) => unknown): void {
    const seat = this.seats.get(id)
    const before = this.members.get(id)
    if (seat === undefined || before === undefined) return
    change(seat)
    const member = this.memberAt(id, seat)
    this.members.set(id, member)
    if (member.state === before.state && member.role === before.role) return
    for (const device of member.devices) {
      const known = this.devices.get(device)
      if (known !== undefined) this.devices.set(device, { ...known, active: member.state === 'active' })
    }
    for (const room of this.rooms.values()) {
      if (room.members.includes(id) || room.formerMembers.includes(id)) this.refreshRoom(room.id)
    }
  }

  private changeInvitation(id: InvitationId, change: Partial<Invitation>): void {
    const invitation = this.invitations.get(id)
    if (invitation !== undefined) this.invitations.set(id, { ...invitation, ...change })
  }

  private refreshRoom(id: ConversationId): void {
    const room = foldRoom(this.facts, this.members, this.hasEffect, id)
    if (room !== undefined) this.rooms.set(id, room)
  }
}

/** Of two ends of a membership, the one to be told: earlier in depth, then of the smaller hash. */
function firstOf(known: Node | undefined, node: Node): Node {
  if (known === undefined || node.depth < known.depth) return node
  return node.depth === known.depth ? smallestHash([known, node]) : known
}

function nameIn(register: Register): string {
  if (register.holding.length === 0) return ''
  const { payload } = smallestHash(register.holding).entry
  return payload.type === 'create' || payload.type === 'rename' ? payload.name : ''
}

function nicknameIn(register: Register): string | undefined {
  const { payload } = smallestHash(register.holding).entry
  return payload.type === 'create' || payload.type === 'admit' || payload.type === 'nickname'
    ? payload.nickname
    : undefined
}

/** An equivocating device can make one invitation twice, with different terms. */
function stricter(invitation: Invitation, known: Invitation): Invitation {
  return {
    ...known,
    role: leastOf([invitation.role, known.role]),
    createdAt: Math.min(invitation.createdAt, known.createdAt),
    expires: Math.min(invitation.expires, known.expires),
  }
}

function equivocationOf(twins: readonly Node[]): Equivocation {
  const { entry } = smallestHash(twins)
  return {
    device: entry.author,
    sequence: entry.sequence,
    entries: twins.map((twin) => twin.entry.hash).sort(),
  }
}

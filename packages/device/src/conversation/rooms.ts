/** Rooms, as faces ask for them: made, named, filled and left (spec §5.4, §11.1). */
import {
  ACTION,
  CallerFault,
  isName,
  MAX_NAME_LENGTH,
  mayDo,
  sortedMembers,
  type Member,
  type MemberId,
} from '@triode/core'
import type { CircleRuntime } from '../circle/circleRuntime.ts'
import { resolveCircle, resolveConversation, resolveMember, type FoundConversation } from '../resolve.ts'
import { explained } from '../circle/ruleFaults.ts'
import type * as service from '../service.ts'
import { requireActive } from '../circle/standing.ts'
import type { Unlocked } from '../unlocked.ts'
import { conversationView } from '../views.ts'

export class Rooms {
  private readonly unlocked: Unlocked
  private readonly emit: (event: service.DeviceEvent) => void

  constructor(unlocked: Unlocked, emit: (event: service.DeviceEvent) => void) {
    this.unlocked = unlocked
    this.emit = emit
  }

  create({ circle: reference, name, members }: service.CreateRoomInput): service.Conversation {
    const circle = resolveCircle(this.unlocked.circles, reference)
    requireActive(circle)
    // Before there is a room that would be without one.
    checkName(name)
    const others = membersOf(circle, members).filter((id) => id !== circle.member)
    const attempt = { action: ACTION.createRoom, doing: 'making rooms', ...outsideRooms(circle, others) }
    const conversation = explained(circle, attempt, () => circle.createRoom(others))
    circle.participant.write(conversation, { kind: 'room-name', name })
    return conversationView(resolveConversation(this.unlocked.circles, conversation))
  }

  rename({ where, name }: service.RenameRoomInput): service.Conversation {
    const { circle, conversation } = this.find(where)
    checkName(name)
    circle.participant.write(conversation.id, { kind: 'room-name', name })
    return this.changed(conversation.id)
  }

  changeMembers({ where, add = [], remove = [] }: service.ChangeRoomMembersInput): service.Conversation {
    const { circle, conversation } = this.find(where)
    const comes = membersOf(circle, add).filter((id) => !conversation.members.includes(id))
    const goes = membersOf(circle, remove).filter((id) => conversation.members.includes(id))
    if (comes.length + goes.length === 0) return conversationView({ circle, conversation })
    if (goes.includes(circle.member)) throw useLeave()
    const attempt = {
      action: ACTION.changeOthersRoom,
      doing: 'changing who is in a room that somebody else made',
      ...outsideRooms(circle, comes),
    }
    const payload = { type: 'room-members', room: conversation.id } as const
    const seats = { add: sortedMembers(comes), remove: sortedMembers(goes) }
    explained(circle, attempt, () => circle.append({ ...payload, ...seats }))
    // Who was put in can't read what was written before, and so not what the room is called.
    const name = circle.participant.timeline(conversation.id).roomName()
    if (comes.length > 0 && name !== undefined)
      circle.participant.write(conversation.id, { kind: 'room-name', name })
    return this.changed(conversation.id)
  }

  leave(where: service.Where): void {
    const { circle, conversation } = this.find(where)
    const payload = { type: 'room-members', room: conversation.id, add: [], remove: [circle.member] } as const
    explained(circle, { action: ACTION.leave, doing: 'leaving it' }, () => circle.append(payload))
  }

  private find(where: service.Where): FoundConversation {
    const found = resolveConversation(this.unlocked.circles, where)
    if (found.conversation.kind !== 'room') throw notARoom()
    requireActive(found.circle)
    return found
  }

  private changed(id: FoundConversation['conversation']['id']): service.Conversation {
    const conversation = conversationView(resolveConversation(this.unlocked.circles, id))
    this.emit({ type: 'conversation', conversation })
    return conversation
  }
}

/** Each once. @throws CallerFault 'not-found' | 'ambiguous' */
function membersOf(circle: CircleRuntime, references: readonly service.MemberRef[]): MemberId[] {
  return [...new Set(references.map((reference) => resolveMember([circle], reference).member.id))]
}

/** The first of them whose role keeps out of rooms, for the sentence. */
function outsideRooms({ state }: CircleRuntime, members: readonly MemberId[]): { target?: Member } {
  const found = members.flatMap((id) => state.members.get(id) ?? [])
  const target = found.find(({ role }) => !mayDo(role, ACTION.joinRoom))
  return target === undefined ? {} : { target }
}

/** @throws CallerFault 'name-invalid' */
function checkName(name: string): void {
  if (isName(name, MAX_NAME_LENGTH)) return
  throw new CallerFault('name-invalid', {
    details: { most: MAX_NAME_LENGTH },
    message: `A name has 1 to ${MAX_NAME_LENGTH} characters.`,
    remedy: 'Choose another.',
  })
}

function notARoom(): CallerFault {
  return new CallerFault('not-a-room', {
    message: 'That conversation is not a room.',
    remedy: '`triode conversations` shows which are.',
  })
}

function useLeave(): CallerFault {
  return new CallerFault('target-is-another', {
    message: 'This is you.',
    remedy: 'Leave the room with `triode room leave`.',
  })
}

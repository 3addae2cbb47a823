/** Rooms, once they are made: their names, and who is in them (spec §5.4). */
import type { Conversation } from './conversation.ts'
import type { MemberRef, Where } from './reference.ts'

export interface RoomService {
  /** Everybody in it may. @throws CallerFault 'name-invalid' | 'not-a-room' */
  renameRoom(input: RenameRoomInput): Promise<Conversation>
  /**
   * Who made it may, and owners and admins in it. Whoever is put in reads what is written from then on.
   * @throws CallerFault 'not-allowed' | 'not-a-room'
   */
  changeRoomMembers(input: ChangeRoomMembersInput): Promise<Conversation>
  /** What was written there stays on this device, and is not shown unless one is put in again. */
  leaveRoom(where: Where): Promise<void>
}

export interface RenameRoomInput {
  readonly where: Where
  /** 1 to 64 characters. */
  readonly name: string
}

/** Names are looked up in the circle of the room. */
export interface ChangeRoomMembersInput {
  readonly where: Where
  readonly add?: readonly MemberRef[]
  readonly remove?: readonly MemberRef[]
}

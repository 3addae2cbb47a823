/** The table of commands, in the order of the help. */
import type { Command } from '../command.ts'
import { audit } from './audit.ts'
import { circleCreate, circleLeave, circleList, circleShow } from './circle.ts'
import { conversations, expire, read, roomCreate } from './conversation.ts'
import { lock, status, unlock } from './device.ts'
import { invite, inviteList, inviteRevoke, join } from './invite.ts'
import { members, peers, verify } from './member.ts'
import { deleteMessage, edit, messages, react, search, send } from './message.ts'
import { backup, init, passphrase, restore, wipe } from './vault.ts'

/** What the words mean that stand before a command. */
export const GROUPS: Readonly<Record<string, string>> = {
  circle: 'make, list, show and leave circles',
  room: 'make rooms in a circle',
}

export const COMMANDS: readonly Command[] = [
  init,
  status,
  lock,
  unlock,
  passphrase,
  backup,
  restore,
  wipe,
  circleCreate,
  circleList,
  circleShow,
  circleLeave,
  invite,
  inviteList,
  inviteRevoke,
  join,
  members,
  verify,
  peers,
  conversations,
  roomCreate,
  send,
  messages,
  react,
  edit,
  deleteMessage,
  read,
  expire,
  search,
  audit,
]

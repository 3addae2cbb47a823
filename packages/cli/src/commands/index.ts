/** The table of commands, in the order of the help. */
import type { Command } from '../command.ts'
import { audit } from './audit.ts'
import { channelList, channelOff, channelOn } from './channel.ts'
import { circleKeepers } from './keepers.ts'
import { circleCreate, circleLeave, circleList, circleNickname, circleRename, circleShow } from './circle.ts'
import { archive, conversations, expire, mute, pin, read, unread } from './conversation.ts'
import {
  fileCancel,
  fileDrop,
  fileList,
  filePause,
  filePin,
  fileResume,
  fileStatus,
  fileUnpin,
} from './file.ts'
import { fileForward } from './fileForward.ts'
import { fileGet } from './fileGet.ts'
import { fileCheck, fileSettings } from './fileKeep.ts'
import { fileSend } from './fileSend.ts'
import {
  circleApprove,
  circleDissolve,
  circlePending,
  circlePolicy,
  circleTransfer,
  circleWithdraw,
} from './govern.ts'
import { delivery } from './delivery.ts'
import { deviceAdd, deviceList, deviceRename, deviceRevoke } from './ownDevice.ts'
import { diagnose, storage } from './diagnosis.ts'
import { doctor } from './doctor.ts'
import { roomAdd, roomCreate, roomLeave, roomRemove, roomRename } from './room.ts'
import { memberDemote, memberPromote, memberRemove, memberRestore, memberSuspend } from './role.ts'
import { lock, status, unlock } from './device.ts'
import { invite, inviteList, inviteRevoke, join } from './invite.ts'
import { members, peers, verify } from './member.ts'
import { network } from './network.ts'
import { deleteMessage, edit, messages, react, search, send } from './message.ts'
import { open } from './open.ts'
import { backup, init, passphrase, restore, wipe } from './vault.ts'

/** What the words mean that stand before a command. */
export const GROUPS: Readonly<Record<string, string>> = {
  channel: 'the ways to other devices',
  circle: 'make, list, show, govern and leave circles',
  member: 'roles of members, and putting them out',
  device: 'your own devices',
  room: 'make, name, fill and leave rooms in a circle',
  file: 'send, fetch, watch and keep files',
}

export const COMMANDS: readonly Command[] = [
  init,
  open,
  status,
  lock,
  unlock,
  storage,
  diagnose,
  doctor,
  channelList,
  channelOn,
  channelOff,
  passphrase,
  backup,
  restore,
  wipe,
  circleCreate,
  circleList,
  circleShow,
  circleKeepers,
  circleRename,
  circleNickname,
  circleLeave,
  circleTransfer,
  circleDissolve,
  circlePolicy,
  circlePending,
  circleApprove,
  circleWithdraw,
  invite,
  inviteList,
  inviteRevoke,
  join,
  members,
  verify,
  memberPromote,
  memberDemote,
  memberSuspend,
  memberRestore,
  memberRemove,
  deviceAdd,
  deviceList,
  deviceRename,
  deviceRevoke,
  peers,
  network,
  conversations,
  roomCreate,
  roomRename,
  roomAdd,
  roomRemove,
  roomLeave,
  send,
  messages,
  delivery,
  react,
  edit,
  deleteMessage,
  read,
  unread,
  pin,
  mute,
  archive,
  expire,
  search,
  fileSend,
  fileForward,
  fileList,
  fileGet,
  fileStatus,
  filePause,
  fileResume,
  fileCancel,
  filePin,
  fileUnpin,
  fileDrop,
  fileCheck,
  fileSettings,
  audit,
]

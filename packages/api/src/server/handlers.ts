/** What each route of the table does with the device. The types make sure that none is missing and all fit. */
import type { DeviceService } from '@triode/device'
import type { z } from 'zod'
import { BACKUP_CONTENT_PATH, type Checked, type RouteName, type Routes } from '../schema/routes.ts'
import type { Pass } from './gate.ts'
import type { PageDoor } from './pageDoor.ts'

type Answer<Name extends RouteName> = z.input<Routes[Name]['output']>
export type Handlers = {
  readonly [Name in RouteName]: (
    device: DeviceService,
    input: Checked<Name>,
    door: PageDoor,
    pass: Pass,
  ) => Promise<Answer<Name>>
}

export const HANDLERS: Handlers = {
  status: (device) => device.status(),
  storage: (device) => device.storage(),
  doctor: async (device) => ({ findings: await device.doctor() }),
  diagnostics: async (device) => ({ text: await device.diagnostics() }),
  init: (device, input) => device.init(input).then(() => device.status()),
  unlock: (device, { passphrase }) => device.unlock(passphrase).then(() => device.status()),
  lock: (device) => device.lock().then(() => device.status()),
  setName: (device, { name }) => device.setName(name).then(() => device.status()),
  setIdleLock: (device, { afterMs }) => device.setIdleLock(afterMs).then(() => device.status()),
  setChannel: (device, input) => device.setChannel(input),
  changePassphrase: (device, { current, next }) => device.changePassphrase(current, next).then(done),
  backup: (device, { file, passphrase }) => device.backup(file, passphrase),
  offerBackup: async (device, { passphrase }, { offers }, pass) => {
    const backup = await device.beginBackup(passphrase)
    const { code, expires } = offers.add(backup, pass.by === 'session' ? pass.session.ended : undefined)
    return { path: `${BACKUP_CONTENT_PATH}?code=${code}`, expires }
  },
  restore: (device, { file, passphrase }) => device.restore(file, passphrase).then(() => device.status()),
  wipe: async (device, { confirm }, { sessions, offers }) => {
    await device.wipe(confirm)
    offers.dropAll()
    sessions.endAll()
    return device.status()
  },

  launch: (_device, _input, door) => Promise.resolve(door.launch()),

  circles: async (device) => ({ circles: await device.circles() }),
  createCircle: (device, input) => device.createCircle(input),
  circle: (device, { circle }) => device.circle(circle),
  network: (device, { circle }) => device.network(circle),
  renameCircle: (device, input) => device.renameCircle(input),
  setNickname: (device, input) => device.setNickname(input),
  leaveCircle: (device, { circle, ...options }) => device.leaveCircle(circle, options).then(done),

  invitations: async (device, { circle }) => ({ invitations: await device.invitations(circle) }),
  invite: (device, input) => device.invite(input),
  inviteSpoken: (device, input) => device.inviteSpoken(input),
  revokeInvitation: (device, { invitation }) => device.revokeInvitation(invitation).then(done),
  join: (device, input) => device.join(input),

  members: async (device, { circle }) => ({ members: await device.members(circle) }),
  member: (device, { member }) => device.member(member),
  verify: (device, { member, verified }) => device.setVerified(member, verified),
  shownKeys: (device, { member }) => device.shownKeys(member),
  verifyScanned: (device, { member, text }) => device.verifyScanned(member, text),
  peers: async (device, { circle }) => ({ peers: await device.peers(circle) }),

  promote: (device, input) => device.promote(input),
  demote: (device, input) => device.demote(input),
  suspend: (device, input) => device.suspend(input),
  restoreMember: (device, input) => device.restoreMember(input),
  remove: (device, input) => device.remove(input),
  transfer: (device, input) => device.transfer(input),
  dissolve: (device, { circle }) => device.dissolve(circle),
  policies: async (device, { circle }) => ({ policies: await device.policies(circle) }),
  setPolicy: (device, input) => device.setPolicy(input),
  pending: async (device, { circle }) => ({ pending: await device.pending(circle) }),
  approve: (device, { circle, act }) => device.approve(circle, act),
  withdraw: (device, { circle, act }) => device.withdraw(circle, act),

  devices: async (device, { circle }) => ({ devices: await device.devices(circle) }),
  addDevice: (device, input) => device.addDevice(input),
  addDeviceSpoken: (device, input) => device.addDeviceSpoken(input),
  renameDevice: (device, input) => device.renameDevice(input.device, input.name),
  revokeDevice: (device, input) => device.revokeDevice(input.device),

  resolve: (device, { where }) => device.resolve(where),
  conversations: async (device, { circle }) => ({ conversations: await device.conversations(circle) }),
  createRoom: (device, input) => device.createRoom(input),
  renameRoom: (device, input) => device.renameRoom(input),
  changeRoomMembers: (device, input) => device.changeRoomMembers(input),
  leaveRoom: (device, { where }) => device.leaveRoom(where).then(done),
  read: (device, { where, upTo }) => device.read(where, upTo).then(done),
  typing: (device, { where }) => device.typing(where).then(done),
  setExpiry: (device, { where, afterMs }) => device.setExpiry(where, afterMs).then(done),
  setPreferences: (device, input) => device.setPreferences(input),
  draft: async (device, { where }) => ({ draft: (await device.draft(where)) ?? null }),
  setDraft: (device, { where, draft }) => device.setDraft(where, draft ?? undefined).then(done),

  messages: (device, input) => device.messages(input),
  message: (device, { id }) => device.message(id),
  delivery: (device, { id }) => device.delivery(id),
  send: (device, input) => device.send(input),
  react: (device, input) => device.react(input).then(done),
  edit: (device, { id, text }) => device.edit(id, text).then(done),
  setUnsentEdit: (device, { id, text }) => device.setUnsentEdit(id, text ?? undefined).then(done),
  deleteMessage: (device, { id }) => device.deleteMessage(id).then(done),
  search: (device, input) => device.search(input),

  files: async (device, input) => ({ files: await device.files(input) }),
  sendFiles: (device, input) => device.sendFiles(input),
  uploads: async (device) => ({ uploads: await device.uploads() }),
  dropUpload: (device, { upload }) => device.dropUpload(upload).then(done),
  file: (device, { id, message }) => device.file(id, message),
  folder: async (device, { id, message }) => ({ entries: await device.folder(id, message) }),
  getFile: (device, input) => device.getFile(input),
  pauseFile: (device, { id }) => device.pauseFile(id),
  resumeFile: (device, { id }) => device.resumeFile(id),
  cancelFile: async (device, { id }) => {
    const file = await device.cancelFile(id)
    return file === undefined ? {} : { file }
  },
  pinFile: (device, { id, pinned }) => device.pinFile(id, pinned),
  dropFile: (device, { id }) => device.dropFile(id),
  checkFiles: (device, { id }) => device.checkFiles(id),
  fileSettings: (device) => device.fileSettings(),
  setFileSettings: (device, changes) => device.setFileSettings(changes),

  audit: (device, input) => device.audit(input),
  verifyAudit: (device, input) => device.verifyAudit(input),
  exportAudit: (device, input) => device.exportAudit(input),
}

function done(): Record<string, never> {
  return {}
}

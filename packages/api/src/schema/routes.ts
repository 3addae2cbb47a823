/**
 * The one table of routes (spec §13.3). The server, the typed client and the OpenAPI document all follow from it.
 * GET takes its input from the query, POST and PUT from a JSON body. No path holds a parameter, since a reference may be
 * a name with any character in it.
 */
import { z } from 'zod'
import * as audit from './audit.ts'
import * as circle from './circle.ts'
import * as conversation from './conversation.ts'
import * as delivery from './delivery.ts'
import * as device from './device.ts'
import * as diagnosis from './diagnosis.ts'
import * as file from './file.ts'
import * as invitation from './invitation.ts'
import * as member from './member.ts'
import * as message from './message.ts'
import * as network from './network.ts'
import * as role from './role.ts'
import * as session from './session.ts'

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: `/api/${string}`
  /** One line for the reader of the OpenAPI document. */
  readonly does: string
  readonly input: z.ZodType
  readonly output: z.ZodType
}

const none = z.strictObject({})
const done = z.object({})

export const ROUTES = {
  status: get('/api/status', 'What state the device is in', none, device.statusSchema),
  doctor: get(
    '/api/doctor',
    'What works of reaching others, what does not, why, and what to do',
    none,
    diagnosis.doctorSchema,
  ),
  storage: get('/api/storage', 'What is taken of the disk', none, diagnosis.storageSchema),
  diagnostics: get(
    '/api/diagnostics',
    'A report for whoever helps with a fault: it names nobody',
    none,
    diagnosis.diagnosticsSchema,
  ),
  init: post('/api/init', 'Makes the vault and unlocks it', device.initSchema, device.statusSchema),
  unlock: post(
    '/api/unlock',
    'Unlocks the vault and starts the channels',
    device.unlockSchema,
    device.statusSchema,
  ),
  lock: post('/api/lock', 'Evicts every key and closes every tunnel', none, device.statusSchema),
  setName: put(
    '/api/name',
    'What circles that are made or joined from now on call oneself',
    device.nameSchema,
    device.statusSchema,
  ),
  setIdleLock: put(
    '/api/idle-lock',
    'After how long idle the vault locks',
    device.idleLockSchema,
    device.statusSchema,
  ),
  setChannel: put(
    '/api/channel',
    'Turns a channel on or off, now and at every start',
    device.setChannelSchema,
    device.channelSchema,
  ),
  changePassphrase: post('/api/passphrase', 'Changes the passphrase', device.changePassphraseSchema, done),
  backup: post('/api/backup', 'Writes one encrypted file', device.backupSchema, device.backedUpSchema),
  offerBackup: post(
    '/api/backup/offer',
    'Makes an address from which an encrypted backup is downloaded, once',
    device.offerBackupSchema,
    device.offeredBackupSchema,
  ),
  restore: post('/api/restore', 'Makes the vault from a backup', device.restoreSchema, device.statusSchema),
  wipe: post('/api/wipe', 'Erases the vault for good', device.wipeSchema, device.statusSchema),

  launch: post('/api/launch', 'Makes an address that opens the page, once', none, session.launchedSchema),

  circles: get('/api/circles', 'Circles of this device', none, circle.circlesSchema),
  createCircle: post('/api/circles', 'Makes a circle', circle.createCircleSchema, circle.circleSchema),
  circle: get('/api/circle', 'One circle in detail', circle.ofCircleSchema, circle.circleDetailSchema),
  network: get(
    '/api/network',
    'The devices of a circle, the links to them, and what waits for whom',
    circle.ofCircleSchema,
    network.networkSchema,
  ),
  renameCircle: post(
    '/api/circle/rename',
    'Gives a circle another name',
    circle.renameCircleSchema,
    circle.circleSchema,
  ),
  setNickname: post(
    '/api/circle/nickname',
    'Sets how a circle calls oneself',
    circle.setNicknameSchema,
    member.memberSchema,
  ),
  leaveCircle: post('/api/circle/leave', 'Leaves a circle', circle.leaveSchema, done),

  invitations: get(
    '/api/invitations',
    'Invitations of a circle',
    circle.ofCircleSchema,
    invitation.invitationsSchema,
  ),
  invite: post(
    '/api/invitations',
    'Makes an invitation',
    invitation.inviteSchema,
    invitation.invitationMadeSchema,
  ),
  inviteSpoken: post(
    '/api/invitations/spoken',
    'Makes an invitation by a code that is read out',
    invitation.inviteSpokenSchema,
    invitation.spokenMadeSchema,
  ),
  revokeInvitation: post('/api/invitations/revoke', 'Revokes an invitation', invitation.revokeSchema, done),
  join: post(
    '/api/join',
    'Joins a circle with a link or a spoken code',
    invitation.joinSchema,
    invitation.joinedSchema,
  ),

  members: get('/api/members', 'Members of a circle', circle.ofCircleSchema, member.membersSchema),
  member: get('/api/member', 'One member', member.ofMemberSchema, member.memberSchema),
  verify: post('/api/member/verify', 'Remembers that words match', member.verifySchema, member.memberSchema),
  shownKeys: get(
    '/api/member/keys',
    'What the device of a member scans to compare keys',
    member.ofMemberSchema,
    member.shownKeysSchema,
  ),
  verifyScanned: post(
    '/api/member/scan',
    'Compares keys with what the device of a member shows',
    member.verifyScannedSchema,
    member.memberSchema,
  ),
  promote: post('/api/member/promote', 'Gives a higher role', role.changeRoleSchema, role.actedSchema),
  demote: post('/api/member/demote', 'Gives a lower role', role.changeRoleSchema, role.actedSchema),
  suspend: post('/api/member/suspend', 'Puts out until restored', role.ofMemberInSchema, role.actedSchema),
  restoreMember: post('/api/member/restore', 'Ends a suspension', role.ofMemberInSchema, role.actedSchema),
  remove: post('/api/member/remove', 'Puts out for good', role.ofMemberInSchema, role.actedSchema),
  transfer: post('/api/circle/transfer', 'Hands on ownership', role.ofMemberInSchema, role.actedSchema),
  dissolve: post('/api/circle/dissolve', 'Ends a circle for all', circle.ofCircleSchema, role.actedSchema),
  policies: get('/api/policies', 'What a circle asks of devices', circle.ofCircleSchema, role.policiesSchema),
  setPolicy: put('/api/policy', 'Sets a policy', role.setPolicySchema, role.actedSchema),
  pending: get('/api/pending', 'Acts that wait for approval', circle.ofCircleSchema, role.pendingSchema),
  approve: post('/api/pending/approve', 'Agrees to the act of another', role.approveSchema, role.actedSchema),
  withdraw: post(
    '/api/pending/withdraw',
    'Takes back an act of one\u2019s own that waits',
    role.approveSchema,
    role.withdrawnSchema,
  ),

  devices: get(
    '/api/devices',
    'Devices of one\u2019s own',
    circle.perhapsOfCircleSchema,
    role.ownDevicesSchema,
  ),
  addDevice: post(
    '/api/devices',
    'Makes an invitation for a further device of one\u2019s own',
    role.addDeviceSchema,
    invitation.invitationMadeSchema,
  ),
  addDeviceSpoken: post(
    '/api/devices/spoken',
    'Makes an invitation for a further device of one\u2019s own, by a code that is read out',
    role.addDeviceSchema,
    invitation.spokenMadeSchema,
  ),
  renameDevice: post(
    '/api/device/rename',
    'Names an own device',
    role.renameDeviceSchema,
    role.ownDeviceSchema,
  ),
  revokeDevice: post(
    '/api/device/revoke',
    'Puts an own device out',
    role.ofDeviceSchema,
    role.ownDeviceSchema,
  ),
  peers: get('/api/peers', 'Live tunnels', circle.perhapsOfCircleSchema, member.peersSchema),

  resolve: get(
    '/api/resolve',
    'What a name or id means',
    conversation.ofWhereSchema,
    conversation.resolvedSchema,
  ),
  conversations: get(
    '/api/conversations',
    'Conversations, of one circle or all',
    circle.perhapsOfCircleSchema,
    conversation.conversationsSchema,
  ),
  createRoom: post(
    '/api/rooms',
    'Makes a room',
    conversation.createRoomSchema,
    conversation.conversationSchema,
  ),
  renameRoom: post(
    '/api/room/rename',
    'Gives a room another name',
    conversation.renameRoomSchema,
    conversation.conversationSchema,
  ),
  changeRoomMembers: post(
    '/api/room/members',
    'Puts members in a room, and takes members out',
    conversation.changeRoomMembersSchema,
    conversation.conversationSchema,
  ),
  leaveRoom: post('/api/room/leave', 'Leaves a room', conversation.ofWhereSchema, done),
  read: post('/api/conversation/read', 'Marks messages as read', conversation.readSchema, done),
  typing: post('/api/conversation/typing', 'Tells that one is typing', conversation.ofWhereSchema, done),
  setExpiry: put(
    '/api/conversation/expiry',
    'Sets after how long messages disappear',
    conversation.expirySchema,
    done,
  ),
  setPreferences: put(
    '/api/conversation/preferences',
    'How one wants to see a conversation, on all devices of one\u2019s own',
    conversation.preferencesSchema,
    conversation.conversationSchema,
  ),
  draft: get(
    '/api/conversation/draft',
    'The draft kept',
    conversation.ofWhereSchema,
    conversation.draftAnswerSchema,
  ),
  setDraft: put('/api/conversation/draft', 'Keeps or removes a draft', conversation.setDraftSchema, done),

  messages: get('/api/messages', 'A page, old to new', message.messagesSchema, message.messagePageSchema),
  message: get('/api/messages/one', 'One message', message.ofMessageSchema, message.messageSchema),
  delivery: get(
    '/api/messages/delivery',
    'Who has an own message, who read it and when, and for whom it waits',
    message.ofMessageSchema,
    delivery.deliveryReportSchema,
  ),
  send: post('/api/messages', 'Queues a message, durably', message.sendSchema, message.sentSchema),
  react: post('/api/messages/react', 'Adds or takes back a reaction', message.reactSchema, done),
  edit: post('/api/messages/edit', 'Changes the text of an own message', message.editSchema, done),
  setUnsentEdit: put(
    '/api/messages/unsent-edit',
    'Keeps or removes how an own message was to be changed',
    message.setUnsentEditSchema,
    done,
  ),
  deleteMessage: post('/api/messages/delete', 'Deletes a message', message.ofMessageSchema, done),
  search: post('/api/search', 'Full-text search, best first', message.searchSchema, message.foundSchema),

  files: get('/api/files', 'Files, newest first', file.filesSchema, file.fileListSchema),
  sendFiles: post(
    '/api/files',
    'Reads and seals files, then sends the message that names them',
    file.sendFilesSchema,
    file.sentFilesSchema,
  ),
  uploads: get(
    '/api/files/uploads',
    'Uploads that wait to be sent, oldest first',
    none,
    file.uploadListSchema,
  ),
  dropUpload: post('/api/files/uploads/drop', 'Throws an upload away', file.dropUploadSchema, done),
  file: get('/api/file', 'One file', file.namedFileSchema, file.fileSchema),
  folder: get('/api/file/entries', 'What a folder holds', file.namedFileSchema, file.folderSchema),
  getFile: post(
    '/api/file/get',
    'Fetches a file, and saves it once it is whole',
    file.getFileSchema,
    file.fileSchema,
  ),
  pauseFile: post('/api/file/pause', 'Holds a transfer', file.ofFileSchema, file.fileSchema),
  resumeFile: post('/api/file/resume', 'Goes on with one', file.ofFileSchema, file.fileSchema),
  cancelFile: post(
    '/api/file/cancel',
    'Stops preparing or fetching a file; what came is thrown away',
    file.ofFileSchema,
    file.perhapsFileSchema,
  ),
  pinFile: post(
    '/api/file/pin',
    'Keeps a file when room is made, or no longer',
    file.pinFileSchema,
    file.fileSchema,
  ),
  dropFile: post('/api/file/drop', 'Takes a file from this device', file.ofFileSchema, file.fileSchema),
  checkFiles: post(
    '/api/files/check',
    'Hashes what is here anew, and fetches what is damaged',
    file.perhapsOfFileSchema,
    file.fileCheckSchema,
  ),
  fileSettings: get(
    '/api/files/settings',
    'What is fetched by itself, and how much is kept',
    none,
    file.fileSettingsSchema,
  ),
  setFileSettings: put(
    '/api/files/settings',
    'Changes what is given of the settings',
    file.setFileSettingsSchema,
    file.fileSettingsSchema,
  ),

  audit: get('/api/audit', 'A page of the audit log, new to old', audit.auditSchema, audit.auditPageSchema),
  verifyAudit: post(
    '/api/audit/verify',
    'Whether the audit log, or an export of one, holds',
    audit.verifyAuditSchema,
    audit.auditVerdictSchema,
  ),
  exportAudit: post(
    '/api/audit/export',
    'Writes the audit log to a file that anyone can verify',
    audit.exportAuditSchema,
    audit.auditExportSchema,
  ),
} as const satisfies Record<string, Route>

export type Routes = typeof ROUTES
export type RouteName = keyof Routes
/** What a caller hands in. */
export type Input<Name extends RouteName> = z.input<Routes[Name]['input']>
/** What a handler gets. */
export type Checked<Name extends RouteName> = z.output<Routes[Name]['input']>
export type Output<Name extends RouteName> = z.output<Routes[Name]['output']>

/** Beside the table: the event stream, the bytes of files and backups there and back, how sessions begin and end, and the description of it all. */
export const EVENTS_PATH = '/api/events'
export const CONTENT_PATH = '/api/file/content'
export const SESSION_PATH = '/api/session'
export const SESSION_END_PATH = '/api/session/end'
export const UPLOAD_PATH = '/api/files/content'
export const BACKUP_CONTENT_PATH = '/api/backup/content'
export const RESTORE_CONTENT_PATH = '/api/restore/content'
export const OPENAPI_PATH = '/api/openapi.json'
/** With the value 1 on a request that a face makes by itself: it does not count as use of the device (spec §13.3). */
export const UNATTENDED_HEADER = 'triode-unattended'

type Path = `/api/${string}`

function get<In extends z.ZodType, Out extends z.ZodType>(path: Path, does: string, input: In, output: Out) {
  return { method: 'GET', path, does, input, output } as const
}

function post<In extends z.ZodType, Out extends z.ZodType>(path: Path, does: string, input: In, output: Out) {
  return { method: 'POST', path, does, input, output } as const
}

function put<In extends z.ZodType, Out extends z.ZodType>(path: Path, does: string, input: In, output: Out) {
  return { method: 'PUT', path, does, input, output } as const
}

export { PEER_WORDS, PROTOCOL_BROKEN } from '@triode/core'
export type { AuditRecord } from './audit.ts'
export type { Circle, CircleDetail } from './circle.ts'
export type { Conversation } from './conversation.ts'
export type { DeliveryReport } from './delivery.ts'
export { PASSPHRASE_HEADER } from './device.ts'
export type { Channel, Status } from './device.ts'
export type { Finding, Storage } from './diagnosis.ts'
export { eventSchema } from './event.ts'
export type { ApiEvent } from './event.ts'
export { faultSchema } from './fault.ts'
export type { FaultBody } from './fault.ts'
export type { File, FileCheck, FileSettings, SentFiles, Upload } from './file.ts'
export type { FileSummary } from './fileSummary.ts'
export type { Invitation, Joined } from './invitation.ts'
export type { Member, Peer } from './member.ts'
export type { NetworkView } from './network.ts'
export type { Message } from './message.ts'
export type { Acted, OwnDevice, PendingAct, Policy } from './role.ts'
export {
  BACKUP_CONTENT_PATH,
  CONTENT_PATH,
  EVENTS_PATH,
  OPENAPI_PATH,
  RESTORE_CONTENT_PATH,
  ROUTES,
  SESSION_END_PATH,
  SESSION_PATH,
  UNATTENDED_HEADER,
  UPLOAD_PATH,
} from './routes.ts'
export type { Checked, Input, Output, Route, RouteName, Routes } from './routes.ts'
export type { Session } from './session.ts'

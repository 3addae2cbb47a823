export { expiryOf } from './agreement.ts'
export * from './answerJoin.ts'
export * from './card.ts'
export * from './circleSecrets.ts'
export * from './conversation.ts'
export * from './entry.ts'
export { isAct } from './facts.ts'
export * from './farewell.ts'
export * from './ids.ts'
export * from './invitation.ts'
export * from './join.ts'
export { EXPORTER_BYTES, JOIN_REQUEST_MAX_BYTES, JOIN_RESPONSE_MAX_BYTES } from './joinWire.ts'
export * from './knock.ts'
export * from './log.ts'
export * from './ownInvitations.ts'
export type * from './payload.ts'
export { isName, sortedMembers } from './payload.ts'
export * from './policy.ts'
export * from './role.ts'
export * from './ruleWords.ts'
export type { RuleName } from './rules.ts'
export * from './safetyWords.ts'
export * from './secretRotation.ts'
export * from './secretRotationEntry.ts'
export * from './secretRotationUse.ts'
export * from './sealingKeys.ts'
export {
  ACT_LIFETIME_MS,
  LOCATOR_MAX_HASHES,
  LOG_ENTRY_MAX_BYTES,
  MAX_DEVICES_PER_MEMBER,
  MAX_NAME_LENGTH,
  MAX_NICKNAME_LENGTH,
  MAX_ROOM_CHANGE,
} from './spec.ts'
export * from './lastSeen.ts'
export * from './state.ts'
export * from './scannedKeys.ts'
export * from './spokenCode.ts'
export * from './spokenInvitations.ts'
export * from './spokenMeeting.ts'
export * from './spokenNames.ts'
export { eraseCircle } from './storeName.ts'
export * from './verifications.ts'

/** Messages: their content, their order and what becomes of them (spec §11). */
export type { Change, RefusalReason } from './change.ts'
export { REFUSAL } from './change.ts'
export {
  decodeContent,
  encodeContent,
  isLongerThan,
  type Body,
  type Content,
  type DeleteBody,
  type EditBody,
  type Erasure,
  type ReactionBody,
  type RoomNameBody,
  type TextBody,
  type TimerBody,
  type UnknownBody,
} from './content.ts'
export * from './delivery.ts'
export type { MessageDraft } from './draft.ts'
export type { OpenedEntry } from './fold.ts'
export { messageId, parseMessageId } from './messageId.ts'
export {
  isOwnState,
  type DeviceNameBody,
  type DraftBody,
  type OwnStateBody,
  type PreferencesBody,
  type ReadMarksBody,
} from './ownStateBody.ts'
export type { PageRequest } from './page.ts'
export { ALWAYS, isMuted, type PreferenceChanges, type Preferences } from './preferences.ts'
export type { ReadResult } from './readMark.ts'
export type { TimelineOptions } from './records.ts'
export {
  MAX_CONTENT_BYTES,
  MAX_DEVICE_NAME_UNITS,
  MAX_EMOJI_UNITS,
  MAX_LAMPORT,
  MAX_MENTIONS,
  MAX_READ_MARKS,
  MAX_ROOM_NAME_UNITS,
  MAX_TEXT_BYTES,
  MAX_TIMER_MS,
  MIN_TIMER_MS,
} from './spec.ts'
export * from './timeline.ts'
export { MAX_DRAFT_BYTES } from './tuning.ts'
export type { MessageReaction, TimelineMessage } from './view.ts'
export type { UnsentEdit } from './unsentEdit.ts'
export { decodeRow } from './row.ts'
export { searchText } from './view.ts'

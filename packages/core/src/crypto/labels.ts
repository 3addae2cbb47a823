/**
 * Every label that separates one use of a key, hash or signature from another (spec §3.4, which says what each is for
 * and how long it lives; a test holds the two tables together, and the vault's own labels with them). A label opens
 * the input that it separates, so none may be the beginning of another.
 */
import { concat, utf8 } from '../bytes.ts'

export const LABEL = {
  // tunnel and channels
  circleSecretTag: 'triode/v1/circle/secret-tag',
  circleEnded: 'triode/v1/circle/ended',
  knock: 'triode/v1/tunnel/knock',
  invitationKnock: 'triode/v1/tunnel/invitation-knock',
  lanName: 'triode/v1/lan/name',
  invitationLanName: 'triode/v1/lan/invitation-name',
  spokenKnock: 'triode/v1/tunnel/spoken-knock',
  spokenLanName: 'triode/v1/lan/spoken-name',
  dhtName: 'triode/v1/dht/name',
  invitationDhtName: 'triode/v1/dht/invitation-name',
  onionVisitor: 'triode/v1/onion/visitor',
  invitationOnionSeed: 'triode/v1/onion/invitation-seed',
  invitationOnionVisitor: 'triode/v1/onion/invitation-visitor',
  // membership log
  namesId: 'triode/v1/circle/names-id',
  namesSeal: 'triode/v1/circle/names-seal',
  namesNonce: 'triode/v1/circle/names-nonce',
  logEntry: 'triode/v1/log/entry',
  logConsent: 'triode/v1/log/consent',
  logDeviceConsent: 'triode/v1/log/device-consent',
  deviceCard: 'triode/v1/card/signature',
  // invitation and joining
  invitationTag: 'triode/v1/invitation/tag',
  invitationId: 'triode/v1/invitation/id',
  joinProofInvitee: 'triode/v1/join/invitee-proof',
  joinProofInviter: 'triode/v1/join/inviter-proof',
  spokenMeeting: 'triode/v1/spoken/meeting',
  spokenJoinerProof: 'triode/v1/spoken/joiner-proof',
  spokenInviterProof: 'triode/v1/spoken/inviter-proof',
  spokenLink: 'triode/v1/spoken/link',
  safetyWords: 'triode/v1/safety/words',
  // conversations, feeds and epochs
  circleConversation: 'triode/v1/conversation/circle',
  directConversation: 'triode/v1/conversation/direct',
  selfConversation: 'triode/v1/conversation/self',
  roomConversation: 'triode/v1/conversation/room',
  controlConversation: 'triode/v1/conversation/control',
  feedId: 'triode/v1/feed/id',
  feedHead: 'triode/v1/feed/head',
  erasure: 'triode/v1/feed/erasure',
  epochCommitment: 'triode/v1/epoch/commitment',
  epochChainStart: 'triode/v1/epoch/chain-start',
  epochEnvelope: 'triode/v1/epoch/envelope',
  acknowledgement: 'triode/v1/feed/acknowledgement',
  chainNext: 'triode/v1/chain/next',
  messageKey: 'triode/v1/chain/message-key',
  orderKey: 'triode/v1/timeline/order-key',
  timelineTiebreak: 'triode/v1/timeline/tiebreak',
  // keepers
  dropHandle: 'triode/v1/drop/handle',
  dropTag: 'triode/v1/drop/tag',
  dropBox: 'triode/v1/drop/box',
  dropNotice: 'triode/v1/drop/notice',
  keptBlob: 'triode/v1/drop/blob',
  slip: 'triode/v1/drop/slip',
  complete: 'triode/v1/drop/complete',
  // files
  blobId: 'triode/v1/file/blob-id',
  fileChunkKey: 'triode/v1/file/chunk-key',
  fileTreePage: 'triode/v1/file/tree-page',
  // audit log
  auditRecord: 'triode/v1/audit/record',
  auditChain: 'triode/v1/audit/chain',
  auditExport: 'triode/v1/audit/export',
} as const

export type Label = (typeof LABEL)[keyof typeof LABEL]

/** Labels are asked for with each key and signature. */
const LABEL_BYTES = new Map(Object.values(LABEL).map((label) => [label, utf8(label)]))

/** `label` in ASCII and then `context`, whose parts must have fixed lengths or say them: no separator is added. */
export function labelled(label: Label, ...context: readonly Uint8Array[]): Uint8Array {
  return concat(LABEL_BYTES.get(label) ?? utf8(label), ...context)
}

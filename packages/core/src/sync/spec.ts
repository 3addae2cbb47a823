/** Constants of spec §10. */

export const SYNC_VERSION = 1
/** Most conversations, feeds or cards that one frame may list. */
export const MAX_LIST = 8_192
/** First bytes of the hash of a card's body: tell two cards of one generation apart. */
export const CARD_TAG_BYTES = 8
/** Membership-log entries in one frame. */
export const MAX_LOG_BATCH = 64
/** The longest of them. */
export const MAX_LOG_ENTRY_BYTES = 16_384
/** Envelopes in one frame: 400 of the longest (1.7 kB) stay under the frame limit. */
export const MAX_ENVELOPES_PER_FRAME = 400
/** A frame holds at most one block of the longest entries. */
export const MAX_FRAME_BYTES = 1_114_112

/** Constants of spec §10. */

export const SYNC_VERSION = 1
/** Most conversations, feeds or versions of cards that one frame may list. */
export const MAX_LIST = 8_192
/** First bytes of the hash of a card's body: tell two cards of one generation apart. */
export const CARD_TAG_BYTES = 8
/** First bytes of a device's id, where cards are told of: 2^80 tries to make one that is taken for another. */
export const SHORT_DEVICE_BYTES = 10
/** Most cards that one frame tells of, or asks for… */
export const MAX_CARD_NEWS = 1_024
/** …and hands over: the longest take 656 kB. */
export const MAX_CARDS = 64
/** Membership-log entries in one frame. */
export const MAX_LOG_BATCH = 64
/** The longest of them. */
export const MAX_LOG_ENTRY_BYTES = 16_384
/** Envelopes in one frame: 400 of the longest (1.7 kB) stay under the frame limit. */
export const MAX_ENVELOPES_PER_FRAME = 400
/** Links that one device tells of (§10.8)… */
export const MAX_TOLD_LINKS = 256
/** …the letters of a channel's name there… */
export const MAX_CHANNEL_LENGTH = 16
/** …and the longest round trip: 2 to the power of this, in milliseconds, or more. */
export const MAX_TRIP_STEP = 15
/** A frame holds at most one block of the longest entries. */
export const MAX_FRAME_BYTES = 1_114_112

/** Choices of this implementation that others need not share. */

/** Sequence numbers whose places share one record: a catch-up then writes one such record per 128 messages. */
export const PLACE_BLOCK = 128
/** Blocks of places, and of tie-breaks, kept in memory per conversation: 64 KiB. */
export const CACHED_BLOCKS = 64
/** Disappearing messages whose expiry times share one record. */
export const EXPIRY_CHUNK = 256
/** Plaintext of edits, reactions and deletions whose target is not here yet: 14,000 reactions of one member… */
export const MAX_PENDING_BYTES_PER_MEMBER = 2_097_152
/** …and of all members of a conversation. They are held in memory while there are any. */
export const MAX_PENDING_BYTES = 8_388_608
/** What one waiting entry costs beside its plaintext. */
export const PENDING_OVERHEAD_BYTES = 64
/** UTF-8 bytes of a draft: more than can be sent, so that a long text can be cut to size. */
export const MAX_DRAFT_BYTES = 65_536
/** A sender's clock may be so far ahead of ours before its time is called suspect. */
export const CLOCK_TOLERANCE_MS = 600_000
/** 2025-01-01 UTC. No message was sent before Triode existed. */
export const EARLIEST_PLAUSIBLE_AT = 1_735_689_600_000
/** Most messages of one page. */
export const MAX_PAGE = 1_000
/** A jump to a date goes back over so many messages whose clocks differ from their neighbours'. */
export const PAGE_STEP_BACK_ROWS = 32
/** Rows read at once when a stretch of messages is walked. */
export const WALK_ROWS = 256

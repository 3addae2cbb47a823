/** Values of this implementation; none is part of the protocol. */

/** What a source sends in this time is asked of it at once: little to ask again when it goes, much to write at once. */
export const RUN_MS = 250
/** Longer runs are a multiple of this: who stores eight chunks at a time can use the same memory again and again. */
export const RUN_STEP_CHUNKS = 8
/** Chunks that are asked of a source whose rate is not known: half a mebibyte. */
export const UNKNOWN_RUN_CHUNKS = 2
/** Chunks that somebody waits for are asked for in shorter runs, so that they are there sooner. */
export const FIRST_RUN_CHUNKS = 8
/** Runs that are remembered of what a source has: an honest one has few, since it fetches in order. */
export const MAX_RUNS_KEPT = 8_192
/** Bytes a second: what a source counts as that sent nothing yet. */
export const SLOWEST_RATE = 65_536
/** What is under way is asked of another source too when that is so much faster. */
export const COPY_IF_SLOWER = 2
/** Places that are passed over, since others see to them, in one look for what to ask. */
export const MAX_SKIPPED = 64

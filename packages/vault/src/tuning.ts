/** What may be tuned without a new format. */

/** Pages kept in memory, KiB: a catch-up's hot pages fit, and idle memory stays small. */
export const CACHE_KIB = 16_384
/**
 * Pages in the write-ahead log before a commit moves them into the database, which takes as long as some dozen messages:
 * so fewer than one message in a hundred waits for it, and one block of SQLite's index still covers them (4,062).
 */
export const CHECKPOINT_PAGES = 4_000
/** After this long without a transaction the log is emptied, so that replaced records, used keys among them, don't stay in it. */
export const SCRUB_IDLE_MS = 10_000
/** The write-ahead log is cut back to this after a checkpoint: one large catch-up does not keep its disk for ever. */
export const WAL_KEEP_BYTES = 16_777_216
/** Opened names kept; beyond it all are dropped and read again when needed. About 0.4 KiB each. */
export const MAX_CACHED_NAMES = 10_000
/** Nonces are drawn from the random source this many at a time: one call costs as much as a whole seal. */
export const NONCES_PER_DRAW = 256
/** Records between two pauses of a backup or check: about 5 ms, so that the device goes on answering. */
export const RECORDS_PER_PAUSE = 512
/** Records in one transaction of a restore: large enough that syncing is not felt, small enough to stay in memory. */
export const RECORDS_PER_RESTORE = 4_096
/** Bytes gathered before a write of a backup. */
export const BACKUP_WRITE_BYTES = 1_048_576

/** Bytes of one read of a backup. */
export const RESTORE_READ_BYTES = 262_144

/** Wrong passphrases before the first delay: typing errors are free. */
export const FREE_TRIES = 3
/** The first delay; each further wrong passphrase doubles it. */
export const FIRST_DELAY_MS = 1_000
/** The longest delay, five minutes: about 100,000 guesses a year, and an owner who remembers is back soon. */
export const MAX_DELAY_MS = 300_000
/** In code points after normalisation: the least that stretching still protects for a while. */
export const MIN_PASSPHRASE_LENGTH = 8
/** Bounds the work of normalising. */
export const MAX_PASSPHRASE_LENGTH = 1_024

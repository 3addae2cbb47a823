/** What may change freely in how blobs are stored. */

/** Chunks of a job: 2 MiB, some milliseconds of one core. Long enough that handing it over is not felt, short enough to stop soon. */
export const RUN_CHUNKS = 8
/** Files that a job opens itself: those beyond, tiny ones then, are read for it. So a job stays small, whatever a folder holds. */
export const MAX_RUN_PARTS = 2_048
/** Files that a job makes: some milliseconds of a thread. */
export const MAX_RUN_FILES = 512
/** Chunks of plaintext handed out at a time: whoever reads one place of a file waits for no more than that. */
export const PLAINTEXT_RUN_CHUNKS = 4
/** Jobs started for each that the executor runs at a time: none of its threads waits for the next. */
export const JOBS_AHEAD = 2
/**
 * Chunks after which a sync begins by itself: 256 MiB. So much at most is hashed again after a crash of the machine, in a quarter of a
 * second, and the disk has begun to write when the last chunk comes.
 */
export const SYNC_CHUNKS = 1_024
/** Bytes of marks that are written out when a blob is begun, so that they have their room when the disk is full. */
export const MAX_MARKS_AHEAD_BYTES = 1_048_576
/** Sealed of what does not say how long it is: the hashes of its chunks, 8 MiB for so much, are in memory until its end. */
export const MAX_UNSIZED_BYTES = 68_719_476_736
/** Chunks that may be looked at, each for its first bytes, to see whether they are there although nothing says so: 4 GiB of a blob, a moment. */
export const MAX_UNNOTED_LOOKED = 16_384

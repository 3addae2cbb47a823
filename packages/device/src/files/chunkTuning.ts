/** What may change freely in how work on chunks is spread over threads. */

/** Threads that seal and hash. */
export const CHUNK_THREADS = 2
/** A thread without work ends after this long: it takes some 15 MB. */
export const IDLE_THREAD_MS = 10_000
/** Jobs that a thread has at a time: the next lies ready when one is done. */
export const JOBS_A_THREAD = 2
/** Jobs of up to so many chunks are done in the device's own thread, half a millisecond each, ... */
export const SMALL_JOB_CHUNKS = 2
/** ... as long as there are no more chunks of them than this, ... */
export const SMALL_JOBS_CHUNKS = 8
/** ... within so many milliseconds. */
export const SMALL_JOBS_MS = 1_000

/** What may change freely in how work on chunks is spread over threads. */

/** Threads that seal and hash. */
export const CHUNK_THREADS = 2
/** A thread without work ends after this long: it holds memory that an idle device can do without. */
export const IDLE_THREAD_MS = 10_000
/**
 * Of a thread's heap, in MiB: what lies outside of it until garbage is collected is in proportion to what the heap may have
 * (`npm run bench -- blob-store`: memory).
 */
export const THREAD_MEMORY = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 32 }
/** Jobs that a thread has at a time: the next lies ready when one is done. */
export const JOBS_A_THREAD = 2
/** Jobs of up to so many chunks are done in the device's own thread, half a millisecond each, ... */
export const SMALL_JOB_CHUNKS = 2
/** ... as long as there are no more chunks of them than this, ... */
export const SMALL_JOBS_CHUNKS = 8
/** ... within so many milliseconds. */
export const SMALL_JOBS_MS = 1_000

/** Numbers that may change without anyone noticing. */

/** A whole request must have arrived by then: local clients take milliseconds. */
export const REQUEST_DEADLINE_MS = 10_000
/** The request's head must have arrived by then. */
export const HEAD_DEADLINE_MS = 5_000
/** How often Node looks for requests that are past their deadline. */
export const DEADLINE_CHECK_MS = 500
/** Token, Host and a few more; Node's default is 16 KiB. */
export const MAX_HEADER_BYTES = 8_192
/** A browser opens six; scripts in parallel some dozens. */
export const MAX_CONNECTIONS = 256
/** Proves to both ends that the stream is alive, below the idle limits of browsers and proxies. */
export const HEARTBEAT_MS = 15_000
/** What waits for one slow reader of events before it is cut: some thousand messages. */
export const MAX_EVENT_BACKLOG_BYTES = 1_048_576
/** Readers of events at a time. */
export const MAX_EVENT_READERS = 64
/** How often connections that became idle are looked for at shutdown. */
export const SWEEP_MS = 10
/** How long requests under way may take to end at shutdown. */
export const DRAIN_MS = 2_000
/** How often the caller of what takes long is told that it goes on: Node's fetch gives up after 300 s without a word. */
export const STILL_WORKING_MS = 60_000
/** Launch codes at a time, used ones that are still remembered among them: nobody has as many windows to open. */
export const MAX_LAUNCH_CODES = 16
/** Sessions of pages at a time: windows and tabs of one person. */
export const MAX_SESSIONS = 32
/** Backups that wait to be downloaded, at a time: each holds on to the database as it was. */
export const MAX_BACKUP_OFFERS = 4
/** Of the built page: a few dozen files of some hundred kilobytes together; all of it is held in memory. */
export const MAX_BUNDLE_FILES = 512
export const MAX_BUNDLE_BYTES = 33_554_432
/** Folders within folders. */
export const MAX_BUNDLE_DEPTH = 4
/** Below this a header costs as much as is won. */
export const MIN_COMPRESSED_BYTES = 1_024
/** On loopback it is time that counts, and this takes milliseconds for what the highest takes a second for. */
export const BROTLI_QUALITY = 5
/** So long nothing of an upload may come: whoever sends one is on this machine. */
export const UPLOAD_IDLE_MS = 30_000
/** The same of one that says that its bytes may be long in coming: a program still writes them. */
export const UPLOAD_WAITS_MS = 86_400_000
/** How long more of an upload that was refused is read, so that whoever sends it gets to read the answer. */
export const LINGER_MS = 2_000

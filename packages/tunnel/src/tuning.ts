/** Constants that may change without the far side noticing; each with its unit and reason. */

/** Milliseconds for TLS, authorization and the first SETTINGS: an onion service's slowest honest start, about. */
export const HANDSHAKE_TIMEOUT_MS = 10_000

/** Certificates of which the key is remembered: reading one costs as much as a signature. 10 kB each at most. */
export const MAX_KNOWN_CERTIFICATES = 256

/** Bytes in flight a stream: 640 Mbit/s at 100 ms round trip. */
export const STREAM_WINDOW_BYTES = 8 * 1024 * 1024
/** Bytes in flight a tunnel. */
export const SESSION_WINDOW_BYTES = 8 * 1024 * 1024
/** Bytes a DATA frame: fewer frames, less work a byte. */
export const MAX_FRAME_BYTES = 1024 * 1024

/** The same for links of some kilobytes a second, where a full window would take minutes to drain. */
export const SLOW_STREAM_WINDOW_BYTES = 64 * 1024
export const SLOW_SESSION_WINDOW_BYTES = 128 * 1024
export const SLOW_MAX_FRAME_BYTES = 16 * 1024

/** Streams that the far side may have open at a time; more wait their turn at its end. */
export const MAX_STREAMS = 100
/** Bytes of a request's header fields: six short ones are all we use. */
export const MAX_HEADER_BYTES = 4096
/** Header fields of one request. */
export const MAX_HEADER_PAIRS = 32
/** Megabytes (Node's unit) of frames and headers that one session may hold in native memory. */
export const MAX_SESSION_MEGABYTES = 24
/** Settings in one SETTINGS frame; RFC 9113 §6.5.2 defines six. */
export const MAX_SETTINGS = 16
/** Frames that no valid state allows, before the peer is dropped. Ours sends none. */
export const MAX_INVALID_FRAMES = 10
/** Streams refused for being over MAX_STREAMS, before the peer is dropped. Ours waits instead. */
export const MAX_REJECTED_STREAMS = 10
/** Streams reset at once, and a second thereafter (CVE-2023-44487). */
export const RESET_BURST = 200
export const RESETS_A_SECOND = 20
/** Pings and SETTINGS frames received in one CONTROL_PERIOD_MS. Ours sends one or two. */
export const MAX_CONTROL_FRAMES = 30
export const CONTROL_PERIOD_MS = 10_000
/** Bytes received and not yet read, over all streams of a tunnel. */
export const MAX_UNREAD_BYTES = 64 * 1024 * 1024
/** Milliseconds between looks at the unread bytes, while more streams are open than MAX_UNREAD_BYTES covers. */
export const UNREAD_CHECK_MS = 100

/** Milliseconds without a byte until a ping: an idle tunnel costs one a minute, of whichever end is first. */
export const PING_INTERVAL_MS = 60_000
/** Milliseconds without the pong and without any other byte, after which the far side is gone. */
export const PING_TIMEOUT_MS = 20_000
/** Milliseconds that open streams get to finish in `close`. */
export const CLOSE_GRACE_MS = 5_000
/** Milliseconds that a goodbye gets to leave this device. */
export const FAREWELL_MS = 1_000

/** Constants of the tor channel that may change without others noticing; each with its unit and reason. */

/** Services at a time: one a circle and one a live invitation. */
export const MAX_SERVICES = 48
/** Links at a time: each is a stream through relays that others pay for. */
export const MAX_TOR_LINKS = 256
/** Accepted links of one service at a time: callers have no address by which to tell them apart. */
export const MAX_LINKS_PER_SERVICE = 64
/** Milliseconds for a dial: fetching where the service is, two circuits of three relays each, and a repeat. */
export const TOR_DIAL_TIMEOUT_MS = 30_000
/** Milliseconds that a dial waits for tor to connect: so long no other channel waits for its turn. */
export const CONNECT_WAIT_MS = 8_000
/** Milliseconds for tor to open its control socket: it reads its state first. */
export const CONTROL_TIMEOUT_MS = 20_000
/** Milliseconds between looks whether that is there. */
export const CONTROL_POLL_MS = 50
/** Milliseconds for an answer to a command. */
export const ANSWER_TIMEOUT_MS = 20_000
/** First wait before tor is started again; doubles with each failure… */
export const RESTART_FIRST_MS = 1_000
/** …up to this: a tor that was just installed is noticed within a minute. */
export const RESTART_MAX_MS = 60_000
/** A tor that ran this long did not fail at the start: the waits begin anew. */
export const RAN_WELL_MS = 60_000
/** Milliseconds that tor has to end by itself. */
export const END_TIMEOUT_MS = 5_000
/** Milliseconds between two requests to forget where nothing was found: tor itself allows one in 10 s. */
export const FORGET_EVERY_MS = 30_000
/** Bytes of one line, and lines of one answer, on the control connection: what is asked here is answered in a few. */
export const MAX_CONTROL_LINE_BYTES = 16_384
export const MAX_CONTROL_LINES = 256
/** Connections that wait in the kernel to be accepted. */
export const SERVICE_BACKLOG = 64

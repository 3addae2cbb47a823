/** Constants that may change without others noticing; each with its unit and reason. */

/** Milliseconds for a TCP connection to stand: three SYNs (0, 1 and 3 s after the start) and an answer. */
export const CONNECT_TIMEOUT_MS = 8_000
/** Milliseconds of silence before the kernel probes whether the far end is still there: a tunnel pings sooner, and costs that no probe. */
export const KEEPALIVE_MS = 120_000
/** Links a channel made of TCP holds at a time: twice as many as a keeper keeps tunnels, since the ones that take their places overlap. */
export const MAX_LINKS = 2_048
/** Accepted links of one remote host at a time: one household or office behind one address. */
export const MAX_LINKS_PER_REMOTE = 64
/** Connections that wait in the kernel to be accepted. */
export const BACKLOG = 128

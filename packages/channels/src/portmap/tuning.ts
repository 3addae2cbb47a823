/** Constants of port mapping that may change without others noticing; each with its unit and reason. */

/** Seconds that a mapping is asked for: what a killed device leaves open closes after this. */
export const LEASE_S = 600
/** Milliseconds between renewals, at most half a lease: five may get lost, and a new public address is noticed within this. */
export const RENEW_MS = 120_000
/** Milliseconds until a question is asked again: a router is near, and UDP loses packets (RFC 6886 §3.1). */
export const ASK_WAITS_MS = [250, 500, 1_000, 2_000] as const
/** Milliseconds to collect answers to a search, after each of two questions. */
export const SEARCH_WAITS_MS = [700, 1_500] as const
/** Milliseconds for one call over HTTP: routers are slow computers. */
export const HTTP_MS = 4_000
/** Milliseconds that `stop` gives to taking a mapping back. */
export const TAKE_BACK_MS = 1_500
/** Milliseconds until a router that maps nothing is asked again, each time that it did not. */
export const RETRY_WAITS_MS = [2_000, 5_000, 15_000, 60_000, 300_000, 600_000] as const
/** Milliseconds between looks at which router and which address this machine has. */
export const NETWORK_LOOK_MS = 3_000
/** Milliseconds in which word of a restart is believed once: anybody on the network can send it. */
export const RESTART_WORD_MS = 5_000
/** Ports that are tried at a router by UPnP when the first is another's. */
export const PORT_TRIES = 4
/** Packets that are looked at for one question. */
export const MAX_PACKETS = 64

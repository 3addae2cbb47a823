/** Constants of the DHT channel that may change without others noticing; each with its unit and reason. */

/** Links at a time: a link may hold a message of up to 16 MiB before the tunnel knows who sent it. */
export const MAX_DHT_LINKS = 128
/** Names announced at a time: each costs three small packets in 25 s, and a hundred in 15 min. */
export const MAX_ANNOUNCED = 16
/** Names asked for at a time: three days of 32 devices, and an invitation. */
export const MAX_SOUGHT = 100
/** Look-ups at a time; each asks some twenty nodes. */
export const MAX_LOOKUPS = 4
/** Keys believed of one look-up: who knows a name can announce any number. */
export const MAX_KEYS_PER_LOOKUP = 8
/** Milliseconds until the next look-up of a name, each time that it was asked for; the last goes on. A device that comes asks by itself. */
export const LOOKUP_WAITS_MS = [
  2_000, 5_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 3_600_000,
] as const
/** Look-ups of a name that are made when they are due; of further ones… */
export const FREE_LOOKUPS = 3
/** …so many at once, over all names, and one more after so many milliseconds: each costs some 13 kB. */
export const LOOKUP_BURST = 32
export const LOOKUP_EVERY_MS = 120_000
/** Milliseconds between looks at what is due. */
export const LOOKUP_TICK_MS = 500
/** Milliseconds after which a look-up counts as having found what it will. */
export const LOOKUP_TIMEOUT_MS = 15_000
/** Milliseconds between announcements of a name; nodes keep them for 20 min. Each costs some hundred packets. */
export const ANNOUNCE_INTERVAL_MS = 15 * 60_000
/** Milliseconds between packets that keep the way through a NAT open: the shortest that routers in use forget after is 30 s. */
export const KEEP_ALIVE_MS = 25_000
/** Milliseconds that a key is answered at after its name was taken back: whoever just found it may be calling, and the
 * library breaks links of its last 10 s when it stops to answer. */
export const RETIRE_MS = 20_000
/** Milliseconds until an announcement that failed is tried again. */
export const ANNOUNCE_RETRY_MS = 5_000
/** Milliseconds for a link to stand: punching through one NAT that maps at random takes up to 10 s. */
export const DIAL_TIMEOUT_MS = 12_000
/** Milliseconds for that and the handshake of a tunnel. */
export const DIAL_MS = DIAL_TIMEOUT_MS + 2_000
/** Milliseconds that `start` waits for the DHT to answer; the status tells of what comes later. */
export const START_WAIT_MS = 1_500
/** Milliseconds between looks whether any node answers; when none does, those to begin at are asked again. */
export const HEALTH_INTERVAL_MS = 5_000
/** Milliseconds that `stop` gives to taking back what is announced. */
export const STOP_WAIT_MS = 1_000
/** Nodes to begin at that are remembered: of settings and of circles. */
export const MAX_NODES = 32
/** Milliseconds for which firewalls and routers let in whoever was sent something: of UDP two to five minutes (RFC 4787, REQ-5). */
export const LET_IN_MS = 300_000
/** Hosts that are remembered for that: more than a node talks to in that time. With one that was forgotten, a call could be taken for an unasked one. */
export const MAX_MET = 16_384

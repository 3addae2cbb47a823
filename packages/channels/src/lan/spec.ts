/** Constants of discovery on the local network (spec §8.2). */

/** DNS-SD service type (RFC 6763 §7). */
export const SERVICE = '_triode._tcp.local'

/** Instance names: 16 bytes in base32. */
export const INSTANCE = /^[a-z2-7]{26}$/

/** UDP port and groups of multicast DNS (RFC 6762 §3). */
export const MDNS_PORT = 5353
export const MDNS_IPV4 = '224.0.0.251'
export const MDNS_IPV6 = 'ff02::fb'

/** Seconds that others may remember a record: RFC 6762 §10 for records with an address. 0 takes it back. */
export const RECORD_TTL_S = 120

/** Constants of the tor channel that both ends must agree on (spec §8.4). */

/** Also the scheme of its addresses. */
export const TOR = 'tor'
/** The port that every service has: it tells services from nothing. */
export const SERVICE_PORT = 4_711
/** Bytes of an Ed25519 seed, and of an X25519 key. */
export const KEY_BYTES = 32
/** Of a version 3 address (Tor rend-spec-v3 §6): the last of its bytes. */
export const ONION_VERSION = 3
export const ONION_CHECKSUM_BYTES = 2
/** Letters of base32 before `.onion`. */
export const ONION_LETTERS = 56
/** Bytes before a piece: its length, big-endian; 0 is the end. */
export const FRAME_HEADER_BYTES = 2
export const MAX_FRAME_BYTES = 65_535

/** Constants of spec §11: two implementations must agree on them. */

/** Version of the plaintext below. */
export const CONTENT_VERSION = 1
/** A plaintext: what is left of a sealed entry of 16 KiB after its envelope. */
export const MAX_CONTENT_BYTES = 15_360
/** UTF-8 bytes of a text: a plaintext less 64 mentions of 34 bytes, a reply and the numbers. */
export const MAX_TEXT_BYTES = 12_000
export const MAX_MENTIONS = 64
/** Entries that one deletion erases: the message, and the edit in force. With ML-DSA-87 their signatures are 9.3 kB. */
export const MAX_ERASURES = 2
/** UTF-16 units of a reaction: the longest emoji sequences in use (families, flags of regions) have under 20. */
export const MAX_EMOJI_UNITS = 32
/** UTF-16 units of a room's name: 64 characters of any script. */
export const MAX_ROOM_NAME_UNITS = 128
/** Shortest disappearing time: below a second nobody could have read it. */
export const MIN_TIMER_MS = 1_000
/** Longest disappearing time: five years; longer is never. */
export const MAX_TIMER_MS = 157_680_000_000
/** Feed id (16 bytes) and sequence number (u32). */
export const MESSAGE_ID_BYTES = 20
export const MEMBER_ID_BYTES = 32
/** Feeds of one entry of read marks: with 16 bytes and a sequence number each they take three quarters of a plaintext. */
export const MAX_READ_MARKS = 512
/** UTF-16 units of a device's name: 64 characters of any script. */
export const MAX_DEVICE_NAME_UNITS = 128

/** Highest Lamport counter: doubles hold integers up to 2^53, and this leaves room to add. */
export const MAX_LAMPORT = 2 ** 52
/**
 * One entry moves a device's counter on by no more than this (spec §11.3). No honest conversation has 16 million entries
 * of which a device has seen none; and a hostile member needs 2^28 entries to use the counter up.
 */
export const MAX_LAMPORT_JUMP = 2 ** 24
/** Bytes of the keyed tie-break. An insider knows the key, so they must not be able to find an id that collides. */
export const TIEBREAK_BYTES = 12
/** Tie-breaks derived by one HKDF-Expand: 96 bytes are three blocks of HMAC-SHA-256, or two of HMAC-SHA-384. */
export const TIEBREAK_BLOCK = 8
/** Different emoji of one member on one message; of more, those reacted with last count. */
export const MAX_REACTIONS_PER_MEMBER = 16

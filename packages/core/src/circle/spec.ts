/** Constants of the membership log and of joining that two implementations must share (spec §5, §6). */

/** First field of every record of this area; another number is another protocol. */
export const CIRCLE_VERSION = 1

/** Bytes of device, member and circle ids: a collision costs 2^128 hashes in every suite. */
export const ID_BYTES = 32
/** Bytes of conversation and invitation ids: derived or random, chosen by no attacker, so 128 bits are enough. */
export const SHORT_ID_BYTES = 16
/** Bytes of a random nonce that makes a circle or a room unlike any other. */
export const NONCE_BYTES = 16

/**
 * Bytes of one log entry. The largest is a room with 256 members under the suite `cnsa`: its seats (9.2 KB, sealed), the signature
 * (4.6 KB) and sixteen parents (0.8 KB) make 14.8 KB.
 */
export const LOG_ENTRY_MAX_BYTES = 16_384
/** Parents an entry may name: enough to join the branches of a healed partition, few enough to stay small. */
export const LOG_MAX_PARENTS = 16
/** Entries one device may have in the log. An admission takes two; a circle of 1,000 founded by one device takes 2,000. */
export const LOG_MAX_ENTRIES_PER_DEVICE = 8_192
/** As many while an entry of another author waits for a parent: what fifteen other devices were shown besides. */
export const LOG_MAX_ENTRIES_WHILE_WAITING = 16 * LOG_MAX_ENTRIES_PER_DEVICE
/** Hashes in a locator (spec §5.7): sixteen heads, and steps doubling back through 2^16 entries. */
export const LOCATOR_MAX_HASHES = 32

/** Bytes of a circle's names key (spec §5.13). */
export const NAMES_KEY_BYTES = 32
/** Bytes of what the first entry says of that key: as of ids, for whoever founds a circle could look for two keys with one. */
export const NAMES_ID_BYTES = 32
/** UTF-16 units of the name of a circle. */
export const MAX_NAME_LENGTH = 64
/** UTF-16 units of a nickname. */
export const MAX_NICKNAME_LENGTH = 64
/** Members one entry may put in a room or take out of it: 256 ids of 34 bytes fill about half an entry. */
export const MAX_ROOM_CHANGE = 256
/** Letters of the name of a suite. */
export const MAX_SUITE_NAME_LENGTH = 16
/** Bytes of a public key (SPKI DER); ML-DSA-87's is 2,614. */
export const MAX_PUBLIC_KEY_BYTES = 4_096
/** Bytes of a signature; ML-DSA-87's is 4,627. */
export const MAX_SIGNATURE_BYTES = 5_120
/** Bytes of the longest hash of a suite (SHA-384 makes 48). */
export const MAX_HASH_BYTES = 64
/** Policies of later versions that the state tells of: nothing follows from them here. */
export const MAX_UNKNOWN_POLICIES = 64
/** Acts of one member that the state tells of as pending: more than a person can want at once. Others count when enough agree. */
export const MAX_PENDING_ACTS_PER_MEMBER = 64
/** How long an act waits for approvals, in ms: 30 days, as long as somebody who is away may be. */
export const ACT_LIFETIME_MS = 2_592_000_000
/** Letters of the key, and of the value, of a policy. */
export const MAX_POLICY_LENGTH = 32
/**
 * Devices a member has at once. Each costs every sender a seal an epoch, and a stolen one adds no more than fill this up before it
 * is revoked: a phone, a tablet and two computers are four.
 */
export const MAX_DEVICES_PER_MEMBER = 8

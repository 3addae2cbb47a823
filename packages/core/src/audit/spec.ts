/** Constants of the audit log (spec §14): to change one is to make a new format. */

/** SHA-256, whatever the suites of the circles: one log spans them all. */
export const AUDIT_HASH_BYTES = 32
/** Hides what a record that was left out of an export says: without it, its hash could be guessed from known ids and times. */
export const AUDIT_SALT_BYTES = 16
/** The largest record has nine fields, of which ids take 103 letters. */
export const AUDIT_RECORD_MAX_BYTES = 1_024
/** A code, role or channel: kebab-case words. */
export const AUDIT_WORD_MAX_LENGTH = 64
/** Base32 of 64 bytes. */
export const AUDIT_ID_MAX_LENGTH = 103
/** The last record that a chain can have: beyond any clock, and what is counted up from it stays exact. */
export const AUDIT_SEQ_MAX = 2 ** 48
/** The latest time that ECMAScript can write as a date, in milliseconds. */
export const AUDIT_TIME_MAX = 8_640_000_000_000_000
/** Of a head's hash, what a person notes: 24 letters, 120 bits. */
export const AUDIT_NOTED_BYTES = 15
/** One line of an export: a record in hexadecimal and its fields in the clear. */
export const AUDIT_LINE_MAX_LENGTH = 8_192

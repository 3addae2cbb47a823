/** Constants of spec §9: two implementations must agree on them. */

/** Feed id: hash of (conversation, device, incarnation), truncated. */
export const FEED_ID_BYTES = 16
export const CONVERSATION_ID_BYTES = 16
/** Random, chosen whenever a device starts a feed; a restored device starts feeds anew, so no position is used twice. */
export const INCARNATION_BYTES = 8
/** A sealed entry on the wire; 64 of them fit one frame. */
export const MAX_ENTRY_BYTES = 16_384
/** Shortest padded plaintext: texts of up to some 200 letters, reactions, deletions and settings all look alike. */
export const MIN_PADDED_BYTES = 256
/** Longest plaintext: padded to 15,872 bytes, which with the tag fit an entry; Padmé's next length would not. */
export const MAX_PLAINTEXT_BYTES = 15_871
/** Authors sign the head at every multiple of this, so that any window can be verified with one signature. */
export const WINDOW_ENTRIES = 64
/** A key epoch ends after so many entries… */
export const EPOCH_MAX_ENTRIES = 1_000
/** …or after a day, whichever comes first. */
export const EPOCH_MAX_AGE_MS = 86_400_000
/** Generations of sealing keys count seconds (spec §5.9); one that follows sooner than a key's life says that the last was lost. */
export const SEALING_KEY_LIFE_S = 604_800
/** An epoch is not cut short for that before it is ten minutes old. */
export const LOST_KEY_MIN_AGE_MS = 600_000
export const EPOCH_SECRET_BYTES = 32
/** Device ids are shortened to this inside envelopes, to find one's own; the HPKE context binds the whole id. */
export const ENVELOPE_TAG_BYTES = 8
/** Most devices that one conversation's epoch is sealed to. */
export const MAX_READERS = 4_096
/** Highest sequence number of a feed; the author then starts a new incarnation. */
export const MAX_SEQ = 0xffff_fff0
/** Entries that disappear say when in whole hours: to whoever carries them it shows no more. */
export const EXPIRY_UNIT_MS = 3_600_000
/** The last hour that a u32 of them can say. */
export const MAX_EXPIRY_HOUR = 0xffff_ffff
/** What is sealed is erased so long after its hour, so that those are believed whose clocks are ahead by less. */
export const ERASE_AFTER_MS = 3_600_000
/** Longest signature of any suite (ML-DSA-87: 4,627 bytes). */
export const MAX_SIGNATURE_BYTES = 4_700

/** Values of files on this device; none is part of the protocol. */

/** Entries of what is sent as a folder: their list is in memory while it is read, some 300 bytes each. */
export const MAX_SENT_ENTRIES = 250_000
/** Files whose size and times are asked for at once: more only wait for the four threads that answer. */
export const WALK_BATCH = 64
/** Larger files are fetched when asked for, unless set otherwise: some photographs, not a film. */
export const AUTO_FETCH_DEFAULT_BYTES = 33_554_432
/** The same where only slow or costly channels lead to them: any one photograph of a telephone, and a short recording (ADR 16). */
export const AUTO_FETCH_SLOW_DEFAULT_BYTES = 16_777_216
/** What a file counts as at least, of what comes of its member by itself: the two files in which it lies take a block each, however little is in them. */
export const LEAST_COUNTED_BYTES = 8_192
/** What comes of one member by itself, until somebody looks at it: some hundred photographs, a twentieth of a small disk of 64 GB. */
export const MEMBER_SHARE_DEFAULT_BYTES = 2_147_483_648
/** Of the disk kept free, so that messages go on being stored: a hundredth of it, but no more than this… */
export const RESERVE_MAX_BYTES = 268_435_456
/** …and no less than this: what the database writes before it tidies up. */
export const RESERVE_MIN_BYTES = 8_388_608
/** Held blobs of the same size that a file to be sent is compared with. */
export const MAX_COMPARED = 4
/** Compared at once. */
export const COMPARE_BYTES = 1_048_576
/** At most so often a file that goes on is told of. */
export const FILE_EVENT_EVERY_MS = 250
/** Blobs fetched at once: each holds two open files… */
export const MAX_FETCHED = 128
/** …and of one member's: who sends very many, and gives nothing of them, keeps no other's out. What somebody reads counts to neither. */
export const MAX_FETCHED_OF_ONE = 96
/** Blobs that a keeper fetches at once for others… */
export const MAX_KEPT_FETCHED = 32
/** …and of the devices of one member: who leaves things and gives nothing keeps nobody else out… */
export const MAX_KEPT_FETCHED_OF_ONE = 8
/** …nor do several who do: one of which nothing came for so long makes room for one that waits. */
export const KEPT_TURN_MS = 60_000
/** How often a keeper looks through all that it is to hold, at most: some thousand files of a member, who may change that all the time. */
export const KEPT_LOOK_MS = 100
/** After so long without a source a blob makes room for one that waits for its turn. */
export const TURN_MS = 10_000
/** The same of one that somebody says to have, and of which nothing came: a chunk takes so long at 1.5 kB a second. */
export const STILL_MS = 180_000
/** Whoever reads and has more than it takes comes after all who wait, and after this counts as waiting no more: between two pieces, each taken at once, it is about to. */
export const RESTED_MS = 1_000
/** Blobs that stay open although nobody fetches them: they are read, or asked for. */
export const MAX_IDLE_OPEN = 64
/** Written between two looks at whether saving was called off. */
export const SAVE_STEP_BYTES = 8_388_608
/** Smaller files are saved once all of them is here: that is a moment. */
export const SAVE_ALONG_BYTES = 8_388_608
/** Saved at once: the disk is one. */
export const MAX_SAVING = 2
/** Links that are named which a disk could not hold; of more it is said how many. */
export const MAX_LEFT_OUT_NAMED = 64
/** How often what could not be saved for want of room is tried again, and the quota looked at. */
export const FILES_CHORE_MS = 30_000
/** Given to who reads at once: some chunks. */
export const READ_STEP_BYTES = 1_048_576
/** How much beyond what a reader waits for comes before the rest. */
export const READ_AHEAD_BYTES = 8_388_608
/** A blob that is read counts as used anew after this: the record is not written for every range. */
export const USED_EVERY_MS = 3_600_000
/** A device was told that this one has all of a blob once the tunnel stood for so long afterwards. */
export const TOLD_AFTER_MS = 20_000
/** Indexes up to this come by themselves, that one can see what a folder holds. */
export const AUTO_INDEX_BYTES = 4_194_304
/** Entries of the folder that was looked into last: longer lists are read anew each time. */
export const MAX_KEPT_ENTRIES = 50_000
/** Sources up to this are read whole when they are compared… */
export const SMALL_SOURCE_BYTES = 262_144
/** …so many beside each other. */
export const READ_AT_ONCE = 16
/** How long it is believed how much room the disk has. */
export const FREE_SEEN_MS = 250
/** How long it counts whether somebody may give a file where it is named: looking that up costs a dozen reads, and others may ask very often. */
export const ANSWER_KEPT_MS = 1_000
export const MAX_ANSWERS_KEPT = 4_096
/** Files of a folder of which the first bytes are read at once, to see which are images. */
export const GLANCES_AT_ONCE = 64
/** Uploads that wait for a message, or still come: a few composers full of them. */
export const MAX_UPLOADS = 256
/** How long an upload waits for a message that names it: whoever writes one may be called away meanwhile. */
export const UPLOAD_KEPT_MS = 3_600_000
/** Images among uploads that are in memory at a time, up to 64 MiB each: others are not read until then. */
export const MAX_HELD_IMAGES = 2
/** Until somebody who was asked for a blob has answered, it counts as coming, but for no longer: some round trips of a slow network. */
export const ASKING_MS = 2_000
/** Looking through what is to be sent is shown once it takes longer: most of it is a moment. */
export const LOOKING_SHOWN_MS = 500
/** What changes while it is read to be sent is read anew so often, before whoever sends it hears of that: each time may be all of a large folder… */
export const MAX_TRIES_AGAIN = 2
/** …and no sooner than this: what is saved just now is written in several goes. */
export const TRY_AGAIN_MS = 1_000

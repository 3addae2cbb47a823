/** Values that two implementations need not share. */

/** Slips that a keeper holds of one member, and of all, in bytes: beside their shares, since nothing is lost with one. */
export const MAX_SLIP_BYTES_OF_ONE = 8_388_608
export const MAX_SLIP_BYTES_OF_ALL = 134_217_728
/** Slips on their way to one device: the next ones go when it has taken these. */
export const MAX_SLIPS_UNDER_WAY = 16
/** What keepers offer is gathered for so long before it is looked at what may be left for whose authors: it takes as long as there are authors. */
export const SLIP_DELAY_MS = 2_000
/** What was left is left anew after this, if there is occasion: the keeper may have had no room, or lost it. */
export const SLIP_AGAIN_MS = 21_600_000
/** A drop gets another secret, and so another tag, after this. */
export const DROP_LIFE_MS = 7 * 86_400_000
/** …and where content was erased that a keeper may hold, at most this often. */
export const DROP_RENEW_MS = 600_000
/** Drops before the present one that are given up at each keeper, once the present one is there. */
export const MAX_FORMER_DROPS = 8
/** When a feed stood where, so that what is older than a keeper holds things is not brought there: one mark a day. */
export const MARK_EVERY_MS = 86_400_000
export const MAX_MARKS = 64
/** Drops of others that a device remembers: 1,000 devices in some dozens of conversations. */
export const MAX_KNOWN_DROPS = 65_536
/** …for longer than any keeper that runs holds anything. */
export const KNOWN_DROP_MS = 60 * 86_400_000
/** A keeper that hands over nothing of what it offers for so long is passed over, for another. */
export const COLLECT_TIMEOUT_MS = 15_000
/** How often own drops are looked at while a keeper is connected: what is delivered goes, what is due is renewed. */
export const REVIEW_MS = 600_000
/** After something changed, so soon. */
export const REVIEW_SOON_MS = 2_000
/** How long it has run a keeper notes so often at most: by so much what it holds stays longer after it was killed. */
export const KEPT_TIME_NOTED_MS = 60_000
/** So much of its disk a keeper leaves free: on a full one it could take no log entry, erase nothing, and keep no tunnel up. */
export const KEPT_FREE_BYTES = 67_108_864
/** What a record costs a keeper beside its bytes. */
export const KEPT_OVERHEAD_BYTES = 256
/** Of whether drops are for a device: so many answers stay in memory, some 100 bytes each. */
export const MAX_ADDRESSEES_IN_MEMORY = 131_072
/** How often notices of one drop are sealed anew for one keeper that says that it has others, in REVIEW_MS. */
export const MAX_NOTICE_ROUNDS = 3
/** What a drop has of files is told to those whom it is for once in this time, after the first. */
export const BLOB_OFFERS_MS = 5_000
/** How often a keeper may change its word on one file, of one list: each time is a record, and something to tell. */
export const MAX_BLOB_TURNS = 16

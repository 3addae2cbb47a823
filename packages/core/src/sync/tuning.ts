/** Values that two implementations need not share. */

/** Serving pauses while this much waits on a link: about 20 ms of a fast LAN. */
export const LINK_HIGH_WATER_BYTES = 2_097_152
/** A link on which this much waits is closed: the far device does not read. Twice the longest honest greeting. */
export const LINK_MAX_BACKLOG_BYTES = 67_108_864
/** While this much waits on all links of a circle together, which a keeper has a thousand of… */
export const LINKS_HIGH_WATER_BYTES = 67_108_864
/** …serving pauses with so much on a link already. */
export const LINK_LOW_WATER_BYTES = 65_536
/** When this much waits on all of them, those are closed for whose member most does: two that are stuck may be there, whatever others do. */
export const LINKS_MAX_BACKLOG_BYTES = 134_217_728
/** Taking in pauses while this much waits to be stored… */
export const INBOX_HIGH_WATER_BYTES = 4_194_304
/** …where each frame counts with what its object costs beside its bytes. */
export const FRAME_OVERHEAD_BYTES = 256
/** Frames stored in one transaction: enough to share a disk flush, few enough to stay responsive. */
export const MAX_FRAMES_PER_TRANSACTION = 32
/** …and of one session no more than this: a list of 8,192 positions takes as long as a thousand entries. */
export const MAX_BYTES_PER_TRANSACTION = 1_048_576
/** …and of all together no more than this, in bytes and frames: of a thousand sessions it would take minutes, in which nothing else goes on. */
export const MAX_BYTES_OF_ALL_PER_TRANSACTION = 8_388_608
export const MAX_FRAMES_OF_ALL_PER_TRANSACTION = 1_024
/** Log entries of one device that wait for its share of time (see logShare.ts); more are dropped, and asked for again. */
export const MAX_POSTPONED_LOG_BYTES = 1_048_576
/** What log entries of one device may take at once, to be added and judged: thousands of honest ones… */
export const LOG_BURST_MS = 1_000
/** …and of the time after that no more than this part… */
export const LOG_SHARE = 0.1
/** …but this for each entry that is new, several times what an honest one takes: so a first sync doesn't wait. */
export const LOG_ENTRY_MS = 2
/** A device waits no longer than for this, at its share ten minutes: a computer that slept meanwhile counts that too. */
export const LOG_MAX_DEBT_MS = 60_000
/** A request without progress for this long goes to another device. */
export const WANT_TIMEOUT_MS = 15_000
/** Entries offered without content are asked for again after this: by then the clock may say that it is gone. */
export const WITHHELD_RETRY_MS = 600_000
/** Requests of one device that may wait to be served: twice what honest devices have open at a time. */
export const MAX_WAITING_WANTS = 2_048
/** Requests that are open at one device; the others follow as these are done, well below what it takes. */
export const MAX_OPEN_WANTS = 1_024
/** Envelopes of one session that wait for their block: those of one epoch, 7 MB of the longest. */
export const MAX_PENDING_ENVELOPES = 4_096
/** Drops that one keeper is asked for at a time: of each, envelopes wait for their block; the others follow as these are done. */
export const MAX_OPEN_COLLECTS = 64
/** Requests for drops that a keeper lets one device have waiting. */
export const MAX_WAITING_COLLECTS = 256
/** Conversations named by a peer before this device has heard of them. */
export const MAX_UNKNOWN_CONVERSATIONS = 256
/** Devices in one of them whose entries are not taken: of more, it is asked again whoever comes back. */
export const MAX_UNKNOWN_DEVICES = 64
/** Feeds that one device may have in one conversation: one, and one more after each restore. */
export const MAX_FEEDS_PER_DEVICE = 64
/** Feeds of which one is remembered where a device stands, however many others name… */
export const LEAST_STANDINGS = 1_024
/** …and so many beyond that of all devices together: thirty of a circle of a thousand, in some dozens of conversations. A hundred bytes each. */
export const MAX_FURTHER_STANDINGS = 1_048_576
/** Feeds of others of which one device has more than this one, as far as that is remembered of a session; the rest waits for the next. */
export const MAX_STANDINGS_OF_OTHERS = 60_000
/** A typing notice from one device counts at most this often. */
export const TYPING_INTERVAL_MS = 2_000
/** Changes of links are collected for so long before the others are told: as often, at most, as anyone looks. */
export const LINKS_DELAY_MS = 2_000
/** Signed acknowledgements are relayed only where at most this many devices read: an author gets one from each. */
export const MAX_ACK_READERS = 256
/** Of each device that many are kept in a conversation: one for each other device's feed, and for those before restores. */
export const MAX_ACKS_PER_DEVICE = 256
/** …of which so many for the feeds of one author: with as many readers as are relayed for, that is all of them. */
export const MAX_ACKS_PER_AUTHOR = 4
/** Of feeds that are not known yet, so many of each sender wait in memory. */
export const MAX_PARKED_ACKS = 128
/** An acknowledgement whose author no known way leads to is given to so many devices that may meet it. */
export const ACK_CARRIERS = 3
/** An author's request is answered by so many ways: one may lead through a device that keeps answers to itself. */
export const ACK_WAYS = 2
/** Changes of what this device has are collected for so long before they are signed for absent authors… */
export const ACK_DELAY_MS = 1_000
/** …and signed again after this, when they could not be stored. */
export const ACK_RETRY_MS = 30_000
/** An author that is not connected this long after a link came or went may have missed what it was told directly: it is signed for. */
export const ACK_RECHECK_MS = 60_000
/** An author asks for what it lacks so long after it wrote, or after its links changed… */
export const ACK_REQUEST_MIN_MS = 60_000
/** …then less and less often, until it writes again: about as long as it has waited already, so that asking for what nobody has costs little… */
export const ACK_REQUEST_MAX_MS = 86_400_000
/** …but so long after its links changed at the latest. */
export const ACK_REQUEST_CHANGED_MAX_MS = 3_600_000
/** Requests for one feed are heard from one device at most this often. */
export const ACK_REQUEST_SPACING_MS = 30_000
/** Cards that come within such a moment, of random length, are told of together. */
export const CARD_NEWS_DELAY_MIN_MS = 100
export const CARD_NEWS_DELAY_MAX_MS = 400
/** Another device is asked for a card when one that was asked gives none for so long… */
export const CARD_ASK_TIMEOUT_MS = 5_000
/** …or not this one for so long, whatever else it gives: a thousand cards of the longest kind on a link of 300 kB/s. */
export const CARD_ASK_MAX_MS = 30_000

/** Values of this implementation; none is part of the protocol but where it says so. */

/** Bytes that a client grants ahead at least… (spec §15.7) */
export const MIN_WINDOW_BYTES = 65_536
/** …and at most (spec §15.7). */
export const MAX_WINDOW_BYTES = 8_388_608
/** What may wait on the link beside a round trip: what a message waits behind (spec §15.7). */
export const WINDOW_MS = 40
/** A rate is measured over at least this time and this many bytes: a burst of one packet says little… */
export const SAMPLE_MS = 30
export const SAMPLE_BYTES = 131_072
/** …but not over more than this. */
export const SAMPLE_MAX_MS = 250
/** Samples that count: the second highest of them is what the link gives. */
export const SAMPLES = 8
/** How often a busy link is let run nearly empty, for its round trip to show: that costs a third of a percent. */
export const PROBE_EVERY_MS = 20_000
/** How long a round trip counts. */
export const ROUND_TRIP_KEPT_MS = 65_000
/** Bytes that came or were granted and are not stored yet, of all transfers together… */
export const MAX_UNSTORED_BYTES = 25_165_824
/** …and of one device. */
export const MAX_UNSTORED_OF_ONE = 8_388_608
/** …of which each device has this, whatever the others use up: who was granted much and sends nothing keeps nobody else out. */
export const LEAST_SHARE_BYTES = 1_048_576
/** What a tunnel's bytes came in is collected each time that it is so much: less costs the receiver more of its time (`npm run bench -- file-copy`), more costs memory. */
export const RECEIVED_GARBAGE_BYTES = 16_777_216
/** Chunks that are checked and stored at once: 2 MiB. A kill costs what is under way of it. Longer runs are a multiple of it. */
export const BATCH_CHUNKS = 8
/** Batches whose memory is kept for the next ones: what two fast sources need. */
export const MAX_KEPT_BATCHES = 8
/** What is asked of a source at once, beside what its round trip holds: two runs. */
export const ASKED_MS = 500
/** Requests that are open at a source at least, whatever its rate. */
export const MIN_OPEN_REQUESTS = 2
/** Small files are asked for in such numbers that this much is due: not one a round trip. */
export const LEAST_ASKED_BYTES = 131_072
/** Blobs that are asked for at one device, below what the specification lets it refuse. */
export const MAX_INTERESTS_ASKED = 1_000
/** A source that sent nothing for this long, though it might, is given up for others. */
export const STALL_MS = 10_000
/** One that sent less than this in that time is given up as well, where others have what is missing: a byte now and then holds up nothing. */
export const CRAWL_BYTES = 16_384
/** How often it is looked for what stalled, what is new, and who may be asked. */
export const TICK_MS = 1_000
/** How often it is looked anew who may be asked for what. */
export const REVIEW_EVERY_MS = 30_000
/** One kind of trouble of this device is told of once in this time. */
export const TELL_AGAIN_MS = 60_000
/** A disk that was full is tried again after this. */
export const DISK_RETRY_MS = 5_000
/** One that refuses for another reason is tried again after this: each time some megabytes may come in vain. */
export const REFUSED_RETRY_MS = 30_000
/** Free bytes with which it is tried again: some batches. */
export const DISK_ROOM_BYTES = 33_554_432
/** A far side that refuses to serve is asked again after this. */
export const REOPEN_MS = 60_000
/** A far side may open a stream of a kind anew after this: what it may do a second does not begin anew with each. */
export const ACCEPT_AGAIN_MS = 10_000
/** Over which a rate is shown. */
export const RATE_SHOWN_MS = 3_000

/** Chunks that a server reads at once, and again as many ahead: 1 MiB. */
export const READ_CHUNKS = 4
/** Bytes that a server hands to a stream before those before are written. */
export const WRITE_AHEAD_BYTES = 1_048_576
/** A client that does not read is told nothing more while this much waits. */
export const TELL_BACKLOG_BYTES = 262_144
/** Nor is it refused anything more while so much of what it was told has not gone: some thousand refusals. */
export const UNREAD_ANSWER_BYTES = 16_384
/** A server that does not read is asked for nothing more while this much waits. */
export const UNREAD_ASK_BYTES = 262_144
/** What a frame counts as at least, of what a server may tell in a second: each has plans looked at. */
export const TOLD_FRAME_BYTES = 512
/** How often it is looked whether who gets chunks may still have them, within one request. */
export const MAY_ASK_EVERY_MS = 100
/** How often those who asked are told what came meanwhile. */
export const TELL_EVERY_MS = 250
/** Runs of chunks that are told of one blob: who fetches in order has few. */
export const MAX_RUNS_TOLD = 8_192
/** Chunks that wait to be hashed again because somebody said that they don't match; more are forgotten. */
export const MAX_DOUBTED = 16
/** Between two of these: hashing a chunk costs a fraction of a millisecond, which others can cause. */
export const DOUBT_EVERY_MS = 50
/** Frames of a client that are taken in a second: its grants are a few hundred. */
export const ASKS_PER_SECOND = 4_000
/** Bytes that a server tells in a second: a thousand blobs in one piece are 30 kB. */
export const TOLD_PER_SECOND = 2_097_152

/** Rate limits let through at once what they let through in this time… */
export const LIMIT_BURST_MS = 100
/** …and no less than this, nor smaller pieces than an eighth of it. */
export const LIMIT_BURST_BYTES = 16_384

/** Bytes a second below which a channel is slow (spec §15.8). */
export const SLOW_BYTES_PER_SECOND = 1_000_000

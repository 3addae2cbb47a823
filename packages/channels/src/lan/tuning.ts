/** Constants of discovery that may change without others noticing; each with its unit and reason. */

/** Names announced at a time: one or two a circle. */
export const MAX_NAMES = 64
/** Milliseconds after which an announcement is said again (RFC 6762 §8.3), for packets that were lost. */
export const REPEAT_MS = 1_000
/** Milliseconds of random wait before an answer, so that many devices do not answer at once (RFC 6762 §6). */
export const ANSWER_DELAY_MIN_MS = 20
export const ANSWER_DELAY_MAX_MS = 120
/** Milliseconds in which one interface gets one answer, however many ask (RFC 6762 §6). */
export const ANSWER_INTERVAL_MS = 1_000
/** Milliseconds after which `look` asks again, and then stops (RFC 6762 §5.2). */
export const LOOK_AGAIN_MS = [1_000, 3_000] as const
/** Milliseconds between questions that nobody asked for: a network that came back shows within a minute. */
export const LOOK_INTERVAL_MS = 60_000
/** Of these, so many are left out at most, one after another, because somebody else asked: whoever asks this device alone, so that it does not, hides others for half an hour. */
export const MAX_QUESTIONS_LEFT_OUT = 29
/** Milliseconds between looks at the machine's interfaces. */
export const INTERFACES_INTERVAL_MS = 3_000
/** Interfaces served at a time; containers can make hundreds. */
export const MAX_INTERFACES = 16
/** Milliseconds in which the same name at the same address is reported once. */
export const REPORT_INTERVAL_MS = 10_000
/** Names and addresses remembered for that: a circle of a thousand on one network. */
export const MAX_SEEN = 2_048
/** Records read of one packet: some more than MAX_NAMES need. */
export const MAX_RECORDS = 256
/** Packets read in one second; the rest is dropped unread. */
export const MAX_PACKETS_A_SECOND = 200

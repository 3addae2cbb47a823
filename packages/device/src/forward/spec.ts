/** Constants of forwarding that two devices must share (spec §8.6). */

/** Parked by the dialer of a tunnel: the acceptor, who can open none, begins on it when it has to. */
export const PARK_PATH = '/forward/park'
/** Opened by the dialer of a tunnel, who begins on it at once. */
export const BEGIN_PATH = '/forward/now'

/** The first byte: hand this link on to the device that follows, or this link is from the device that follows. */
export const KIND = { to: 1, from: 2 } as const
export type Kind = (typeof KIND)[keyof typeof KIND]

/** The first byte and a device id. */
export const HEADER_BYTES = 33

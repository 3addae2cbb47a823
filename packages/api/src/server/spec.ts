/** Numbers of spec §13 that a second implementation must share. */

/** The largest request body, bytes: the longest message fits however it is escaped (spec §13.3). */
export const MAX_BODY_BYTES = 262_144
/** The token's entropy, bytes (spec §13.1). */
export const TOKEN_BYTES = 32
/** How long a launch code may be redeemed, milliseconds (spec §13.10). */
export const LAUNCH_CODE_MS = 900_000
/** Where the device of a home listens if it can, so that the page has one address (spec §13.1). T, R, I, O on the keys of a telephone. */
export const DEFAULT_PORT = 8_746
/** Where a keeper says how it is (spec §13.13). */
export const DEFAULT_HEALTH_PORT = 8_747
/** How long a backup waits to be downloaded, milliseconds (spec §13.12). */
export const BACKUP_OFFER_MS = 60_000

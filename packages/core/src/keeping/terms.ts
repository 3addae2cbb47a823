/** What a keeper takes, told to every device of the circle (spec §16.3). */
export interface KeeperTerms {
  /** How long it holds what it took, in whole hours. */
  readonly holdHours: number
  /** Of the devices of one member together. */
  readonly memberBytes: number
  /** Of a file that it takes; 0: none. */
  readonly fileBytes: number
  /** Of all of them; not told to anybody. */
  readonly capacityBytes: number
}

/**
 * 14 days: less than the 21 for which a sealing key is kept that a notice may be sealed to (spec §5.9). 1 GiB: some
 * 1,600,000 short messages of a member that nobody has fetched yet, or so much less beside files.
 */
export const KEEPER_TERMS: KeeperTerms = {
  holdHours: 336,
  memberBytes: 1_073_741_824,
  fileBytes: 268_435_456,
  capacityBytes: 8_589_934_592,
}

export const HOLD_HOURS_MAX = 504

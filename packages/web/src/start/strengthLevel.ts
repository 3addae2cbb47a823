/** How strong a passphrase is, in the five steps of the meter, from how many guesses would find it. */

/** What the vault takes at the least (spec §12): below it the device refuses. Characters. */
export const MIN_PASSPHRASE_LENGTH = 8

/**
 * Tries a second that the meter reckons with: somebody has copied the vault and puts a room full of graphics cards on it.
 * Argon2id as the vault uses it lets one card try some tens a second; 10,000 is hundreds of cards.
 */
export const GUESSES_PER_SECOND = 10_000

export const STRENGTH = { veryWeak: 0, weak: 1, fair: 2, good: 3, strong: 4 } as const
export type Strength = (typeof STRENGTH)[keyof typeof STRENGTH]

/** Seconds that each step from `weak` on stands: a minute, three days, ten years, ten thousand years. */
const STANDS_SECONDS = [60, 3 * 86_400, 10 * 31_557_600, 10_000 * 31_557_600]

/** @param guessesLog10 decimal logarithm of how many guesses find the passphrase on average */
export function strengthOf(guessesLog10: number): Strength {
  const secondsLog10 = guessesLog10 - Math.log10(GUESSES_PER_SECOND)
  return STANDS_SECONDS.filter((seconds) => secondsLog10 >= Math.log10(seconds)).length as Strength
}

/** As a person counts: an emoji is one. */
export function isLongEnough(passphrase: string): boolean {
  return Array.from(passphrase.normalize('NFC')).length >= MIN_PASSPHRASE_LENGTH
}

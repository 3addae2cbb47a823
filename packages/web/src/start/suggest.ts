/** A passphrase drawn by chance: words that are easy to type and to remember. */

/** 2,048 words each: six make 66 bits. */
export const SUGGESTED_WORDS = 6

/** 2^11 words: the low bits of a random number choose each with the same chance. */
const WORD_MASK = 0x7ff

/**
 * @param words 2,048 of them
 * @param random fills an array with unpredictable numbers: `crypto.getRandomValues`
 */
export function suggestPassphrase(
  words: readonly string[],
  random: (into: Uint16Array<ArrayBuffer>) => Uint16Array,
): string {
  if (words.length !== WORD_MASK + 1) throw new RangeError('the list must have 2,048 words')
  const drawn = random(new Uint16Array(SUGGESTED_WORDS))
  return Array.from(drawn, (number) => words[number & WORD_MASK]).join(' ')
}

/** Texts that look like language to a search index: words of Zipf-like frequency, the same in every run. */

/** Words of the vocabulary: about what a person writes in a year. */
const VOCABULARY = 5_000
const SYLLABLES = ['ka', 'lo', 'mi', 'ner', 'su', 'ta', 'vel', 'ro', 'pin', 'dos']

/** The `rank`-th most frequent word, from 0. */
export function wordAt(rank: number): string {
  const digits = Array.from(String(rank + VOCABULARY), (digit) => SYLLABLES[Number(digit)] ?? '')
  return digits.join('')
}

/** A small linear congruential generator (Numerical Recipes' constants): repeatable is all it must be. */
export function repeatable(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** A rank drawn so that the n-th word comes about 1/n as often as the first. */
export function drawRank(draw: () => number): number {
  return Math.floor(VOCABULARY ** draw()) - 1
}

/** Message number `index`: `bytes` bytes of ASCII that start with the number. */
export function textOf(index: number, bytes: number): string {
  const draw = repeatable(index)
  let text = String(index)
  while (text.length < bytes) text += ` ${wordAt(drawRank(draw))}`
  return text.slice(0, bytes)
}

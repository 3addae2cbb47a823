/**
 * How well a text answers to what was typed: each letter in order, better the more they stand at the beginning of words and
 * together. Small on purpose: a palette has hundreds of lines, not millions.
 */

const POINTS = { letter: 1, together: 4, wordStart: 6, start: 4, exact: 20 }
/** A letter that is skipped before the first hit costs little, up to this many. */
const MAX_SKIPPED = 10

/** @returns undefined where `text` lacks a letter of `typed`; else the higher the better. An empty `typed` fits all. */
export function scoreOf(typed: string, text: string): number | undefined {
  const wanted = Array.from(folded(typed).replaceAll(/\s+/gu, ''))
  if (wanted.length === 0) return 0
  const letters = Array.from(folded(text))
  const best = bestFrom(wanted, letters)
  if (best === undefined) return undefined
  return best + (folded(text) === folded(typed) ? POINTS.exact : 0)
}

/** Items that fit, the best first; among equals as they came. */
export function ranked<Item>(typed: string, items: readonly Item[], textOf: (item: Item) => string): Item[] {
  const scored = items.flatMap((item) => {
    const score = scoreOf(typed, textOf(item))
    return score === undefined ? [] : [{ item, score }]
  })
  return scored.sort((one, other) => other.score - one.score).map(({ item }) => item)
}

/** Tries each place at which the first letter stands, takes the next ones greedily. */
function bestFrom(wanted: readonly string[], letters: readonly string[]): number | undefined {
  let best: number | undefined
  letters.forEach((letter, start) => {
    if (letter !== wanted[0]) return
    const score = scoreFrom(wanted, letters, start)
    if (score !== undefined && (best === undefined || score > best)) best = score
  })
  return best
}

function scoreFrom(wanted: readonly string[], letters: readonly string[], start: number): number | undefined {
  let score = start === 0 ? POINTS.start : -Math.min(start, MAX_SKIPPED) / MAX_SKIPPED
  let last = -1
  for (const letter of wanted) {
    const at = last === -1 ? start : nextOf(letter, letters, last + 1)
    if (at === -1) return undefined
    score += POINTS.letter
    if (last !== -1 && at === last + 1) score += POINTS.together
    if (isWordStart(letters, at)) score += POINTS.wordStart
    last = at
  }
  return score
}

/** The next place of the letter: that which goes on, else the beginning of a word, else the first there is. */
function nextOf(letter: string, letters: readonly string[], from: number): number {
  if (letters[from] === letter) return from
  for (let at = from; at < letters.length; at++)
    if (letters[at] === letter && isWordStart(letters, at)) return at
  return letters.indexOf(letter, from)
}

function isWordStart(letters: readonly string[], at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(letters[at - 1] ?? '')
}

/** Without case and accents: nobody looks for those. */
function folded(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().trim()
}

/** What of a message found is shown: the part around the first of the words, with each of them marked. */
import { plainText } from '../markdown/blocks.ts'

export interface Part {
  readonly text: string
  readonly isFound: boolean
}

/** About three lines. */
const SNIPPET_CHARS = 180
const BEFORE_CHARS = 50
/** Longer than any message. */
const WHOLE = 12_000

export function snippet(text: string, words: string): string {
  const plain = plainText(text, WHOLE)
  const pattern = patternOf(words)
  const at = pattern === undefined ? -1 : plain.search(pattern)
  const from = at > BEFORE_CHARS ? at - BEFORE_CHARS : 0
  const cut = plain.slice(from, from + SNIPPET_CHARS)
  return `${from > 0 ? '…' : ''}${cut}${from + SNIPPET_CHARS < plain.length ? '…' : ''}`
}

/** The text in order, every word of `words` apart. */
export function parts(text: string, words: string): Part[] {
  const pattern = patternOf(words)
  if (pattern === undefined) return [{ text, isFound: false }]
  return text
    .split(pattern)
    .map((part, index) => ({ text: part, isFound: index % 2 === 1 }))
    .filter((part) => part.text !== '')
}

function patternOf(words: string): RegExp | undefined {
  const each = words.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
  // Longest first, so that "car" doesn't cut "cart".
  const sorted = [...new Set(each)].toSorted((one, other) => other.length - one.length)
  return sorted.length === 0 ? undefined : new RegExp(`(${sorted.join('|')})`, 'iu')
}

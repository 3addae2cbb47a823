/** A code that one person reads out and another types (spec §6.8): a number that finds the inviter, and words that prove. */
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { utf8 } from '../bytes.ts'
import { CallerFault } from '../fault.ts'
import type { Random } from '../ports/random.ts'

/**
 * Words of a code, of 2,048 each: 22 bits. Three tries find them once in 1.4 million codes, and a third word would help
 * nobody as much as it costs everybody who has to read and type it.
 */
export const SPOKEN_WORDS = 2
/** Wrong tries that a code stands, whoever makes them. */
export const SPOKEN_TRIES = 3
/** Codes that may be tried for at a time on one device: more than a person reads out at once. */
export const MAX_SPOKEN_CODES = 16
/** Four digits, the first not 0, so that nobody wonders whether to say it. */
const MIN_NUMBER = 1_000
const MAX_NUMBER = 9_999
/** The words of BIP-39's English list differ in their first four letters. */
const TELLING_LETTERS = 4
/** The list has 2^11 words. */
const WORD_MASK = 0x7ff
/** Nothing longer is a code. */
const MAX_CODE_LENGTH = 128

export interface SpokenCode {
  /** MIN_NUMBER to MAX_NUMBER: no secret. */
  readonly number: number
  /** SPOKEN_WORDS of the list: a secret. */
  readonly words: readonly string[]
}

/** @param taken numbers that this device's other codes have @throws CallerFault 'too-many-codes' */
export function makeSpokenCode(random: Random, taken: ReadonlySet<number>): SpokenCode {
  if (taken.size > MAX_NUMBER - MIN_NUMBER) throw tooManyCodes()
  let number = drawNumber(random)
  while (taken.has(number)) number = number === MAX_NUMBER ? MIN_NUMBER : number + 1
  return { number, words: Array.from({ length: SPOKEN_WORDS }, () => drawWord(random)) }
}

/** Such as `4821-crucial-clown`. */
export function formatSpokenCode({ number, words }: SpokenCode): string {
  return [number, ...words].join('-')
}

/** What both sides put into CPace: the words, in lower case. */
export function spokenSecret({ words }: SpokenCode): Uint8Array {
  return utf8(words.join('-'))
}

/** Whether a text is meant as a code and not as a link. */
export function looksSpoken(text: string): boolean {
  return /^\s*\d/.test(text)
}

/**
 * Reads a code as people type it: any case, anything between the parts, the words from their first four letters on.
 * @throws CallerFault 'code-malformed'
 */
export function parseSpokenCode(text: string): SpokenCode {
  const parts = text.length > MAX_CODE_LENGTH ? [] : (text.toLowerCase().match(/\d+|[a-z]+/g) ?? [])
  const digits = parts.findIndex((part) => !/^\d/.test(part))
  const number = Number(parts.slice(0, Math.max(digits, 0)).join(''))
  const words = parts.slice(Math.max(digits, 0)).map(wordOf)
  const whole = words.length === SPOKEN_WORDS && words.every((word) => word !== undefined)
  if (!whole || !(number >= MIN_NUMBER && number <= MAX_NUMBER)) throw malformed()
  return { number, words }
}

/** The list's word that is meant; a slip behind the fourth letter changes nothing. */
function wordOf(typed: string): string | undefined {
  return wordlist.includes(typed)
    ? typed
    : wordlist.find(
        (word) =>
          typed.length >= TELLING_LETTERS &&
          word.slice(0, TELLING_LETTERS) === typed.slice(0, TELLING_LETTERS),
      )
}

function drawNumber(random: Random): number {
  const count = MAX_NUMBER - MIN_NUMBER + 1
  const fair = Math.floor(0x1_0000 / count) * count
  for (;;) {
    const drawn = draw16(random)
    if (drawn < fair) return MIN_NUMBER + (drawn % count)
  }
}

function drawWord(random: Random): string {
  const word = wordlist[draw16(random) & WORD_MASK]
  if (word === undefined) throw new RangeError('the list has 2,048 words')
  return word
}

function draw16(random: Random): number {
  const [high = 0, low = 0] = random.bytes(2)
  return (high << 8) | low
}

function malformed(): CallerFault {
  return new CallerFault('code-malformed', {
    message: 'This is not a spoken code.',
    remedy: 'A code is a number of four digits and two words, such as 4821-crucial-clown.',
  })
}

export function tooManyCodes(): CallerFault {
  return new CallerFault('too-many-codes', {
    details: { most: MAX_SPOKEN_CODES },
    message: `This device holds ${MAX_SPOKEN_CODES} spoken codes open already.`,
    remedy: 'Wait until one has ended, or revoke one with `triode invite revoke`.',
  })
}

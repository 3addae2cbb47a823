/** Words that two people compare, to be sure that nobody stands between their devices (spec §6.7). */
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { fromBase32 } from '../base32.ts'
import { compareBytes, concat } from '../bytes.ts'
import { LABEL, labelled } from '../crypto/labels.ts'
import type { Suite } from '../crypto/suite.ts'
import type { CircleId } from '../id.ts'

/**
 * Ten words of a list of 2,048 are 110 bits. To be taken for someone else, an attacker has to find a key whose words are
 * given: 2^110 trials; or, standing between two people, two keys that give both the same words: 2^55 keys for each side,
 * each trial costing the iterations below, while both wait. Ten can be read out in half a minute.
 */
export const SAFETY_WORDS = 10
/** Makes each trial a thousand times dearer, and one honest comparison a millisecond or two. */
export const SAFETY_ITERATIONS = 1_024
/** The list has 2^11 words. */
const BITS_PER_WORD = 11

/**
 * The words of two devices, the same in either order.
 * @param spkiA SPKI DER of one device's public signing key
 * @param spkiB that of the other's
 */
export function safetyWords(suite: Suite, circle: CircleId, spkiA: Uint8Array, spkiB: Uint8Array): string[] {
  const keys = [suite.hash(spkiA), suite.hash(spkiB)].sort(compareBytes)
  const input = labelled(LABEL.safetyWords, fromBase32(circle), ...keys)
  let digest = suite.hash(input)
  for (let i = 0; i < SAFETY_ITERATIONS; i++) digest = suite.hash(concat(digest, input))
  return Array.from({ length: SAFETY_WORDS }, (_, index) => wordlist[bitsAt(digest, index)] ?? '')
}

/** The eleven bits at place `index`, the most significant first. */
function bitsAt(digest: Uint8Array, index: number): number {
  let value = 0
  for (let bit = index * BITS_PER_WORD; bit < (index + 1) * BITS_PER_WORD; bit++) {
    value = (value << 1) | (((digest[bit >>> 3] ?? 0) >>> (7 - (bit & 7))) & 1)
  }
  return value
}

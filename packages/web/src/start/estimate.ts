/** Estimates how many guesses find a passphrase. A chunk of its own, with its dictionaries: loaded when one is first typed. */
import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary as common } from '@zxcvbn-ts/language-common'
import { dictionary as english } from '@zxcvbn-ts/language-en'

const estimator = new ZxcvbnFactory({ graphs: adjacencyGraphs, dictionary: { ...common, ...english } })

/** Longer ones are strong enough, and the estimate takes time that grows with the square. Characters. */
const MAX_ESTIMATED_LENGTH = 100

/** @returns the decimal logarithm of the guesses */
export function guessesLog10(passphrase: string): number {
  return estimator.check(passphrase.slice(0, MAX_ESTIMATED_LENGTH)).guessesLog10
}

/**
 * How a film or a recording of sound is gone through: once, from its beginning, by a reader of its format that asks for what it has to see and says
 * of the rest how much of it there is. So the same reader works on a file that lies on a disk, of which little is read, and on bytes that come once.
 */
import type { Extent } from '../blank.ts'

export type Step =
  /** Answered with the next bytes, fewer at the end; they are still to come, and are not to be written to. */
  | { readonly peek: number }
  /** The next bytes stay as they are; Infinity: all that are left. */
  | { readonly pass: number }
  /** All but the last so many stay as they are. */
  | { readonly allBut: number }
  /** Zeros take the place of the next bytes. */
  | { readonly zero: number }
  /** These take the place of as many. */
  | { readonly put: Uint8Array }

export interface Scanned {
  /** It may go on telling: what does can't be taken out of it, or it is not known whether there is any. */
  readonly mayTell: boolean
  /** Zeros are to take the place of these as well, anywhere in the file; merged. */
  readonly later: readonly Extent[]
}

/** Steps are answered with bytes, those that ask for none with any. Never throws. */
export type Scan = Generator<Step, Scanned, Uint8Array>

/** What is in memory at a time of one recording: the list of all that a day of film is made of has no more. */
export const MAX_SEEN_BYTES = 67_108_864
/** Pieces that are told apart before the rest is passed over: of fragments of a second, eighteen hours. */
export const MAX_PIECES = 65_536

export const DONE: Scanned = { mayTell: false, later: [] }

/** What is left goes as it is, and nobody knows what it tells. */
export function* giveUp(): Scan {
  yield { pass: Infinity }
  return { mayTell: true, later: [] }
}

/** Base32 of RFC 4648 §6, lower case, without padding: safe in command lines, URLs, DNS labels and file names. */
import { CallerFault } from './fault.ts'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'
const FOREIGN = 255
/** Value of each letter, by its UTF-16 unit: identifiers are turned back into bytes for each frame. */
const VALUES = new Uint8Array(128).fill(FOREIGN)
for (let value = 0; value < ALPHABET.length; value++) VALUES[ALPHABET.charCodeAt(value)] = value

const LETTERS = Uint8Array.from(ALPHABET, (letter) => letter.charCodeAt(0))

/** Written at once; a multiple of five, so that no bits are left over. */
const CHUNK_BYTES = 5_120

/** All letters are put together at once, in a list of the right length: identifiers are made for each frame, and what grows costs twice as much. */
export function base32(bytes: Uint8Array): string {
  const chunk = bytes.subarray(0, CHUNK_BYTES)
  const letters = new Array<number>(Math.ceil((chunk.length * 8) / 5))
  let written = 0
  let bits = 0
  let held = 0
  for (let at = 0; at < chunk.length; at++) {
    held = (held << 8) | (chunk[at] as number)
    bits += 8
    while (bits >= 5) {
      bits -= 5
      letters[written++] = LETTERS[(held >>> bits) & 31] as number
    }
    held &= (1 << bits) - 1
  }
  if (bits > 0) letters[written] = LETTERS[(held << (5 - bits)) & 31] as number
  const text = String.fromCharCode(...letters)
  return bytes.length > CHUNK_BYTES ? text + base32(bytes.subarray(CHUNK_BYTES)) : text
}

/** @throws CallerFault 'base32-malformed' on a foreign letter or on bits that are left over */
export function fromBase32(text: string): Uint8Array {
  const out = new Uint8Array((text.length * 5) >>> 3)
  let bits = 0
  let held = 0
  let at = 0
  for (let place = 0; place < text.length; place++) {
    const value = VALUES[text.charCodeAt(place)] ?? FOREIGN
    if (value === FOREIGN) throw new CallerFault('base32-malformed')
    held = (held << 5) | value
    bits += 5
    if (bits >= 8) {
      bits -= 8
      out[at++] = (held >>> bits) & 255
      held &= (1 << bits) - 1
    }
  }
  if (held !== 0 || bits >= 5) throw new CallerFault('base32-malformed')
  return out
}

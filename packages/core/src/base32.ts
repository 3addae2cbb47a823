/** Base32 of RFC 4648 §6, lower case, without padding: safe in command lines, URLs, DNS labels and file names. */
import { CallerFault } from './fault.ts'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'
const VALUES = new Map(Array.from(ALPHABET, (letter, index) => [letter, index]))

export function base32(bytes: Uint8Array): string {
  let out = ''
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      out += ALPHABET.charAt((held >>> bits) & 31)
    }
    held &= (1 << bits) - 1
  }
  return bits > 0 ? out + ALPHABET.charAt((held << (5 - bits)) & 31) : out
}

/** @throws CallerFault 'base32-malformed' on a foreign letter or on bits that are left over */
export function fromBase32(text: string): Uint8Array {
  const out = new Uint8Array(Math.floor((text.length * 5) / 8))
  let bits = 0
  let held = 0
  let at = 0
  for (const letter of text) {
    const value = VALUES.get(letter)
    if (value === undefined) throw new CallerFault('base32-malformed')
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

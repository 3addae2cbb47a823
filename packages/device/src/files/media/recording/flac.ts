/** FLAC (RFC 9639 §8): comments, pictures, and what programs add; each block stays as long as it was. */
import { cleanCoverWithin } from './cover.ts'
import { giveUp, DONE, MAX_PIECES, type Scan } from './scan.ts'
import { cleanComments } from './vorbisComment.ts'

export const FLAC = 'fLaC'
const BLOCK = { padding: 1, application: 2, comments: 4, picture: 6 } as const
const HEAD_BYTES = 4
const LAST = 0x80

export function* scanFlac(): Scan {
  yield { pass: FLAC.length }
  for (let seen = 0; seen < MAX_PIECES; seen++) {
    const head = yield { peek: HEAD_BYTES }
    const [flags = 0, high = 0, middle = 0, low = 0] = head
    if (head.length < HEAD_BYTES) return yield* giveUp()
    const [type, length] = [flags & ~LAST, high * 65_536 + middle * 256 + low]
    if (type === BLOCK.padding || type === BLOCK.application) {
      yield { put: Uint8Array.of((flags & LAST) | BLOCK.padding, high, middle, low) }
      yield { zero: length }
    } else if (type === BLOCK.comments || type === BLOCK.picture) {
      const block = Uint8Array.from(yield { peek: HEAD_BYTES + length })
      const body = block.subarray(HEAD_BYTES)
      if (type === BLOCK.picture) cleanCoverWithin(body)
      else if (!cleanComments(body)) return yield* giveUp()
      yield { put: block }
    } else yield { pass: HEAD_BYTES + length }
    if ((flags & LAST) !== 0) {
      yield { pass: Infinity }
      return DONE
    }
  }
  return yield* giveUp()
}

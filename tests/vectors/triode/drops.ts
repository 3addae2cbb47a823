import { base32, dropTag, fromBase32, openBox, sealBox, type BoxPlace, type FeedId } from '@triode/core'
import assert from 'node:assert/strict'
import type { Area, Case } from './area.ts'
import { filled, hybrid } from './cast.ts'

const SECRET = filled(32, 1)
const NONCE = filled(12, 7)
const FEED = base32(filled(16, 5)) as FeedId

export const drops: Area = {
  name: 'drops',
  format: 'Tags and boxes of drops',
  spec: ['16.2'],
  suite: 'hybrid',
  about: 'The nonce of a box is random; here it is given.',
  make: () => ({ cases: [tag(), ...[1, 62, 300, 5_000].map(box)] }),
}

function tag(): Case {
  return {
    name: 'the tag of a secret and a feed',
    input: { secret: SECRET.toHex(), feed: fromBase32(FEED).toHex() },
    expected: { tag: fromBase32(dropTag(hybrid, SECRET, FEED)).toHex() },
  }
}

function box(length: number, at: number): Case {
  const place: BoxPlace = {
    tag: dropTag(hybrid, SECRET, FEED),
    from: 3,
    last: 5,
    part: at,
    final: at === 3,
  }
  const frame = filled(length, 9)
  const sealed = sealBox(hybrid, { bytes: () => NONCE }, SECRET, place, frame)
  assert.deepEqual(openBox(hybrid, SECRET, place, sealed), frame)
  const { from, last, part, final } = place
  return {
    name: `a part of ${String(length)} bytes`,
    input: {
      secret: SECRET.toHex(),
      nonce: NONCE.toHex(),
      from,
      last,
      part,
      final,
      frame: frame.toHex(),
    },
    expected: { box: sealed.toHex() },
  }
}

import {
  base32,
  dropHandle,
  dropTag,
  fromBase32,
  keptBlobId,
  openBox,
  sealBox,
  type BoxPlace,
  type FeedId,
} from '@triode/core'
import assert from 'node:assert/strict'
import type { Area, Case } from './area.ts'
import { alice, filled, hybrid } from './cast.ts'

const SECRET = filled(32, 1)
const NONCE = filled(12, 7)
const FEED = base32(filled(16, 5)) as FeedId

export const drops: Area = {
  name: 'drops',
  format: 'Handles, tags and boxes of drops, and what keepers call blobs',
  spec: ['16.2', '16.6'],
  suite: 'hybrid',
  about: 'The nonce of a box is random; here it is given.',
  make: () => ({ cases: [tag(), blob(), ...[1, 62, 300, 5_000].map(box)] }),
}

const HANDLE = dropHandle(hybrid, SECRET, FEED)
const TAG = dropTag(hybrid, alice.device, HANDLE)

function tag(): Case {
  return {
    name: 'the handle of a secret and a feed, and the tag of its author',
    input: {
      secret: SECRET.toHex(),
      feed: fromBase32(FEED).toHex(),
      author: fromBase32(alice.device).toHex(),
    },
    expected: { handle: fromBase32(HANDLE).toHex(), tag: fromBase32(TAG).toHex() },
  }
}

function blob(): Case {
  const root = filled(32, 4)
  return {
    name: 'what keepers call a blob',
    input: { length: 1_048_576, root: root.toHex() },
    expected: { blob: fromBase32(keptBlobId(hybrid, { length: 1_048_576, root })).toHex() },
  }
}

function box(length: number, at: number): Case {
  const place: BoxPlace = {
    tag: TAG,
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

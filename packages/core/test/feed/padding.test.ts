/** How long sealed entries look (spec §9.4): many contents, few lengths, and one way to write each. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  base32,
  Chain,
  encodeContent,
  headStatement,
  messageId,
  nextKeys,
  sealWithMessageKey,
  type Body,
  type Erasure,
  type FeedId,
  type Item,
} from '@triode/core'
import { pad, paddedLength, unpad } from '../../src/feed/padding.ts'
import { entryAad } from '../../src/feed/receive.ts'
import { MAX_ENTRY_BYTES, MAX_PLAINTEXT_BYTES, MIN_PADDED_BYTES } from '../../src/feed/spec.ts'
import { flip, joined, Pen, suite } from './pen.ts'

const AEAD_TAG_BYTES = 16
const target = messageId(base32(new Uint8Array(16).fill(1)) as FeedId, 900)

function lengthOf(body: Body): number {
  return paddedLength(encodeContent({ lamport: 40_000, at: 1_800_000_000_000, body }).length)
}

/** So many, with signatures of so many bytes: 64 with Ed25519, 96 with ECDSA P-384, 4,627 with ML-DSA-87. */
function erasures(count: number, bytes: number): Erasure[] {
  return Array.from({ length: count }, () => ({ entry: target, signature: new Uint8Array(bytes) }))
}

function textOf(letters: number): Body {
  return { kind: 'text', text: 'a'.repeat(letters), mentions: [] }
}

describe('a padded entry', () => {
  it('comes back as it was, whatever its length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: MAX_PLAINTEXT_BYTES, size: 'max' }), (plaintext) => {
        const padded = pad(plaintext)
        assert.equal(padded.length, paddedLength(plaintext.length))
        assert.deepEqual(unpad(padded), plaintext)
      }),
      { numRuns: 300 },
    )
    for (const ending of [[], [0], [0x80], [0x80, 0], [0, 0, 0]])
      assert.deepEqual(unpad(pad(Uint8Array.from(ending))), Uint8Array.from(ending))
  })

  it('is written in one way: other lengths, other filling and no mark at all are refused', () => {
    const padded = pad(new Uint8Array(300).fill(7))
    assert.equal(padded.length, 304)
    for (const wrong of [
      new Uint8Array(0),
      new Uint8Array(256),
      padded.subarray(0, 303),
      Uint8Array.from([...padded, 0]),
      Uint8Array.from([...padded, ...new Uint8Array(16)]),
      padded.with(303, 1),
      padded.with(300, 0),
    ]) {
      assert.equal(unpad(wrong), undefined)
    }
  })

  it('is itself or nothing, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat(), (bytes, bit) => {
        const plaintext = unpad(bytes)
        if (plaintext !== undefined) assert.deepEqual(pad(plaintext), bytes)
        const padded = pad(bytes)
        const changed = unpad(flip(padded, bit % (padded.length * 8)))
        assert.notDeepEqual(changed, bytes)
      }),
      { numRuns: 2_000 },
    )
  })

  it('has one of 96 lengths, and is at most 1/16 longer than its content from 256 bytes on; 2.2 % in the mean', () => {
    const lengths = new Set<number>()
    let worst = 0
    let sum = 0
    for (let length = 0; length <= MAX_PLAINTEXT_BYTES; length++) {
      const padded = paddedLength(length)
      lengths.add(padded)
      if (length < MIN_PADDED_BYTES) continue
      worst = Math.max(worst, padded / length - 1)
      sum += padded / length - 1
    }
    assert.equal(lengths.size, 96)
    assert.equal(worst, 1 / 16)
    assert.equal((sum / (MAX_PLAINTEXT_BYTES + 1 - MIN_PADDED_BYTES)).toFixed(3), '0.022')
    assert.ok(Math.max(...lengths) + AEAD_TAG_BYTES <= MAX_ENTRY_BYTES)
  })

  it('says nothing of what most messages say: short texts, reactions, edits, deletions and settings look alike', () => {
    const alike: Body[] = [
      textOf(1),
      textOf(225),
      { kind: 'text', text: 'a'.repeat(200), replyTo: target, mentions: [] },
      { kind: 'text', text: 'yes', mentions: [], expiresAfterMs: 604_800_000 },
      { kind: 'reaction', target, emoji: '\u{1f44d}', on: true },
      { kind: 'edit', target, text: 'a'.repeat(200), mentions: [] },
      { kind: 'edit', target, text: 'a'.repeat(100), mentions: [], erasures: erasures(1, 64) },
      { kind: 'delete', target, erasures: erasures(1, 64) },
      { kind: 'delete', target, erasures: erasures(2, 64) },
      { kind: 'delete', target, erasures: erasures(1, 96) },
      { kind: 'timer', afterMs: null },
      { kind: 'room-name', name: 'A room' },
    ]
    assert.deepEqual(
      alike.map(lengthOf),
      alike.map(() => 256),
    )
    assert.equal(
      lengthOf({ kind: 'delete', target, erasures: erasures(1, 4_627) }),
      4_864,
      'not with ML-DSA-87',
    )
    assert.equal(lengthOf(textOf(300)), 336)
    assert.equal(lengthOf(textOf(3_000)), 3_072)
  })

  it('shows its padded length only, and its tag', () => {
    const pen = new Pen('lengths')
    for (const text of ['a', 'b'.repeat(255)]) pen.write(text)
    pen.write('c'.repeat(256))
    const lengths = joined(pen.blocks).items.flatMap((item) =>
      item.kind === 'data' ? [item.body.length] : [],
    )
    assert.deepEqual(lengths, [272, 272, 288])
  })

  it('of an author who pads otherwise is no content: the author is named, and nobody is held up', () => {
    const pen = new Pen('unpadded')
    const someone = pen.someone()
    pen.readers.push(someone)
    pen.write('first')
    const reader = pen.reader(someone)
    for (const block of pen.blocks) reader.take(block)
    const { id, chainKey, head: before, epoch } = pen.feed
    assert.ok(chainKey)
    const aad = entryAad(pen.feed)(before.seq + 1, epoch)
    const { messageKey } = nextKeys(suite, chainKey)
    const item: Item = {
      kind: 'data',
      body: sealWithMessageKey(suite, messageKey, aad, new Uint8Array(300)),
    }
    const head = new Chain(suite, id).next(before, epoch, item)
    const signature = pen.author.signing.sign(headStatement(id, head))
    const receipt = reader.take({ from: head.seq, prev: before.hash, epoch, items: [item], signature })
    assert.deepEqual(receipt?.opened, [{ seq: head.seq, plaintext: new Uint8Array(0) }])
    assert.equal(reader.feed.head.seq, head.seq)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  MAX_LAMPORT,
  MAX_TEXT_BYTES,
  PeerFault,
  base32,
  decodeContent,
  encodeContent,
  encodeValue,
  messageId,
  parseMessageId,
  type Body,
  type Content,
  type FeedId,
  type MemberId,
} from '@triode/core'
import { encode } from 'cborg'
import fc from 'fast-check'
import { Pen, memberNamed } from './cast.ts'

const feed = new Pen('alice').feed
const target = messageId(feed, 7)

const feedId = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => base32(bytes) as FeedId)
const id = fc.tuple(feedId, fc.nat(0xffff_ffff)).map(([of, seq]) => messageId(of, seq))
const member = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => base32(bytes) as MemberId)
const words = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 })
const timer = fc.integer({ min: 1_000, max: 157_680_000_000 })
const mentions = fc.array(member, { maxLength: 64 })
const erasures = fc.array(
  fc
    .record({ entry: id, signature: fc.uint8Array({ minLength: 1, maxLength: 100 }) })
    .map((erasure) => ({ ...erasure })),
  { minLength: 1, maxLength: 2 },
)
const body: fc.Arbitrary<Body> = fc.oneof(
  fc.record(
    { kind: fc.constant('text' as const), text: words, mentions, replyTo: id, expiresAfterMs: timer },
    { requiredKeys: ['kind', 'text', 'mentions'] },
  ),
  fc.record({
    kind: fc.constant('reaction' as const),
    target: id,
    emoji: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }).filter((e) => e.length <= 32),
    on: fc.boolean(),
  }),
  fc.record(
    { kind: fc.constant('edit' as const), target: id, text: words, mentions, erasures },
    { requiredKeys: ['kind', 'target', 'text', 'mentions'] },
  ),
  fc.record(
    { kind: fc.constant('delete' as const), target: id, erasures },
    { requiredKeys: ['kind', 'target'] },
  ),
  fc.record({ kind: fc.constant('timer' as const), afterMs: fc.option(timer) }),
  fc.record({ kind: fc.constant('room-name' as const), name: words.filter((n) => n.length <= 128) }),
)
const content: fc.Arbitrary<Content> = fc
  .record({
    lamport: fc.integer({ min: 1, max: MAX_LAMPORT }),
    at: fc.nat(Number.MAX_SAFE_INTEGER),
    body,
  })
  .map(({ lamport, at, body: fields }) => ({ lamport, at, body: { ...fields } })) // with the usual prototype

describe('message ids', () => {
  it('hold feed and sequence number, in 32 letters', () => {
    fc.assert(
      fc.property(feedId, fc.nat(0xffff_ffff), (of, seq) => {
        const made = messageId(of, seq)
        assert.equal(made.length, 32)
        assert.deepEqual(parseMessageId(made), { feed: of, seq })
      }),
    )
  })

  it('are refused when they are something else', () => {
    for (const bad of ['', 'abc', `${target}a`, target.toUpperCase(), `${target.slice(1)}1`]) {
      assert.throws(() => parseMessageId(bad), { code: 'message-id-malformed' })
    }
  })
})

describe('the plaintext of an entry', () => {
  it('decodes to what was encoded, whatever it says', () => {
    fc.assert(
      fc.property(content, (original) => {
        const bytes = encodeContent(original)
        assert.deepEqual(decodeContent(bytes), original)
      }),
    )
  })

  it('decodes or is the peer’s fault, whatever the bytes are', () => {
    const total = (bytes: Uint8Array): void => {
      try {
        decodeContent(bytes)
      } catch (fault) {
        assert.ok(fault instanceof PeerFault, String(fault))
      }
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), total))
    fc.assert(
      fc.property(content, fc.nat(), fc.nat(255), (original, where, byte) => {
        const bytes = encodeContent(original)
        bytes[where % bytes.length] = byte
        total(bytes)
      }),
    )
  })

  it('of a kind or version still to be invented is kept as unknown', () => {
    for (const fields of [
      [1, 5, 6, 99, 'whatever'],
      [2, 5, 6, 0, ['other'], null],
    ]) {
      assert.deepEqual(decodeContent(encodeValue(fields)), { lamport: 5, at: 6, body: { kind: 'unknown' } })
    }
  })

  it('is malformed with a field too many, too few, or out of its range', () => {
    const good = [1, 5, 6, 4, 60_000]
    assert.equal(decodeContent(encodeValue(good)).body.kind, 'timer')
    const bad = [
      [1, 5, 6, 4],
      [...good, 1],
      [0, 5, 6, 4, 60_000],
      [1, 0, 6, 4, 60_000],
      [1, MAX_LAMPORT + 1, 6, 4, 60_000],
      [1, 5, -1, 4, 60_000],
      [1, 5, 6, 4, 999],
      [1, 5, 6, 4, 1.5],
      [1, 5, 6, 1, new Uint8Array(19), 'x', true],
      [1, 5, 6, 1, new Uint8Array(20), '', true],
      [1, 5, 6, 1, new Uint8Array(20), 'x'.repeat(33), true],
      [1, 5, 6, 0, 'text', null, [new Uint8Array(31)], null],
      [1, 5, 6, 0, 'text', null, new Array<Uint8Array>(65).fill(new Uint8Array(32)), null],
      [1, 5, 6, 5, ''],
    ]
    // By another encoder: ours writes no fractions.
    for (const fields of bad) assert.throws(() => decodeContent(encode(fields)), { code: 'malformed' })
  })

  it('counts a text in bytes: 12,000 pass, 12,001 do not, on either side', () => {
    const fits = '€'.repeat(MAX_TEXT_BYTES / 3)
    const encode = (text: string): Uint8Array =>
      encodeContent({ lamport: 1, at: 0, body: { kind: 'text', text, mentions: [] } })
    const mostMentions = Array.from({ length: 64 }, () => memberNamed('bob'))
    const largest = encodeContent({
      lamport: MAX_LAMPORT,
      at: Number.MAX_SAFE_INTEGER,
      body: {
        kind: 'text',
        text: fits,
        mentions: mostMentions,
        replyTo: target,
        expiresAfterMs: 157_680_000_000,
      },
    })
    assert.equal(decodeContent(largest).body.kind, 'text')
    assert.throws(() => encode(`${fits}a`), { code: 'text-too-long' })
    assert.throws(() => decodeContent(encodeValue([1, 1, 1, 0, `${fits}a`, null, [], null])), {
      code: 'oversize',
    })
    assert.throws(() => encode(''), { code: 'text-empty' })
    assert.throws(() => encode('\ud800'), { code: 'text-malformed' })
  })

  it('refuses what a caller should not send', () => {
    const encode = (wrong: Body): Uint8Array => encodeContent({ lamport: 1, at: 0, body: wrong })
    assert.throws(() => encode({ kind: 'reaction', target, emoji: '', on: true }), { code: 'emoji-invalid' })
    assert.throws(() => encode({ kind: 'timer', afterMs: 10 }), { code: 'timer-out-of-range' })
    assert.throws(() => encode({ kind: 'room-name', name: 'x'.repeat(129) }), { code: 'name-invalid' })
    const mentioned = Array.from({ length: 65 }, () => memberNamed('bob'))
    assert.throws(() => encode({ kind: 'edit', target, text: 'a', mentions: mentioned }), {
      code: 'too-many-mentions',
    })
  })
})

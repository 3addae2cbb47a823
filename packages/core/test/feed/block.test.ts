/** Blocks, items and heads as bytes (spec §9.2, §9.5): one encoding each, and nothing else is taken. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  base32,
  Chain,
  concat,
  decodeValue,
  emptyHead,
  encodeBlock,
  encodeValue,
  Fault,
  feedIdOf,
  foldBlock,
  fromBase32,
  headStatement,
  LABEL,
  lastSeq,
  PeerFault,
  readBlock,
  Reader as Fields,
  sliceBlock,
  u32,
  utf8,
  windowStart,
  type Block,
  type DeviceId,
  type ErasureProof,
  type Item,
} from '@triode/core'
import { decodeBlock } from '../../src/feed/block.ts'
import { MAX_ENTRY_BYTES, MAX_SEQ } from '../../src/feed/spec.ts'
import { CONVERSATION, flip, joined, Pen, suite } from './pen.ts'

const HASH = suite.hashBytes
const bytes = (min: number, max: number) => fc.uint8Array({ minLength: min, maxLength: max })
const hour = fc.integer({ min: 1, max: 0xffff_ffff })
const proof = fc
  .record({ device: bytes(32, 32), signature: bytes(1, 4_700) })
  .map((of): ErasureProof => ({ device: base32(of.device) as DeviceId, signature: of.signature }))
const itemOf = fc.oneof(
  bytes(0, 400).map((body): Item => ({ kind: 'data', body })),
  fc.record({ body: bytes(0, 400), expiryHour: hour }).map((of): Item => ({ kind: 'data', ...of })),
  fc.record({ bodyHash: bytes(HASH, HASH), expiryHour: hour }).map((of): Item => ({ kind: 'erased', ...of })),
  fc.record({ bodyHash: bytes(HASH, HASH), proof }).map((of): Item => ({ kind: 'erased', ...of })),
  fc
    .record({ bodyHash: bytes(HASH, HASH), expiryHour: hour, proof })
    .map((of): Item => ({ kind: 'erased', ...of })),
)
const startOf = bytes(1, 200).map((body): Item => ({ kind: 'epoch', body }))
const blockOf: fc.Arbitrary<Block> = fc
  .record({
    from: fc.integer({ min: 1, max: MAX_SEQ - 64 }),
    prev: bytes(HASH, HASH),
    epoch: fc.integer({ min: 0, max: MAX_SEQ }),
    start: fc.option(startOf, { nil: undefined }),
    items: fc.array(itemOf, { minLength: 1, maxLength: 64 }),
    signature: bytes(1, 4_700),
  })
  .map(({ start, items, ...rest }) => {
    const room = windowStart(rest.from) + 64 - rest.from
    return { ...rest, items: (start === undefined ? items : [start, ...items]).slice(0, room) }
  })

function read(encoded: Uint8Array): Block {
  const fields = new Fields(decodeValue(encoded, 2_000_000))
  const block = readBlock(fields, HASH)
  fields.end()
  return block
}

describe('a block as bytes', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(blockOf, (block) => {
        assert.deepEqual(read(encodeBlock(block)), block)
        assert.deepEqual(decodeBlock(encodeBlock(block), HASH), block)
      }),
      { numRuns: 200 },
    )
  })

  it('is refused when it is cut short or goes on, by name', () => {
    fc.assert(
      fc.property(blockOf, fc.nat(), (block, at) => {
        const encoded = encodeBlock(block)
        assert.throws(() => read(encoded.subarray(0, at % encoded.length)), PeerFault)
        assert.throws(() => read(concat(encoded, Uint8Array.of(0))), PeerFault)
      }),
      { numRuns: 200 },
    )
  })

  it('is another block or a fault whichever bit is changed, never the same', () => {
    fc.assert(
      fc.property(blockOf, fc.nat(), (block, at) => {
        const encoded = encodeBlock(block)
        const changed = flip(encoded, at % (encoded.length * 8))
        try {
          assert.notDeepEqual(read(changed), block)
        } catch (error) {
          if (!(error instanceof PeerFault)) throw error
        }
      }),
      { numRuns: 500 },
    )
  })

  it('is a block or a fault whatever the bytes', () => {
    fc.assert(
      fc.property(bytes(0, 300), (random) => {
        try {
          read(random)
        } catch (error) {
          assert.ok(error instanceof PeerFault)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('crosses no window, is not empty, and starts an epoch at its beginning only', () => {
    const block: Block = {
      from: 60,
      prev: new Uint8Array(HASH),
      epoch: 1,
      items: Array.from({ length: 5 }, () => ({ kind: 'data', body: new Uint8Array(20) })),
      signature: new Uint8Array(64),
    }
    const data = block.items[0] as Item
    const start: Item = { kind: 'epoch', body: new Uint8Array(3) }
    assert.equal(lastSeq(read(encodeBlock(block))), 64)
    for (const wrong of [
      { ...block, items: [...block.items, data] },
      { ...block, items: [] },
      { ...block, from: 0 },
      { ...block, from: MAX_SEQ + 1 },
      { ...block, items: [data, start] },
      { ...block, prev: new Uint8Array(HASH - 1) },
      { ...block, signature: new Uint8Array(0) },
      { ...block, signature: new Uint8Array(4_701) },
    ]) {
      assert.throws(() => read(encodeBlock(wrong)), isMalformed)
    }
    assert.ok(read(encodeBlock({ ...block, items: [start, data] })))
    // Gone without any ground: nobody would have to believe it, so nobody may say it.
    const item = [0, new Uint8Array(HASH), 0]
    const value = [1, new Uint8Array(HASH), 1, [item], new Uint8Array(64)]
    assert.throws(() => read(encodeValue(value)), isMalformed)
    for (const wrong of [
      [0, new Uint8Array(HASH)],
      [...item, new Uint8Array(32)],
      [2, 0, new Uint8Array(20)],
    ])
      assert.throws(() => read(encodeValue(value.with(3, [wrong]))), isMalformed)
    const long: Item = { kind: 'data', body: new Uint8Array(MAX_ENTRY_BYTES + 1) }
    assert.throws(() => read(encodeBlock({ ...block, items: [long] })), isFault('oversize'))
  })

  it('holds damage of what is stored against the store, not against a device', () => {
    assert.throws(() => decodeBlock(encodeValue([1, 2, 3]), HASH), isFault('record-damaged'))
  })

  it('verifies from any item on', () => {
    const pen = new Pen('slices')
    pen.writeMany(9)
    const whole = joined(pen.blocks)
    const { heads } = foldBlock(suite, pen.feed.id, whole)
    for (let from = 1; from <= 10; from++) {
      const part = sliceBlock(suite, pen.feed.id, whole, from)
      assert.equal(part.items.length, 11 - from)
      assert.deepEqual(foldBlock(suite, pen.feed.id, part).heads.at(-1), heads.at(-1))
    }
    assert.equal(sliceBlock(suite, pen.feed.id, whole, 0), whole)
  })
})

describe('the chain', () => {
  it('is computed as the specification says (spec §9.2)', () => {
    const feed = feedIdOf(suite, CONVERSATION, new Pen('chain').author.id, new Uint8Array(8))
    const chain = new Chain(suite, feed)
    const body = utf8('ciphertext')
    const first = chain.next(emptyHead(suite), 1, { kind: 'epoch', body })
    const by = (n: number, epoch: number, kind: number, before: Uint8Array, hours = 0): Uint8Array =>
      suite.hash(
        concat(
          fromBase32(feed),
          u32(n),
          u32(epoch),
          Uint8Array.of(kind),
          u32(hours),
          before,
          suite.hash(body),
        ),
      )
    assert.deepEqual(first, { seq: 1, hash: by(1, 1, 1, new Uint8Array(HASH)) })
    const second = chain.next(first, 1, { kind: 'data', body })
    assert.deepEqual(second, { seq: 2, hash: by(2, 1, 0, first.hash) })
    assert.deepEqual(chain.next(first, 1, { kind: 'erased', bodyHash: suite.hash(body) }), second)
    const expiring = chain.next(first, 1, { kind: 'data', body, expiryHour: 500_000 })
    assert.deepEqual(expiring, { seq: 2, hash: by(2, 1, 0, first.hash, 500_000) })
    const gone = chain.next(first, 1, { kind: 'erased', bodyHash: suite.hash(body), expiryHour: 500_000 })
    assert.deepEqual(gone, expiring)
    assert.deepEqual(
      headStatement(feed, second),
      concat(utf8(LABEL.feedHead), fromBase32(feed), u32(2), second.hash),
    )
  })

  it('tells feeds of devices, conversations and incarnations apart', () => {
    const [one, other] = [new Pen('one').author.id, new Pen('other').author.id]
    const ids = [
      feedIdOf(suite, CONVERSATION, one, new Uint8Array(8)),
      feedIdOf(suite, CONVERSATION, one, new Uint8Array(8).fill(1)),
      feedIdOf(suite, CONVERSATION, other, new Uint8Array(8)),
    ]
    assert.equal(new Set(ids).size, 3)
  })
})

function isFault(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.code === code
}

const isMalformed = isFault('malformed')

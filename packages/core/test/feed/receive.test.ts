/** Taking blocks in (spec §9.6): what is taken, what is refused, and whose fault it is. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  blockValue,
  decodeValue,
  encodeBlock,
  lastSeq,
  Reader as Fields,
  readBlock,
  type Block,
} from '@triode/core'
import { erasedBy, fault, flip, joined, Pen, suite, type Someone } from './pen.ts'

function withReader(seed: string, count: number): { pen: Pen; reader: ReturnType<Pen['reader']> } {
  const pen = new Pen(seed)
  const someone = pen.someone()
  pen.readers.push(someone)
  pen.writeMany(count)
  return { pen, reader: pen.reader(someone) }
}

const entries = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `entry ${from + index}`)

describe('taking blocks in', () => {
  it('opens every entry once, in order, over windows and epochs', () => {
    const { pen, reader } = withReader('order', 1_100)
    for (const block of pen.blocks) reader.take(block)
    assert.equal(reader.texts.length, 1_100)
    assert.equal(reader.feed.epoch, 2)
    assert.deepEqual(reader.feed.head, pen.feed.head)
    assert.deepEqual(reader.feed.chainKey, pen.feed.chainKey)
  })

  it('never makes a block that crosses a multiple of 64, and the author signs at each', () => {
    const { pen } = withReader('windows', 300)
    for (const block of pen.blocks) {
      assert.equal(Math.floor((block.from - 1) / 64), Math.floor((lastSeq(block) - 1) / 64))
    }
    for (let end = 64; end <= 300; end += 64) assert.ok(pen.blocks.some((block) => lastSeq(block) === end))
  })

  it('puts an epoch that starts at a window\u2019s last place, and its first entry, into two blocks', () => {
    const pen = new Pen('boundary')
    pen.writeMany(62)
    assert.equal(pen.feed.head.seq, 63)
    pen.readers.push(pen.someone())
    const { blocks, seq } = pen.write('first of the window')
    assert.equal(seq, 65)
    assert.deepEqual(
      blocks.map((block) => [block.from, block.items.length, block.items[0]?.kind]),
      [
        [64, 1, 'epoch'],
        [65, 1, 'data'],
      ],
    )
  })

  it('takes only the new part of a block that overlaps', () => {
    const { pen, reader } = withReader('overlap', 20)
    for (const block of pen.blocks.slice(0, 7)) reader.take(block)
    const { seq } = reader.feed.head
    const receipt = reader.take(joined(pen.blocks))
    assert.equal(receipt?.block.from, seq + 1)
    assert.equal(receipt.opened.length, 13)
    assert.deepEqual(reader.texts, entries(1, 20))
    // What is kept of it verifies alone, like any block.
    const other = pen.reader(pen.readers[0] as Someone)
    for (const block of reader.stored) assert.ok(other.take(block))
    assert.deepEqual(other.texts, entries(1, 20))
  })

  it('has nothing to do with what it knows, however often it comes', () => {
    const { pen, reader } = withReader('again', 10)
    const block = joined(pen.blocks)
    assert.ok(reader.take(block))
    const before = reader.feed
    assert.equal(reader.take(block), undefined)
    for (const part of pen.blocks) assert.equal(reader.take(part), undefined)
    assert.equal(reader.feed, before)
  })

  it('takes nothing behind a gap', () => {
    const { pen, reader } = withReader('gap', 10)
    reader.take(pen.blocks[0] as Block)
    assert.equal(reader.take(pen.blocks[2] as Block), undefined)
    assert.equal(reader.take(pen.blocks[9] as Block), undefined)
    assert.ok(reader.take(pen.blocks[1] as Block))
  })

  it('starts where it was first sealed to, and reads from there', () => {
    const pen = new Pen('joins')
    pen.writeMany(5)
    const late = pen.someone()
    pen.readers.push(late)
    const start = pen.blocks.length
    pen.writeMany(3)
    const reader = pen.reader(late)
    assert.equal(reader.take(pen.blocks[0] as Block)?.unreadable, 1, 'from the start: the chain, but no text')
    const another = pen.reader(late)
    assert.equal(another.take(pen.blocks[start + 1] as Block), undefined, 'not in the middle of an epoch')
    for (const block of pen.blocks.slice(start)) another.take(block)
    assert.deepEqual(another.texts, entries(6, 8))
  })

  it('may start at an epoch of its own although a later one in the same run is not', () => {
    const pen = new Pen('back and forth')
    const [old, now] = [pen.someone(), pen.someone()]
    pen.readers = [old]
    pen.write('before')
    pen.readers = [old, now]
    const start = pen.blocks.length
    pen.write('for both')
    pen.readers = [old]
    pen.write('not for now')
    pen.readers = [old, now]
    pen.write('for both again')
    const reader = pen.reader(now)
    for (const block of pen.blocks.slice(start)) assert.ok(reader.take(block))
    assert.deepEqual(reader.texts, ['for both', 'for both again'])
  })

  it('does not skip entries it could read, whoever offers the next epoch', () => {
    const { pen, reader } = withReader('skip', 3)
    for (const block of pen.blocks) reader.take(block)
    pen.write('to be suppressed')
    pen.readers.push(pen.someone())
    const { blocks } = pen.write('in the next epoch')
    assert.equal(reader.take(blocks[0] as Block), undefined)
    assert.equal(reader.texts.length, 3)
  })

  it('begins at the first epoch that was sealed to it, whoever offers a later one', () => {
    const pen = new Pen('first epoch')
    const someone = pen.someone()
    pen.write('not for the reader')
    pen.readers = [someone]
    const first = pen.blocks.length
    pen.write('for the reader')
    pen.readers = [someone, pen.someone()]
    const second = pen.blocks.length
    pen.write('for both')
    const reader = pen.reader(someone)
    assert.equal(reader.take(pen.blocks[second] as Block), undefined)
    for (const block of pen.blocks.slice(first)) assert.ok(reader.take(block))
    assert.deepEqual(reader.texts, ['for the reader', 'for both'])
  })

  it('begins at an epoch that was sealed to a key it has lost: nothing before it was kept back, and the next opens', () => {
    const pen = new Pen('lost key')
    const [someone, other] = [pen.someone(), pen.someone()]
    pen.readers = [other]
    pen.write('not for the reader')
    pen.readers = [someone, other]
    const start = pen.blocks.length
    pen.write('to the lost key')
    const restored = pen.renewed(someone)
    const reader = pen.reader(restored)
    pen.readers = [other]
    pen.write('without the reader')
    pen.readers = [restored, other]
    pen.write('to the new key')
    const receipt = reader.take(pen.blocks[start] as Block)
    assert.equal(receipt?.unreadable, 1)
    for (const block of pen.blocks.slice(start + 1)) reader.take(block)
    assert.deepEqual(reader.texts, ['to the new key'])
  })

  it('is not led back to an epoch that is over', () => {
    const pen = new Pen('epochs only grow')
    const someone = pen.someone()
    pen.writeMany(2)
    pen.readers = [someone]
    pen.write('second epoch')
    pen.readers = []
    pen.write('third epoch, not for the reader')
    const reader = pen.reader(someone)
    for (const block of pen.blocks.slice(2)) reader.take(block)
    assert.equal(reader.feed.epoch, 3)
    const block = pen.blocks[2] as Block
    const replayed = { ...block, from: 900 }
    assert.throws(() => reader.take(replayed), fault('head-signature-wrong'))
  })

  it('refuses every bit changed in a block, and changes nothing', () => {
    const { pen, reader } = withReader('bits', 3)
    for (const block of pen.blocks.slice(0, 1)) reader.take(block)
    const before = reader.feed
    const bytes = encodeBlock(pen.blocks[1] as Block)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const taken = decodeAndTake(reader, flip(bytes, bit))
      assert.ok(taken !== 'taken', `bit ${bit} was not noticed`)
      assert.equal(reader.feed, before)
    }
    assert.ok(reader.take(pen.blocks[1] as Block))
  })

  it('refuses entries in another order, left out, doubled, or of another feed', () => {
    const { pen, reader } = withReader('order matters', 5)
    const block = joined(pen.blocks)
    const [a, b, c, ...rest] = block.items
    assert.ok(a && b && c)
    for (const items of [
      [a, c, b, ...rest],
      [a, b, ...rest],
      [a, b, b, c, ...rest],
      [...block.items, c],
    ]) {
      assert.throws(() => reader.take({ ...block, items }), fault('head-signature-wrong'))
    }
    const other = withReader('another feed', 5)
    assert.throws(() => reader.take(joined(other.pen.blocks)), fault('head-signature-wrong'))
    assert.ok(reader.take(block))
  })

  it('refuses changed or missing envelopes, without a word against the author', () => {
    const { pen, reader } = withReader('envelopes', 2)
    const envelopes = pen.envelopes.get(1) ?? []
    pen.envelopes.set(1, [])
    assert.throws(() => reader.take(pen.blocks[0] as Block), fault('envelopes-wrong'))
    pen.envelopes.set(
      1,
      envelopes.map((one) => ({ ...one, generation: 2 })),
    )
    assert.throws(() => reader.take(pen.blocks[0] as Block), fault('envelopes-wrong'))
    pen.envelopes.set(1, envelopes)
    assert.ok(reader.take(pen.blocks[0] as Block))
  })

  it('proves a fork to be the author\u2019s, from overlap, from the next entry and from the first', () => {
    const pen = new Pen('fork')
    const someone = pen.someone()
    pen.readers.push(someone)
    pen.writeMany(3)
    const twin = new Pen('fork')
    twin.readers.push(twin.someone())
    twin.write('another history')
    twin.writeMany(4)
    for (const [taken, offered] of [
      [1, joined(twin.blocks)],
      [1, twin.blocks[1]],
      [2, joined(twin.blocks.slice(1))],
      [3, twin.blocks[3]],
    ] as const) {
      const reader = pen.reader(someone)
      for (const block of pen.blocks.slice(0, taken)) reader.take(block)
      assert.throws(() => reader.take(offered as Block), fault('feed-forked'))
    }
    const reader = pen.reader(someone)
    reader.feed = { ...reader.feed, forked: true }
    assert.equal(reader.take(joined(pen.blocks)), undefined, 'nothing more is taken from it')
  })

  it('takes a first entry that follows on something for a fork too: no other device could have signed it', () => {
    const { pen, reader } = withReader('first', 2)
    const moved = new Pen('first')
    moved.readers.push(moved.someone())
    moved.feed = { ...moved.feed, head: { seq: 0, hash: new Uint8Array(32).fill(1) } }
    moved.write('on top of nothing')
    assert.equal(moved.author.id, pen.author.id)
    assert.throws(() => reader.take(moved.blocks[0] as Block), fault('feed-forked'))
  })

  it('passes over erased entries, with the ratchet where it has to be', () => {
    const { pen, reader } = withReader('erased', 6)
    const block = joined(pen.blocks)
    reader.erasers = [pen.author]
    const items = block.items.map((item, index) => (index === 3 ? erasedBy(pen.author, pen, 4, item) : item))
    const receipt = reader.take({ ...block, items })
    assert.equal(receipt?.unreadable, 0)
    assert.equal(reader.texts.length, 5)
    assert.deepEqual(reader.feed.chainKey, pen.feed.chainKey)
  })

  it('says how many entries it has no key for', () => {
    const pen = new Pen('no key')
    pen.writeMany(4)
    const reader = pen.reader(pen.someone())
    assert.equal(reader.take(joined(pen.blocks))?.unreadable, 4)
    assert.equal(reader.feed.chainKey, undefined)
  })

  it('erases no key that the feed still has when a block is refused', () => {
    const { pen, reader } = withReader('keys', 3)
    reader.take(pen.blocks[0] as Block)
    const key = reader.feed.chainKey?.slice()
    const bad = { ...(pen.blocks[1] as Block), signature: new Uint8Array(64) }
    assert.throws(() => reader.take(bad), fault('head-signature-wrong'))
    assert.deepEqual(reader.feed.chainKey, key)
  })
})

function decodeAndTake(reader: ReturnType<Pen['reader']>, bytes: Uint8Array): string {
  try {
    const fields = new Fields(decodeValue(bytes, 1_000_000))
    const block = readBlock(fields, suite.hashBytes)
    fields.end()
    assert.deepEqual(decodeValue(bytes, 1_000_000), blockValue(block))
    return reader.take(block) === undefined ? 'ignored' : 'taken'
  } catch (error) {
    return error instanceof Error ? error.name : 'unknown'
  }
}

/** Content that is gone (spec §9.7): when it may be, on whose word, and what becomes of false claims. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { erasedFrom, expiryHourAt, receiveBlock, type Block, type Item } from '@triode/core'
import { EXPIRY_UNIT_MS } from '../../src/feed/spec.ts'
import { erased, erasedBy, fault, joined, NOW, Pen, suite, type Reader } from './pen.ts'

const HOUR = EXPIRY_UNIT_MS

function withReader(seed: string): { pen: Pen; reader: Reader } {
  const pen = new Pen(seed)
  const someone = pen.someone()
  pen.readers.push(someone)
  return { pen, reader: pen.reader(someone) }
}

function change(block: Block, seq: number, to: (item: Item) => Item): Block {
  const at = seq - block.from
  const item = block.items[at]
  assert.ok(item)
  return { ...block, items: block.items.with(at, to(item)) }
}

describe('the hour at which an entry disappears', () => {
  it('is rounded up, so that it never comes early and says little', () => {
    assert.equal(expiryHourAt(5 * HOUR), 5)
    assert.equal(expiryHourAt(5 * HOUR + 1), 6)
    assert.equal(expiryHourAt(0), 1, '0 would be never')
    assert.equal(expiryHourAt(2 ** 60), 0xffff_ffff)
    assert.equal(erasedFrom(6), 7 * HOUR, 'an hour of grace for clocks that are ahead')
  })

  it('is part of what the author signs', () => {
    const { pen, reader } = withReader('signed hour')
    pen.write('short', NOW + HOUR)
    const block = joined(pen.blocks)
    for (const expiryHour of [1, expiryHourAt(NOW + HOUR) + 1]) {
      const moved = change(block, 2, (item) => ({ ...item, expiryHour }) as Item)
      assert.throws(() => reader.take(moved), fault('head-signature-wrong'))
    }
    const never = change(block, 2, (item) => ({
      kind: 'data',
      body: item.kind === 'data' ? item.body : block.prev,
    }))
    assert.throws(() => reader.take(never), fault('head-signature-wrong'))
    assert.ok(reader.take(block))
  })
})

describe('an entry without its content', () => {
  it('is taken once its hour has passed by one\u2019s own clock, and not before; nobody is accused', () => {
    const { pen, reader } = withReader('expired')
    pen.write('before')
    pen.write('short', NOW + HOUR)
    pen.write('after')
    const whole = joined(pen.blocks)
    const gone = change(whole, 3, erased)
    const before = reader.feed
    reader.now = expiryHourAt(NOW + HOUR) * HOUR - 1
    assert.equal(reader.take(gone), undefined)
    assert.equal(reader.feed, before, 'no position covers what was held back')
    reader.now++
    assert.equal(reader.take(gone)?.unreadable, 0)
    assert.deepEqual(reader.texts, ['before', 'after'])
    assert.deepEqual(reader.feed.chainKey, pen.feed.chainKey)
  })

  it('is taken from another who has it, if one claims too early that it is gone', () => {
    const { pen, reader } = withReader('another')
    pen.write('short', NOW + HOUR)
    const whole = joined(pen.blocks)
    assert.equal(reader.take(change(whole, 2, erased)), undefined)
    assert.ok(reader.take(whole))
    assert.deepEqual(reader.texts, ['short'])
  })

  it('is taken before its hour when two members say that it has passed: then one\u2019s own clock is behind', () => {
    const { pen, reader } = withReader('vouched')
    reader.erasers = [pen.author]
    pen.write('short', NOW + HOUR)
    pen.write('lasting')
    const whole = joined(pen.blocks)
    const gone = change(whole, 2, erased)
    assert.equal(reader.take(gone), undefined)
    reader.vouchedFor = true
    const stranger = change(gone, 3, (item) => erasedBy(pen.someone(), pen, 3, item))
    assert.equal(reader.take(stranger), undefined, 'what never expires needs a signature, whoever says so')
    assert.ok(reader.take(gone))
  })

  it('is taken on the signature of a device of the author\u2019s member, at any time', () => {
    const { pen, reader } = withReader('proof')
    const laptop = pen.someone()
    reader.erasers = [pen.author, laptop]
    pen.writeMany(4)
    pen.write('short', NOW + HOUR)
    const block = joined(pen.blocks)
    const gone = change(
      change(block, 3, (item) => erasedBy(laptop, pen, 3, item)),
      6,
      (item) => erasedBy(pen.author, pen, 6, item),
    )
    assert.equal(reader.take(gone)?.opened.length, 3)
    const [stored] = reader.stored
    assert.deepEqual(stored?.items[2], gone.items[2], 'and is kept with it, for whom it is handed on to')
  })

  it('is not taken on the word of anyone else, or of someone not known yet', () => {
    const { pen, reader } = withReader('stranger')
    const stranger = pen.someone()
    reader.erasers = [pen.author]
    pen.writeMany(2)
    const gone = change(joined(pen.blocks), 2, (item) => erasedBy(stranger, pen, 2, item))
    assert.equal(reader.take(gone), undefined)
    reader.erasers.push(stranger)
    assert.ok(reader.take(gone), 'once its admission is here')
  })

  it('is the fault of who hands it on, if the signature is of another entry, feed or ciphertext, or none', () => {
    const { pen, reader } = withReader('wrong proof')
    const other = withReader('wrong proof, other feed').pen
    reader.erasers = [pen.author]
    pen.writeMany(3)
    pen.write('short', NOW + HOUR)
    const block = joined(pen.blocks)
    const bodyHash = new Uint8Array(suite.hashBytes)
    const wrongs: ((item: Item) => Item)[] = [
      (item) => erasedBy(pen.author, pen, 4, item),
      (item) => erasedBy(pen.author, other, 3, item),
      (item) =>
        ({ ...erasedBy(pen.author, pen, 3, { kind: 'erased', bodyHash }), bodyHash: hashOf(item) }) as Item,
      (item) =>
        ({
          ...erasedBy(pen.author, pen, 3, item),
          proof: { device: pen.author.id, signature: bodyHash },
        }) as Item,
    ]
    const before = reader.feed
    for (const wrong of wrongs) {
      assert.throws(() => reader.take(change(block, 3, wrong)), fault('erasure-signature-wrong'))
      assert.equal(reader.feed, before)
    }
    // Where its hour has passed too: who takes it in hands it on, and would be blamed.
    reader.now += 2 * HOUR
    const expired = change(block, 5, (item) => erasedBy(pen.author, pen, 4, item))
    assert.throws(() => reader.take(expired), fault('erasure-signature-wrong'))
  })

  it('is taken from the author\u2019s own devices, who could sign for it', () => {
    const { pen, reader } = withReader('own word')
    pen.write('short', NOW + HOUR)
    const gone = change(joined(pen.blocks), 2, erased)
    assert.equal(reader.take(gone), undefined)
    reader.fromAuthor = true
    assert.ok(reader.take(gone))
  })

  it('costs a signature each at most, the first wrong one ends it, and what is known is not checked again', () => {
    const { pen, reader } = withReader('cost')
    pen.writeMany(63)
    reader.erasers = [pen.author]
    const whole = joined(pen.blocks)
    const gone = whole.items.map((item, at) => (at === 0 ? item : erasedBy(pen.author, pen, at + 1, item)))
    let checks = 0
    const counting = {
      ...suite,
      signing: {
        ...suite.signing,
        verifier: (key: Uint8Array) => {
          const verifier = suite.signing.verifier(key)
          return {
            verify: (statement: Uint8Array, signature: Uint8Array) => (
              checks++,
              verifier.verify(statement, signature)
            ),
          }
        },
      },
    }
    const take = (items: readonly Item[]) =>
      receiveBlock(reader.context({ suite: counting }), reader.feed, { ...whole, items })
    const wrong = erasedBy(pen.author, pen, 9, gone[1] ?? (whole.items[0] as Item))
    assert.throws(() => take(gone.with(1, wrong)), fault('erasure-signature-wrong'))
    assert.equal(checks, 2, 'the head and one')
    checks = 0
    reader.feed = take(gone)?.feed ?? reader.feed
    assert.equal(checks, 64)
    assert.equal(take(gone), undefined)
    assert.equal(checks, 64)
  })
})

function hashOf(item: Item): Uint8Array {
  const gone = erased(item)
  assert.ok(gone.kind === 'erased')
  return gone.bodyHash
}

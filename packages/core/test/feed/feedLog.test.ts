/** What is stored of feeds (spec §9.5): blocks and their merging, erasure, epochs, the device's own feed. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  feedIdOf,
  FeedSet,
  foldBlock,
  headStatement,
  lastSeq,
  type Block,
  type Envelope,
  type FeedId,
} from '@triode/core'
import { createMemoryStore, createSeededRandom, type MemoryStore } from '@triode/testkit'
import { EpochStore } from '../../src/feed/epochStore.ts'
import { FeedLog } from '../../src/feed/feedLog.ts'
import { MAX_SEQ } from '../../src/feed/spec.ts'
import { CONVERSATION, Pen, Someone, suite } from './pen.ts'

function logOf(blocks: readonly Block[], pen: Pen): FeedLog {
  const log = new FeedLog(createMemoryStore(), suite, pen.feed.id)
  for (const block of blocks) log.append(block)
  return log
}

/** Every stored block from `seq` on, each checked against its signature. */
function stored(log: FeedLog, pen: Pen, seq = 1): Block[] {
  const blocks: Block[] = []
  for (let block = log.at(seq); block !== undefined; block = log.at(lastSeq(block) + 1)) {
    const end = foldBlock(suite, pen.feed.id, block).heads.at(-1)
    assert.ok(end)
    const verifier = suite.signing.verifier(pen.author.signing.publicKey)
    assert.ok(verifier.verify(headStatement(pen.feed.id, end), block.signature))
    blocks.push(block)
  }
  return blocks
}

const shape = (blocks: readonly Block[]): number[][] => blocks.map((block) => [block.from, lastSeq(block)])

describe('the stored entries of a feed', () => {
  it('are one block a complete window, and one an entry in the last', () => {
    const pen = new Pen('merge')
    pen.writeMany(130)
    const blocks = stored(logOf(pen.blocks, pen), pen)
    assert.deepEqual(shape(blocks), [
      [1, 64],
      [65, 128],
      [129, 129],
      [130, 130],
      [131, 131],
    ])
  })

  it('keep a block for each epoch, so that few envelopes go with it', () => {
    const pen = new Pen('epochs')
    for (let day = 0; day < 40; day++) {
      pen.now += 86_400_000
      pen.writeMany(day < 30 ? 1 : 3)
    }
    const blocks = stored(logOf(pen.blocks, pen), pen)
    assert.deepEqual(shape(blocks).slice(0, 3), [
      [1, 2],
      [3, 4],
      [5, 6],
    ])
    for (const block of blocks) {
      assert.ok(block.items.every((item, index) => index === 0 || item.kind !== 'epoch'))
    }
    assert.deepEqual(
      blocks.flatMap((block) => block.items),
      pen.blocks.flatMap((block) => block.items),
    )
  })

  it('are found by any place in them, and from the next one where some are not here', () => {
    const pen = new Pen('find')
    pen.writeMany(100)
    const log = logOf(pen.blocks, pen)
    assert.equal(log.at(1)?.from, 1)
    assert.equal(log.at(64)?.from, 1)
    assert.equal(log.at(65)?.from, 65)
    assert.equal(log.at(102), undefined)
    const late = logOf(pen.blocks.slice(40), pen)
    assert.equal(late.at(1)?.from, 42)
    assert.deepEqual(shape(stored(late, pen)), [[42, 64], ...shape(pen.blocks.slice(63))])
  })

  it('are merged as far as they hang together', () => {
    const pen = new Pen('holes')
    pen.writeMany(63)
    assert.equal(pen.feed.head.seq, 64)
    const log = logOf([...pen.blocks.slice(0, 10), ...pen.blocks.slice(20)], pen)
    assert.deepEqual(shape(stored(log, pen)), [
      [1, 11],
      [22, 64],
    ])
  })

  it('can lose the content of one, and verify as before', () => {
    const pen = new Pen('erase')
    pen.writeMany(70)
    const log = logOf(pen.blocks, pen)
    for (const seq of [2, 33]) log.erase(seq)
    assert.deepEqual(stored(log, pen), stored(logOf(pen.blocks, pen), pen), 'nobody would believe it')
    const proof = { device: pen.author.id, signature: new Uint8Array(64) }
    for (const seq of [1, 2, 33, 64, 66, 66, 99]) log.erase(seq, proof)
    const items = stored(log, pen).flatMap((block) => block.items)
    const kinds = items.map((item) => item.kind)
    assert.equal(kinds[0], 'epoch', 'an epoch\u2019s start stays')
    assert.deepEqual(
      kinds.flatMap((kind, index) => (kind === 'erased' ? index + 1 : [])),
      [2, 33, 64, 66],
    )
    pen.writeMany(60)
    for (const block of pen.blocks.slice(70)) log.append(block)
    const merged = stored(log, pen)
    assert.deepEqual(shape(merged).slice(0, 2), [
      [1, 64],
      [65, 128],
    ])
    const item = merged[1]?.items[1]
    assert.deepEqual(item?.kind === 'erased' && item.proof, proof, 'the word of who erased it is kept')
    assert.deepEqual(log.item(66), item)
    assert.deepEqual([log.item(0), log.item(132)], [undefined, undefined])
  })

  it('lose what says when it expires without anybody\u2019s word', () => {
    const pen = new Pen('expire')
    pen.write('for ever')
    pen.write('for an hour', pen.now + 3_600_000)
    const log = logOf(pen.blocks, pen)
    for (const seq of [2, 3]) log.erase(seq)
    assert.deepEqual(
      stored(log, pen).flatMap(({ items }) => items.map(({ kind }) => kind)),
      ['epoch', 'data', 'erased'],
    )
  })
})

describe('the stored epochs of a feed', () => {
  const random = createSeededRandom('stored epochs')
  const [bob, carol, dora] = [new Someone(random), new Someone(random), new Someone(random)]

  it('tell a device where it can begin', () => {
    const pen = new Pen('first for')
    const epochs = new EpochStore(createMemoryStore(), pen.feed.id)
    for (const readers of [[bob], [bob, carol], [carol], [bob, carol]]) {
      pen.readers = readers
      const { epoch } = pen.write('on')
      assert.ok(epoch)
      epochs.add({ epoch: epoch.start.epoch, seq: epoch.seq }, epoch.envelopes)
    }
    assert.deepEqual(epochs.firstFor(bob.id, 1), { epoch: 1, seq: 1 })
    assert.deepEqual(epochs.firstFor(bob.id, 2), { epoch: 2, seq: 3 })
    assert.deepEqual(epochs.firstFor(bob.id, 4), { epoch: 4, seq: 7 })
    assert.deepEqual(epochs.firstFor(carol.id, 1), { epoch: 2, seq: 3 })
    assert.equal(epochs.firstFor(carol.id, 8), undefined)
    assert.equal(epochs.firstFor(dora.id, 1), undefined)
    assert.deepEqual(epochs.envelopes(2), pen.envelopes.get(2) as Envelope[])
    assert.deepEqual(epochs.envelopes(9), [])
  })
})

describe('the feeds of a conversation', () => {
  const self = new Someone(createSeededRandom('self')).id
  const open = (store: MemoryStore, incarnation: number, seed = 'set'): FeedSet =>
    new FeedSet(
      {
        suite,
        store,
        random: createSeededRandom(seed),
        self,
        storeIncarnation: Uint8Array.of(incarnation),
      },
      CONVERSATION,
    )

  it('have one of this device\u2019s own, until its store is another', () => {
    const store = createMemoryStore()
    const own = open(store, 1).own()
    assert.equal(open(store, 1, 'later').own().id, own.id)
    const restored = open(store, 2, 'restored')
    assert.notEqual(restored.own().id, own.id)
    assert.equal(restored.own().id, restored.own().id)
    assert.equal(restored.get(own.id)?.device, self, 'the old one stays, to be read')
    assert.equal(restored.isOwn(own), false)
    assert.equal(open(store, 3, 'again').own().head.seq, 0)
  })

  it('come back from the store as they were', () => {
    const store = createMemoryStore()
    const set = open(store, 1)
    const pen = new Pen('kept')
    pen.writeMany(3)
    set.save({ ...pen.feed, chainKey: pen.feed.chainKey?.slice() })
    assert.deepEqual(open(store, 1).get(pen.feed.id), pen.feed)
    assert.equal(open(store, 1).countOf(pen.author.id), 1)
    assert.equal(open(store, 1).of(pen.author.id, new Uint8Array(8).fill(2)).head.seq, 0)
  })

  it('are left where they can\u2019t go on: at the last number, or forked', () => {
    for (const change of [{ forked: true }, { head: { seq: MAX_SEQ - 1, hash: new Uint8Array(32) } }]) {
      const set = open(createMemoryStore(), 1)
      const first = set.own()
      set.save({ ...first, ...change })
      assert.notEqual(set.own().id, first.id)
    }
    const set = open(createMemoryStore(), 1)
    const first = set.own()
    set.save({ ...first, head: { seq: MAX_SEQ - 2, hash: new Uint8Array(32) } })
    assert.equal(set.own().id, first.id)
  })

  it('erase the key that a feed has moved on from', () => {
    const set = open(createMemoryStore(), 1)
    const feed = set.own()
    const [first, second] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
    set.save({ ...feed, chainKey: first })
    set.save({ ...feed, chainKey: first, forked: true })
    assert.equal(first[0], 1)
    set.save({ ...feed, chainKey: second })
    assert.ok(first.every((byte) => byte === 0))
    set.save({ ...feed, chainKey: undefined })
    assert.ok(second.every((byte) => byte === 0))
  })

  it('are of one conversation: the same device\u2019s feed elsewhere is another', () => {
    const ids = new Set<FeedId>()
    const set = open(createMemoryStore(), 1)
    ids.add(set.of(self, new Uint8Array(8)).id)
    ids.add(feedIdOf(suite, CONVERSATION.replace(/^./, 'b') as typeof CONVERSATION, self, new Uint8Array(8)))
    assert.equal(ids.size, 2)
  })
})

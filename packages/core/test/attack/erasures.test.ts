/** Erased entries as a weapon (spec §9.7): what two hostile members can make a third remember. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  bodyHashOf,
  Chain,
  emptyHead,
  headStatement,
  parseMessageId,
  type Block,
  type Feed,
  type Frame,
  type Item,
} from '@triode/core'
import { storedBytes } from '../../src/participant/storageShares.ts'
import { encodeBlock } from '../../src/feed/block.ts'
import { createTestCircle, suite } from '../sync/circleOf.ts'
import { Forger, held, RawPeer } from '../sync/rawPeer.ts'

const HOUR_MS = 3_600_000

/** One entry of `feed`, without its content, which is to disappear in `hour`. */
function erasedBlock(forger: Forger, feed: Feed, hour: number): Frame {
  const { conversation, device } = forger
  const item: Item = { kind: 'erased', bodyHash: forger.random.bytes(32), expiryHour: hour }
  const start = emptyHead(suite)
  const head = new Chain(suite, feed.id).next(start, 0, item)
  const signature = device.signing.sign(headStatement(feed.id, head))
  const block: Block = { from: 1, prev: start.hash, epoch: 0, items: [item], signature }
  return { type: 'block', conversation, device: device.id, incarnation: feed.incarnation, block }
}

describe('who says that hours have passed', () => {
  it('is remembered of so many feeds and no more, however many an accomplice writes', () => {
    const circle = createTestCircle('vouched')
    const alice = circle.add('alice')
    const mallory = circle.add('mallory')
    const accomplice = circle.add('accomplice')
    const forger = new Forger(circle, accomplice)
    const hour = Math.ceil(circle.clock.now() / HOUR_MS) + 50
    const holds = (): number => held(alice.participant, [alice.participant.sync, alice.store, circle.clock])
    const flood = (from: number): void => {
      const peer = new RawPeer(circle, alice, mallory)
      for (let n = from; n < from + 1_000; n++) peer.queue(erasedBlock(forger, forger.feed(n), hour))
      circle.settle(1_000)
      assert.deepEqual(alice.faults(), [])
      peer.leave()
    }
    flood(0)
    const before = holds()
    flood(1_000)
    flood(2_000)
    assert.ok(holds() - before < 500, `${holds() - before} things more`)
  })
})

describe('a share of the disk', () => {
  it('counts the signatures of what was erased', () => {
    const circle = createTestCircle('proofs')
    const alice = circle.add('alice')
    const { feed, seq } = parseMessageId(alice.say('one'))
    const log = alice.participant.feeds(circle.everyone).log(feed)
    const block = log.at(seq) as Block
    const items = block.items.map((item): Item =>
      item.kind === 'data'
        ? {
            kind: 'erased',
            bodyHash: bodyHashOf(suite, item),
            proof: { device: alice.id, signature: new Uint8Array(4_627) },
          }
        : item,
    )
    const gone = { ...block, items }
    assert.ok(storedBytes(gone, []) >= encodeBlock(gone).length - 64)
  })
})

describe('the hidden conversation', () => {
  it('keeps no list in memory of entries that say that they disappear', () => {
    const circle = createTestCircle('control')
    const alice = circle.add('alice')
    const mallory = circle.add('mallory')
    const forger = new Forger(circle, mallory, alice.participant.membership.control)
    const feed = forger.feed(1)
    const peer = new RawPeer(circle, alice, mallory)
    let head = emptyHead(suite)
    const say = (count: number): void => {
      for (let n = 0; n < count; n++) {
        const item: Item = { kind: 'data', body: new Uint8Array(1), expiryHour: 0xffff_ffff }
        const { seq, hash } = head
        head = new Chain(suite, feed.id).next(head, 0, item)
        const signature = mallory.signing.sign(headStatement(feed.id, head))
        const block: Block = { from: seq + 1, prev: hash, epoch: 0, items: [item], signature }
        const { conversation } = forger
        peer.say({ type: 'block', conversation, device: mallory.id, incarnation: feed.incarnation, block })
      }
    }
    const holds = (): number => held(alice.participant, [alice.participant.sync, alice.store, circle.clock])
    say(10)
    const before = holds()
    say(1_000)
    assert.equal(alice.participant.feeds(forger.conversation).get(feed.id)?.head.seq, 1_010)
    assert.ok(holds() - before < 500, `${holds() - before} things more`)
  })
})

/** An author whose signed history makes honest devices look like liars: epochs that go back, or start twice (spec §9.6). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  Chain,
  emptyHead,
  headStatement,
  startEpoch,
  type Block,
  type Envelope,
  type Feed,
  type Frame,
  type Head,
  type Item,
} from '@triode/core'
import { linkInMemory, type MemoryLinkPair } from '@triode/testkit'
import { createTestCircle, suite, type TestCircle, type TestDevice } from '../sync/circleOf.ts'
import { Forger, RawPeer } from '../sync/rawPeer.ts'

const link = (circle: TestCircle, one: TestDevice, other: TestDevice): MemoryLinkPair =>
  linkInMemory(circle.clock, one.participant, other.participant, { delayMs: () => 5 })

/** Signs whatever it is told to, in whatever epoch. */
class Liar {
  readonly feed: Feed
  private readonly forger: Forger
  private head: Head = emptyHead(suite)

  constructor(circle: TestCircle, device: TestDevice) {
    this.forger = new Forger(circle, device)
    this.feed = this.forger.feed(1)
  }

  /** A block of one item in `epoch`, which says that the epoch before was `before`. */
  frame(item: Item, epoch: number, before = epoch): Frame {
    const { conversation, device } = this.forger
    const { head, feed } = this
    this.head = new Chain(suite, feed.id).next(head, epoch, item)
    const signature = device.signing.sign(headStatement(feed.id, this.head))
    const block: Block = { from: head.seq + 1, prev: head.hash, epoch: before, items: [item], signature }
    return { type: 'block', conversation, device: device.id, incarnation: feed.incarnation, block }
  }

  /** The start of an epoch sealed to `readers`, with its envelopes before it. */
  start(epoch: number, readers: readonly TestDevice[], before: number): Frame[] {
    const { membership } = this.forger.device.participant
    const targets = readers.flatMap(({ id }) => membership.sealingTarget(id) ?? [])
    const { body, envelopes } = startEpoch(suite, this.forger.random, this.feed.id, epoch, targets, new Map())
    return [this.envelopes(epoch, envelopes), this.frame({ kind: 'epoch', body }, epoch, before)]
  }

  private envelopes(epoch: number, envelopes: readonly Envelope[]): Frame {
    return { type: 'envelopes', conversation: this.forger.conversation, feed: this.feed.id, epoch, envelopes }
  }
}

const junk = (): Item => ({ kind: 'data', body: new Uint8Array(300) })

function scene(seed: string) {
  const circle = createTestCircle(seed)
  const alice = circle.add('alice')
  const bob = circle.add('bob')
  const mallory = circle.add('mallory')
  return {
    circle,
    alice,
    bob,
    mallory,
    liar: new Liar(circle, mallory),
    peer: new RawPeer(circle, alice, mallory),
  }
}

/** Bob takes from Alice whatever she took, blames her for nothing, and hears what she says herself. */
function getAlong(circle: TestCircle, alice: TestDevice, bob: TestDevice): void {
  const met = link(circle, alice, bob)
  circle.settle()
  alice.say('hello')
  circle.settle()
  assert.deepEqual(
    bob.faults().filter((fault) => fault.startsWith('alice')),
    [],
  )
  assert.ok(met.isOpen())
  assert.deepEqual(bob.texts(), ['hello'])
}

describe('an author whose epochs go back', () => {
  it('makes nobody who merges a window of its entries look like a forger', () => {
    const { circle, alice, bob, liar, peer } = scene('back')
    peer.say(...liar.start(5, [alice, bob], 0))
    // In another epoch than the one that was started; at the end of the window Alice merges what she has.
    for (let seq = 2; seq <= 64; seq++) peer.say(liar.frame(junk(), seq < 10 ? 5 : 3))
    getAlong(circle, alice, bob)
    assert.deepEqual(alice.faults(), ['mallory: feed-forked'])
  })

  it('makes nobody look like one who changed envelopes, by starting one epoch twice', () => {
    const { circle, alice, bob, liar, peer } = scene('twice')
    peer.say(...liar.start(1, [alice, bob], 0))
    peer.say(liar.frame(junk(), 1))
    peer.say(...liar.start(1, [alice], 0))
    getAlong(circle, alice, bob)
    assert.deepEqual(alice.faults(), ['mallory: feed-forked'])
  })

  it('makes nobody look like a liar about the epoch before a start, which no signature covers', () => {
    const { circle, alice, bob, liar, peer } = scene('unsigned')
    peer.say(...liar.start(1, [alice, bob], 0))
    peer.say(liar.frame(junk(), 1))
    peer.say(...liar.start(7, [alice, bob], 6))
    getAlong(circle, alice, bob)
    assert.deepEqual(alice.faults(), [])
  })

  it('makes nobody look like a liar when its feed begins in an epoch that never started', () => {
    const { circle, alice, bob, liar, peer } = scene('nowhere')
    for (let seq = 1; seq <= 64; seq++) peer.say(liar.frame(junk(), seq % 2))
    getAlong(circle, alice, bob)
    assert.deepEqual(alice.faults(), ['mallory: feed-forked'])
  })
})

/** What one member can make another compute, for a few bytes that it keeps ready (spec §9.3, §10.5). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  acknowledgementStatement,
  openEpoch,
  startEpoch,
  decodeEpochStart,
  parseMessageId,
  type Acknowledgement,
  type Suite,
} from '@triode/core'
import { createTestCircle, suite } from '../sync/circleOf.ts'
import { Forger, RawPeer } from '../sync/rawPeer.ts'

describe('an epoch', () => {
  it('is opened with a few keys, however many envelopes its author addressed to one device', () => {
    const circle = createTestCircle('envelopes')
    const alice = circle.add('alice')
    const forger = new Forger(circle, circle.add('mallory'))
    const { id: feed } = forger.feed(1)
    const target = alice.participant.membership.sealingTarget(alice.id)
    assert.ok(target)
    const made = startEpoch(suite, forger.random, feed, 1, [target], new Map())
    const [good] = made.envelopes
    assert.ok(good)
    const bad = { ...good, ciphertext: new Uint8Array(good.ciphertext.length) }
    let opened = 0
    const counting = (generation: number) => {
      const key = alice.participant.membership.sealingKey(generation)
      return key && { ...key, open: (...args: Parameters<typeof key.open>) => (opened++, key.open(...args)) }
    }
    const start = decodeEpochStart(made.body)
    const open = (envelopes: readonly (typeof good)[]) =>
      openEpoch(suite, feed, start, envelopes, alice.id, counting)
    assert.equal(open(new Array(4_096).fill(bad)), undefined)
    assert.ok(opened <= 4, `${opened} tries`)
    assert.ok(open([bad, good])?.chainKey, 'a second one may be the right one')
  })
})

describe('acknowledgements', () => {
  it('that claim more than there is are verified once, however often they are said', () => {
    let verified = 0
    const counting: Suite = {
      ...suite,
      signing: {
        ...suite.signing,
        verifier: (key) => {
          const verifier = suite.signing.verifier(key)
          return { ...verifier, verify: (...args) => (verified++, verifier.verify(...args)) }
        },
      },
    }
    const circle = createTestCircle('claims', { suite: counting })
    const alice = circle.add('alice')
    const mallory = circle.add('mallory')
    const { feed } = parseMessageId(alice.say('one'))
    const claim = { feed, device: mallory.id, seq: 1_000_000, read: 1_000_000 }
    const signature = mallory.signing.sign(acknowledgementStatement(circle.everyone, claim))
    const ack: Acknowledgement = { ...claim, signature }
    const peer = new RawPeer(circle, alice, mallory)
    verified = 0
    for (let n = 0; n < 20; n++) {
      const acknowledgements = new Array<Acknowledgement>(200).fill(ack)
      peer.say({ type: 'acknowledgements', conversation: circle.everyone, acknowledgements })
    }
    assert.ok(verified <= 2, `${verified} signatures were verified`)
    const [message] = alice.participant.timeline(circle.everyone).page({ limit: 1 }).messages
    assert.ok(message)
    assert.equal(alice.participant.delivery(circle.everyone, message).delivered.count, 1)
    const later = alice.say('two')
    circle.settle(1_000)
    const [next] = alice.participant.timeline(circle.everyone).page({ limit: 1 }).messages
    assert.equal(next?.id, later)
    assert.equal(alice.participant.delivery(circle.everyone, next).delivered.count, 0, 'it was never there')
  })
})

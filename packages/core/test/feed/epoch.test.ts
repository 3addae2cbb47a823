/** Key epochs and writing (spec §9.3, §9.4): when one starts, who can open it, and what is refused. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  appendEntry,
  CallerFault,
  createSuite,
  decodeEpochStart,
  decodeFeed,
  emptyFeed,
  encodeFeed,
  encodeValue,
  envelopesComplete,
  openEpoch,
  PeerFault,
  readersDigest,
  startEpoch,
  SUITE,
  type DeviceId,
  type EnvelopeTarget,
} from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import { createSeededRandom } from '@triode/testkit'
import { EPOCH_MAX_AGE_MS, EPOCH_MAX_ENTRIES, MAX_PLAINTEXT_BYTES } from '../../src/feed/spec.ts'
import { CONVERSATION, flip, Pen, Someone, suite } from './pen.ts'

const AEAD_TAG_BYTES = 16
const random = createSeededRandom('epochs')
const [alice, bob, carol] = [new Someone(random), new Someone(random), new Someone(random, 3)]
const feed = emptyFeed(suite, CONVERSATION, alice.id, new Uint8Array(8))
const NONE = new Map<DeviceId, number>()
const fresh = startEpoch(suite, random, feed.id, 1, [bob.target, carol.target], NONE)
const opened = { chainKey: fresh.chainKey, previous: 0 }
const start = decodeEpochStart(fresh.body)
const openAs = (someone: Someone, change: { generation?: number; epoch?: number } = {}) =>
  openEpoch(
    suite,
    feed.id,
    { ...start, epoch: change.epoch ?? start.epoch },
    fresh.envelopes,
    someone.id,
    (generation) =>
      generation === (change.generation ?? someone.target.generation) ? someone.sealing : undefined,
  )

describe('an epoch', () => {
  it('opens for whom it was sealed to, and for nobody else', () => {
    assert.deepEqual(openAs(bob), opened)
    assert.deepEqual(openAs(carol), opened)
    assert.equal(openAs(alice), undefined)
    assert.equal(openAs(new Someone(random)), undefined)
  })

  it('needs the sealing key of the right generation', () => {
    assert.deepEqual(openAs(carol, { generation: 2 }), { chainKey: undefined, previous: 0 })
  })

  it('is bound to its feed and number', () => {
    assert.equal(openAs(bob, { epoch: 2 }), undefined)
    const other = emptyFeed(suite, CONVERSATION, alice.id, new Uint8Array(8).fill(1)).id
    assert.equal(
      openEpoch(suite, other, start, fresh.envelopes, bob.id, () => bob.sealing),
      undefined,
    )
  })

  it('opens in every suite', () => {
    for (const name of Object.values(SUITE)) {
      const real = createSuite(name, nodePrimitives())
      const key = real.sealing.generate(random)
      const target = { device: bob.id, generation: 1, sealingKey: key.publicKey }
      const made = startEpoch(real, random, feed.id, 1, [target], NONE)
      const decoded = decodeEpochStart(made.body)
      assert.ok(envelopesComplete(real, decoded, made.envelopes))
      assert.deepEqual(
        openEpoch(real, feed.id, decoded, made.envelopes, bob.id, () => key)?.chainKey,
        made.chainKey,
      )
    }
  })

  it('does not open with a secret other than the one committed to', () => {
    const wrong = { ...start, commitment: flip(start.commitment, 5) }
    assert.equal(
      openEpoch(suite, feed.id, wrong, fresh.envelopes, bob.id, () => bob.sealing),
      undefined,
    )
  })

  it('knows its envelopes: none can be changed, left out, added or moved', () => {
    const [one, two] = fresh.envelopes
    assert.ok(one && two)
    assert.ok(envelopesComplete(suite, start, [one, two]))
    for (const changed of [
      [],
      [one],
      [two, one],
      [one, two, two],
      [{ ...one, generation: 9 }, two],
      [{ ...one, tag: flip(one.tag, 0) }, two],
      [{ ...one, enc: flip(one.enc, 0) }, two],
      [one, { ...two, ciphertext: flip(two.ciphertext, 0) }],
    ]) {
      assert.equal(envelopesComplete(suite, start, changed), false)
    }
  })

  it('is not opened by an envelope with a bit changed', () => {
    const mine = fresh.envelopes[0]
    assert.ok(mine)
    fc.assert(
      fc.property(fc.nat(), (at) => {
        const changed = [
          { ...mine, enc: flip(mine.enc, at % (mine.enc.length * 8)) },
          { ...mine, ciphertext: flip(mine.ciphertext, at % (mine.ciphertext.length * 8)) },
        ]
        for (const envelope of changed) {
          const result = tryOpen(() =>
            openEpoch(suite, feed.id, start, [envelope], bob.id, () => bob.sealing),
          )
          assert.notDeepEqual(result, opened)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('finds its own among envelopes that begin alike', () => {
    const decoy = { ...fresh.envelopes[1], tag: fresh.envelopes[0]?.tag } as (typeof fresh.envelopes)[number]
    const envelopes = [decoy, ...fresh.envelopes]
    assert.deepEqual(
      openEpoch(suite, feed.id, start, envelopes, bob.id, () => bob.sealing),
      opened,
    )
  })

  it('leaves out a device whose key is none, and seals to the others', () => {
    for (const name of Object.values(SUITE)) {
      const real = createSuite(name, nodePrimitives())
      const key = real.sealing.generate(random)
      const good = { device: bob.id, generation: 1, sealingKey: key.publicKey }
      for (const sealingKey of [new Uint8Array(0), key.publicKey.map(() => 0xff), key.publicKey.slice(1)]) {
        const bad: EnvelopeTarget = { device: carol.id, generation: 1, sealingKey }
        const made = startEpoch(real, random, feed.id, 1, [bad, good], NONE)
        const decoded = decodeEpochStart(made.body)
        assert.equal(made.envelopes.length, 1, `${name}: ${sealingKey.length} bytes`)
        assert.deepEqual(
          openEpoch(real, feed.id, decoded, made.envelopes, bob.id, () => key)?.chainKey,
          made.chainKey,
        )
      }
    }
  })

  it('is a start or a fault, whatever the bytes', () => {
    assert.throws(() => decodeEpochStart(encodeValue([0, new Uint8Array(32), new Uint8Array(32)])), PeerFault)
    assert.throws(() => decodeEpochStart(encodeValue([1, new Uint8Array(31), new Uint8Array(32)])), PeerFault)
    for (let length = 0; length < fresh.body.length; length++) {
      assert.throws(() => decodeEpochStart(fresh.body.subarray(0, length)), PeerFault)
    }
  })
})

function tryOpen<T>(open: () => T): T | undefined {
  try {
    return open()
  } catch (error) {
    if (error instanceof PeerFault) return undefined
    throw error
  }
}

describe('writing to a feed', () => {
  const pen = (seed: string): Pen => {
    const made = new Pen(seed)
    made.readers = [bob]
    made.write('first')
    return made
  }

  it('starts an epoch with the first entry, and none with the second', () => {
    const one = pen('first')
    assert.equal(one.feed.epoch, 1)
    assert.equal(one.feed.head.seq, 2)
    assert.equal(one.write('second').epoch, undefined)
    assert.equal(one.feed.head.seq, 3)
  })

  it('starts one when the readers change, and not when they only stand in another order', () => {
    const one = pen('readers')
    one.readers = [bob, carol]
    assert.ok(one.write('Carol came').epoch)
    one.readers = [carol, bob]
    assert.equal(one.write('the same two').epoch, undefined)
    one.readers = [carol]
    assert.ok(one.write('Bob went').epoch)
    one.readers = []
    assert.ok(one.write('alone').epoch)
    assert.equal(one.feed.epoch, 4)
    const digest = (targets: Someone[]) =>
      readersDigest(
        suite,
        targets.map((someone) => someone.target),
      )
    assert.deepEqual(digest([bob, carol]), digest([carol, bob]))
    assert.notDeepEqual(digest([bob]), digest([carol]))
  })

  it('starts one after a thousand entries', () => {
    const one = pen('thousand')
    one.writeMany(EPOCH_MAX_ENTRIES - 1)
    assert.equal(one.feed.epoch, 1)
    one.write('one more')
    assert.equal(one.feed.epoch, 2)
    assert.equal(one.feed.epochEntries, 1)
  })

  it('starts one after a day, and when the clock went back', () => {
    const one = pen('day')
    one.now += EPOCH_MAX_AGE_MS - 1
    assert.equal(one.write('late in the day').epoch, undefined)
    one.now += 1
    assert.ok(one.write('the next day').epoch)
    one.now -= 1
    assert.ok(one.write('a millisecond before').epoch)
    assert.equal(one.feed.epoch, 3)
  })

  it('starts one for a device that lost its key, at most every ten minutes, and none when a key is a week old', () => {
    const WEEK_S = 604_800
    const one = pen('lost keys')
    const sealed = (...readers: Someone[]): boolean => {
      one.readers = readers
      return one.write('on').epoch !== undefined
    }
    assert.equal(sealed(bob, carol), true)
    one.now += 600_000
    const rotated = one.renewed(bob, WEEK_S)
    assert.deepEqual([sealed(rotated, carol), sealed(rotated, carol)], [false, false])
    const restored = one.renewed(carol, WEEK_S - 1)
    assert.equal(sealed(rotated, restored), true, 'it has no key of the week before')
    const again = one.renewed(restored, 60)
    one.now += 599_999
    assert.equal(sealed(rotated, again), false)
    one.now++
    assert.deepEqual([sealed(rotated, again), sealed(rotated, again)], [true, false])
  })

  it('seals an epoch to the readers of the moment only', () => {
    const one = pen('moment')
    const { epoch } = (() => {
      one.readers = [carol]
      return one.write('Bob is out')
    })()
    assert.ok(epoch)
    const open = (someone: Someone) =>
      openEpoch(suite, one.feed.id, epoch.start, epoch.envelopes, someone.id, () => someone.sealing)
    assert.equal(open(bob), undefined)
    assert.ok(open(carol))
  })

  it('refuses what is too long, and is as before', () => {
    const one = pen('long')
    const context = {
      suite,
      random,
      signingKey: one.author.signing,
      now: one.now,
      targets: [bob.target],
      lastStarts: () => NONE,
    }
    const before = encodeFeed(one.feed)
    const write = (length: number) => appendEntry(context, one.feed, new Uint8Array(length))
    assert.throws(() => write(MAX_PLAINTEXT_BYTES + 1), isTooLong)
    assert.deepEqual(encodeFeed(one.feed), before)
    const [block] = write(MAX_PLAINTEXT_BYTES).blocks
    const item = block?.items.at(-1)
    assert.ok(item?.kind === 'data' && item.body.length === MAX_PLAINTEXT_BYTES + 1 + AEAD_TAG_BYTES)
  })

  it('remembers all it needs', () => {
    const one = pen('state')
    assert.deepEqual(decodeFeed(suite, CONVERSATION, encodeFeed(one.feed)), one.feed)
    const empty = emptyFeed(suite, CONVERSATION, bob.id, new Uint8Array(8))
    assert.deepEqual(decodeFeed(suite, CONVERSATION, encodeFeed(empty)), empty)
  })
})

function isTooLong(error: unknown): boolean {
  return error instanceof CallerFault && error.code === 'entry-too-long'
}

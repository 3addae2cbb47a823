/** A member who writes without end fills a share of the others' disks, and no more; nobody else loses anything by it. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MEMBER_SHARE } from '@triode/core'
import { linkInMemory, type MemoryLinkPair } from '@triode/testkit'
import { createTestCircle, type TestCircle, type TestDevice } from './circleOf.ts'

const DAY_MS = 86_400_000
const SHARE = { burstBytes: 200_000, bytesPerDay: 100_000 }
/** With what padding makes of it, and what it costs beside. */
const MESSAGE_BYTES = 2_000
/** The block that went beyond the share. */
const WINDOW_BYTES = 64 * 2 * MESSAGE_BYTES

const link = (circle: TestCircle, one: TestDevice, other: TestDevice): MemoryLinkPair =>
  linkInMemory(circle.clock, one.participant, other.participant, { delayMs: () => 5 })

function flood(device: TestDevice, bytes: number): number {
  const count = Math.ceil(bytes / MESSAGE_BYTES)
  for (let n = 0; n < count; n++) device.say(`${'x'.repeat(MESSAGE_BYTES)} ${n}`)
  return count
}

/** What `device` has stored of the circle's entries. */
function storedBytes(circle: TestCircle, device: TestDevice): number {
  let bytes = 0
  for (const feed of device.participant.feeds(circle.everyone).all()) {
    for (const { value } of device.store.series(`feed/${feed.id}/entries`).range()) bytes += value.length
  }
  return bytes
}

const ofMallory = (device: TestDevice): string[] => device.texts().filter((text) => text.startsWith('x'))

describe('a member\u2019s share of the disk', () => {
  it('bounds what is taken from one who writes without end, directly or through others', () => {
    const circle = createTestCircle('share', { memberShare: SHARE })
    const [alice, bob, mallory] = ['alice', 'bob', 'mallory'].map((name) => circle.add(name)) as [
      TestDevice,
      TestDevice,
      TestDevice,
    ]
    flood(mallory, 2_000_000)
    link(circle, mallory, bob)
    link(circle, bob, alice)
    circle.settle()
    for (const device of [alice, bob]) {
      const stored = storedBytes(circle, device)
      assert.ok(stored > SHARE.burstBytes / 2 && stored < SHARE.burstBytes + WINDOW_BYTES, `${stored} bytes`)
      assert.deepEqual(device.faults(), ['mallory: member-share-used-up'])
    }
    flood(mallory, 100_000)
    circle.settle()
    assert.ok(
      storedBytes(circle, alice) < SHARE.burstBytes + WINDOW_BYTES,
      'what is pushed is not taken either',
    )
    bob.say('still here?')
    alice.say('yes')
    circle.settle()
    for (const device of [alice, bob])
      assert.deepEqual(
        device
          .texts()
          .filter((text) => !text.startsWith('x'))
          .sort(),
        ['still here?', 'yes'],
      )
  })

  it('comes back with time, so that all arrives in the end, once and in order', () => {
    const circle = createTestCircle('comes back', { memberShare: SHARE })
    const [alice, mallory] = [circle.add('alice'), circle.add('mallory')]
    const count = flood(mallory, 600_000)
    let days = 0
    for (let before = -1; ofMallory(alice).length < count && days < 60; days++) {
      assert.ok(days < 3 || ofMallory(alice).length >= before)
      before = ofMallory(alice).length
      const met = link(circle, alice, mallory)
      circle.settle()
      met.cut()
      circle.settle(DAY_MS)
    }
    assert.ok(days > 2, 'it took days')
    assert.deepEqual(alice.texts(), mallory.texts())
  })

  it('is remembered through a restart, and a clock that is set back gives nothing', () => {
    let skew = 0
    const circle = createTestCircle('restart', {
      memberShare: SHARE,
      now: (name, now) => (name === 'alice' ? now + skew : now),
    })
    let alice = circle.add('alice')
    const mallory = circle.add('mallory')
    flood(mallory, 2_000_000)
    const meet = (): number => {
      const met = link(circle, alice, mallory)
      circle.settle()
      met.cut()
      circle.settle()
      return ofMallory(alice).length
    }
    const first = meet()
    alice = circle.restart('alice')
    assert.equal(meet(), first)
    skew = -30 * DAY_MS
    assert.equal(meet(), first)
  })

  it('is generous: a hundred thousand messages of 300 bytes take a fortieth', () => {
    assert.ok(100_000 * 512 * 40 < MEMBER_SHARE.burstBytes)
  })
})

/** How far ahead is granted, how a rate is limited, and what memory may be used. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SEALED_CHUNK_BYTES } from '@triode/core'
import { createVirtualClock } from '@triode/testkit'
import { BatchBuffers } from '../../src/files/transfer/batchBuffers.ts'
import { Budget } from '../../src/files/transfer/budget.ts'
import { Pace } from '../../src/files/transfer/pace.ts'
import { RateLimit } from '../../src/files/transfer/rateLimit.ts'
import { RateMeter } from '../../src/files/transfer/rateMeter.ts'
import {
  BATCH_CHUNKS,
  LEAST_SHARE_BYTES,
  MAX_UNSTORED_BYTES,
  MAX_UNSTORED_OF_ONE,
  MAX_WINDOW_BYTES,
  MIN_WINDOW_BYTES,
} from '../../src/files/transfer/tuning.ts'

const PIECE = 16_384

/** Pieces come at a rate for some time. */
function feed(
  pace: Pace,
  clock: ReturnType<typeof createVirtualClock>,
  bytesPerSecond: number,
  ms: number,
): void {
  for (const until = clock.elapsed() + ms; clock.elapsed() < until;) {
    clock.advance((PIECE * 1_000) / bytesPerSecond)
    pace.came(PIECE)
  }
}

describe('a pace', () => {
  it('grants what comes in a round trip and 40 ms', () => {
    const clock = createVirtualClock()
    const pace = new Pace(clock)
    assert.equal(pace.windowBytes, MIN_WINDOW_BYTES)
    pace.roundTrip(60)
    feed(pace, clock, 20_000_000, 2_000)
    assert.ok(Math.abs(pace.windowBytes - 2_000_000) < 100_000, String(pace.windowBytes))
    feed(pace, clock, 5_000_000, 3_000)
    assert.ok(Math.abs(pace.windowBytes - 500_000) < 50_000, String(pace.windowBytes))
  })

  it('stays within its bounds', () => {
    const clock = createVirtualClock()
    const pace = new Pace(clock)
    pace.roundTrip(500)
    feed(pace, clock, 1_000_000_000, 3_000)
    assert.equal(pace.windowBytes, MAX_WINDOW_BYTES)
    feed(pace, clock, 20_000, 20_000)
    assert.equal(pace.windowBytes, MIN_WINDOW_BYTES)
  })

  it('believes no single burst', () => {
    const clock = createVirtualClock()
    const pace = new Pace(clock)
    pace.roundTrip(10)
    feed(pace, clock, 1_250_000, 2_000)
    const before = pace.windowBytes
    for (let count = 0; count < 100; count++) pace.came(PIECE)
    clock.advance(40)
    pace.came(PIECE)
    assert.equal(pace.windowBytes, before)
  })

  it('counts the shortest round trip of late, and forgets old ones', () => {
    const clock = createVirtualClock()
    const pace = new Pace(clock)
    pace.roundTrip(5)
    pace.roundTrip(50)
    assert.equal(pace.roundTripMs, 5)
    clock.advance(100_000)
    pace.roundTrip(80)
    assert.equal(pace.roundTripMs, 80)
  })

  it('counts no pause between two requests as slowness', () => {
    const clock = createVirtualClock()
    const pace = new Pace(clock)
    feed(pace, clock, 20_000_000, 1_000)
    const before = pace.rate
    for (let count = 0; count < 20; count++) {
      pace.idle()
      clock.advance(1_000)
      pace.came(PIECE)
    }
    assert.equal(pace.rate, before)
  })
})

describe('a rate limit', () => {
  it('lets through what it says, and no more', () => {
    const clock = createVirtualClock()
    const limit = new RateLimit(clock)
    limit.set(1_000_000)
    let taken = 0
    while (clock.elapsed() < 10_000) {
      taken += limit.take(1_000_000)
      clock.advance(limit.waitMs())
    }
    assert.ok(Math.abs(taken - 10_000_000) < 150_000, String(taken))
  })

  it('lets a slow rate through in small pieces, and none at all through at once', () => {
    const clock = createVirtualClock()
    const limit = new RateLimit(clock)
    assert.equal(limit.take(5), 5)
    limit.set(1_000)
    assert.equal(limit.take(5_000), 0)
    clock.advance(limit.waitMs() + 1)
    assert.ok(limit.take(5_000) >= 2_048)
    limit.set(undefined)
    assert.equal(limit.take(1e9), 1e9)
  })
})

describe('a rate that is shown', () => {
  it('is that of the last seconds', () => {
    const clock = createVirtualClock()
    const meter = new RateMeter(clock)
    for (let count = 0; count < 100; count++) {
      meter.count(10_000)
      clock.advance(100)
    }
    assert.ok(Math.abs(meter.bytesPerSecond - 100_000) < 20_000, String(meter.bytesPerSecond))
    clock.advance(5_000)
    assert.equal(meter.bytesPerSecond, 0)
  })
})

describe('the memory for what comes', () => {
  it('is shared, and a little is there for each', () => {
    const budget = new Budget()
    const shares = [budget.share(), budget.share(), budget.share()]
    for (const share of shares) share.take(share.room)
    assert.deepEqual(
      shares.map(({ room }) => room),
      [0, 0, 0],
    )
    assert.equal(3 * MAX_UNSTORED_OF_ONE, MAX_UNSTORED_BYTES)
    const late = budget.share()
    assert.equal(late.room, LEAST_SHARE_BYTES)
    shares[0]?.close()
    assert.equal(late.room, MAX_UNSTORED_OF_ONE)
    shares[0]?.give(5)
    assert.equal(late.room, MAX_UNSTORED_OF_ONE, 'a share that is closed counts no more')
  })

  it('is used again where it is a whole batch, until nothing comes', () => {
    const buffers = new BatchBuffers()
    const whole = BATCH_CHUNKS * SEALED_CHUNK_BYTES
    const first = buffers.take(whole)
    assert.notEqual(buffers.take(whole), first)
    buffers.give(first)
    buffers.give(buffers.take(5))
    assert.equal(buffers.take(whole), first)
    buffers.give(first)
    buffers.clear()
    assert.notEqual(buffers.take(whole), first)
  })
})

/** Locking takes the keys away, whatever a channel waits for. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Channel } from '@triode/channels'
import { createVirtualClock } from '@triode/testkit'
import { stopChannels } from '../../src/network/stopChannels.ts'
import { CHANNEL_SWITCH_MS, CHANNELS_STOP_MS } from '../../src/tuning.ts'

const never = new Promise<void>(() => undefined)

function channelOf(stop: () => Promise<void>): Channel {
  return { stop } as unknown as Channel
}

describe('all channels of a device that is locked', () => {
  it('are waited for, and no longer than that', async () => {
    const clock = createVirtualClock()
    const end = Promise.withResolvers<undefined>()
    const stopped = stopChannels([channelOf(() => end.promise)], clock, Promise.resolve())
    assert.equal(await Promise.race([stopped.then(() => 'stopped'), clock.advanceAsync(1_000)]), undefined)
    end.resolve(undefined)
    await stopped
    assert.equal(clock.pending, 0)
  })

  for (const [what, before, stop] of [
    ['which waits for ever', Promise.resolve(), never],
    ['while another is still being turned on', never, Promise.resolve()],
  ] as const) {
    it(`are given up after a while: one ${what}`, async () => {
      const clock = createVirtualClock()
      const stopped = stopChannels([channelOf(() => stop)], clock, before)
      await clock.advanceAsync(CHANNELS_STOP_MS)
      await stopped
      assert.equal(clock.pending, 0)
    })
  }

  it('are stopped beside one that is still being turned on, and that one again once it is', async () => {
    const clock = createVirtualClock()
    const on = Promise.withResolvers<undefined>()
    let runs = false
    let stops = 0
    const slow = channelOf(() => {
      stops++
      runs = false
      return Promise.resolve()
    })
    const turning = on.promise.then(() => {
      runs = true
    })
    const stopped = stopChannels([slow], clock, turning)
    await clock.advanceAsync(CHANNEL_SWITCH_MS)
    await stopped
    assert.equal(stops, 1)
    on.resolve(undefined)
    await turning
    await clock.advanceAsync(1)
    assert.deepEqual([runs, stops, clock.pending], [false, 2, 0])
  })

  it('are stopped once where nothing is being turned on', async () => {
    let stops = 0
    const counted = channelOf(() => {
      stops++
      return Promise.resolve()
    })
    await stopChannels([counted], createVirtualClock(), Promise.resolve())
    assert.equal(stops, 1)
  })

  it('say when one of them fails', async () => {
    const broken = channelOf(() => Promise.reject(new Error('broken')))
    const clock = createVirtualClock()
    await assert.rejects(stopChannels([broken], clock, Promise.resolve()), { message: 'broken' })
    assert.equal(clock.pending, 0)
  })
})

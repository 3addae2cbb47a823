/** What a receiver grants: enough, and in few frames, whatever it can store. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SEALED_CHUNK_BYTES } from '@triode/core'
import { createVirtualClock } from '@triode/testkit'
import { Budget } from '../../src/files/transfer/budget.ts'
import { Grants } from '../../src/files/transfer/grants.ts'
import { Pace } from '../../src/files/transfer/pace.ts'
import { RateLimit } from '../../src/files/transfer/rateLimit.ts'
import { ASKS_PER_SECOND, BATCH_CHUNKS } from '../../src/files/transfer/tuning.ts'

const PIECE_BYTES = 16_384
const BATCH_BYTES = BATCH_CHUNKS * SEALED_CHUNK_BYTES

interface Line {
  /** That comes while the sender may send. */
  readonly bytesPerSecond: number
  readonly stored: { readonly bytesPerSecond: number; readonly lumpBytes: number }
}

/** What came in so many milliseconds, and the grants that it took. The sender hears of each at once. */
async function receive(
  { bytesPerSecond, stored }: Line,
  ms: number,
): Promise<{ received: number; grants: number }> {
  const clock = createVirtualClock()
  const [pace, share] = [new Pace(clock), new Budget().share()]
  let [granted, received, unstored, grants] = [0, 0, 0, 0]
  const gate = new Grants({
    ...{ clock, pace, share },
    limit: new RateLimit(clock),
    received: () => received,
    isBusy: () => true,
    ping: () => Promise.resolve(0.1),
    grant: (bytes) => {
      granted = bytes
      grants++
    },
  })
  pace.roundTrip(0.1)
  gate.renew()
  const stepMs = (PIECE_BYTES * 1_000) / bytesPerSecond
  let mayStore = 0
  for (const until = clock.elapsed() + ms; clock.elapsed() < until;) {
    clock.advance(stepMs)
    await Promise.resolve() // What was pinged answers.
    mayStore += (stored.bytesPerSecond * stepMs) / 1_000
    const bytes = Math.min(PIECE_BYTES, granted - received)
    if (bytes > 0) {
      received += bytes
      unstored += bytes
      gate.came(bytes)
    }
    if (unstored < stored.lumpBytes) mayStore = Math.min(mayStore, stored.lumpBytes)
    else if (mayStore >= stored.lumpBytes) {
      mayStore -= stored.lumpBytes
      unstored -= stored.lumpBytes
      share.give(stored.lumpBytes)
      gate.renew()
    }
  }
  gate.stop()
  return { received, grants }
}

describe('grants', () => {
  it('are few over a line of a gigabit, of which what is on it and not stored fills the memory', async () => {
    const stored = { bytesPerSecond: 300_000_000, lumpBytes: BATCH_BYTES }
    const { received, grants } = await receive({ bytesPerSecond: 117_000_000, stored }, 4_000)
    assert.ok(received > 0.95 * 4 * 117_000_000, `the line waits: ${String(received)}`)
    // The sender takes no more asks a second than this, and is deaf for the rest of it.
    assert.ok(grants / 4 < ASKS_PER_SECOND / 10, `${String(grants)} grants`)
  })

  it('are few where what comes is stored more slowly than it could come', async () => {
    const stored = { bytesPerSecond: 100_000_000, lumpBytes: BATCH_BYTES }
    const { received, grants } = await receive({ bytesPerSecond: 120_000_000, stored }, 4_000)
    assert.ok(received > 0.95 * 4 * 100_000_000, `the disk waits: ${String(received)}`)
    assert.ok(grants / 4 < ASKS_PER_SECOND / 10, `${String(grants)} grants`)
  })

  it('keep a fast line busy', async () => {
    const stored = { bytesPerSecond: 1_000_000_000, lumpBytes: BATCH_BYTES }
    const { received, grants } = await receive({ bytesPerSecond: 400_000_000, stored }, 4_000)
    assert.ok(received > 0.95 * 4 * 400_000_000, `the line waits: ${String(received)}`)
    assert.ok(received / grants > 524_288, `${String(grants)} grants`)
  })

  it('come also where little is stored at a time', async () => {
    const stored = { bytesPerSecond: 20_000_000, lumpBytes: 4_096 }
    const { received } = await receive({ bytesPerSecond: 400_000_000, stored }, 4_000)
    assert.ok(received > 0.9 * 4 * 20_000_000, `the disk waits: ${String(received)}`)
  })
})

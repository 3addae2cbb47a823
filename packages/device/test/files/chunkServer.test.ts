/** What each side of a stream of files can make the other hold, by reading nothing (spec §15.7). */
import assert from 'node:assert/strict'
import { Duplex } from 'node:stream'
import { describe, it } from 'node:test'
import { encodeAsk, frameLength, toldFrame, type Ask, type DeviceId, type Fault } from '@triode/core'
import { createVirtualClock } from '@triode/testkit'
import { Budget } from '../../src/files/transfer/budget.ts'
import { ChunkClient } from '../../src/files/transfer/chunkClient.ts'
import { ChunkServer } from '../../src/files/transfer/chunkServer.ts'
import { RateLimits } from '../../src/files/transfer/rateLimit.ts'
import { UNREAD_ASK_BYTES } from '../../src/files/transfer/tuning.ts'
import { blobIdAt, blobOf, ROOM } from './transferScene.ts'

/** A stream whose far side takes nothing of what is written. */
class Deaf extends Duplex {
  constructor() {
    super({ writableHighWaterMark: 16_384 })
  }

  say(...asks: Ask[]): void {
    for (const ask of asks) {
      const frame = encodeAsk(ask)
      this.push(Buffer.concat([frameLength(frame.length), frame]))
    }
  }

  override _read(): void {
    // It comes by say().
  }

  override _write(): void {
    // Never taken.
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

describe('who asks and reads nothing', () => {
  it('is refused little of what is not here, however often it asks, and dropped if it goes on', async () => {
    const stream = new Deaf()
    const clock = createVirtualClock()
    const faults: Fault[] = []
    const server = new ChunkServer({
      stream,
      clock,
      limit: new RateLimits(clock).of('tcp').outgoing,
      find: () => Promise.resolve(undefined),
      mayAsk: () => false,
      complete: () => undefined,
      doubt: () => Promise.resolve(),
      fail: (fault) => faults.push(fault),
      failed: (cause) => assert.fail(String(cause)),
    })
    stream.say({ type: 'hello', version: 1 }, { type: 'interest', conversation: ROOM, blob: blobIdAt(1) })
    stream.say({ type: 'grant', bytes: 1 })
    for (let request = 0; request < 20_000 && faults.length === 0; request++) {
      stream.say({ type: 'get-chunks', request, blob: blobIdAt(2), from: 0, count: 1 })
      if (request % 100 !== 0) continue
      await settled()
      clock.advance(100)
    }
    assert.ok(stream.writableLength < 32_768, `${stream.writableLength} bytes wait`)
    assert.deepEqual(
      faults.map(({ code }) => code),
      ['too-many-requests'],
    )
    server.stop()
  })
})

describe('who serves and reads nothing', () => {
  it('is asked no more after a while, though it refuses what it says to have before it has read that it is asked', async () => {
    const stream = new Deaf()
    const clock = createVirtualClock()
    const { id, shape } = blobOf(1)
    const client = new ChunkClient({
      ...{ id: 'client', device: 'Mallory' as DeviceId, channel: 'tcp', stream, clock },
      limit: new RateLimits(clock).of('tcp').incoming,
      share: new Budget().share(),
      garbage: { made: () => undefined },
      ping: () => Promise.resolve(1),
      told: () => undefined,
      ready: () => undefined,
      fail: (fault) => assert.fail(String(fault)),
      closed: () => undefined,
    })
    stream.push(toldFrame({ type: 'hello', version: 1 }))
    client.interest(ROOM, id)
    for (let request = 0; request < 20_000; request++) {
      if (client.hasRoom) client.getPage(id, shape, { level: 0, index: 0 }, 32, () => undefined)
      else break
      stream.push(toldFrame({ type: 'unanswered', request }))
      await settled()
      clock.advance(1)
    }
    assert.ok(!client.hasRoom)
    assert.ok(stream.writableLength < 2 * UNREAD_ASK_BYTES)
    client.stop()
  })
})

/** What every `Channel` promises, as a suite: a channel that passes it can carry tunnels. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Link } from '@triode/channels'
import { CallerFault, Unavailable } from '@triode/core'
import { bytes, closing, parting, Scene, text, type ChannelPair } from './channelScene.ts'

export type { ChannelPair } from './channelScene.ts'

/** Runs the suite against pairs that `makePair` makes; each is stopped afterwards. */
export function channelCompliance(name: string, makePair: () => ChannelPair | Promise<ChannelPair>): void {
  void describe(`the channel '${name}'`, () => {
    for (const [topic, cases] of Object.entries(TOPICS)) {
      void describe(topic, () => {
        for (const [title, work] of Object.entries(cases)) {
          void it(title, { timeout: CASE_TIMEOUT_MS }, async () => {
            const scene = new Scene(await makePair())
            try {
              await work(scene)
            } finally {
              await Promise.all([scene.here.stop(), scene.there.stop()])
            }
          })
        }
      })
    }
  })
}

const CASE_TIMEOUT_MS = 60_000
const MEBIBYTE = 1024 * 1024

type Cases = Record<string, (scene: Scene) => Promise<void>>

const lifeCases: Cases = {
  async 'is off and has no address before it starts'({ here }) {
    assert.equal(here.status().state, 'off')
    assert.deepEqual(here.addresses(), [])
    await here.stop()
  },
  async 'is on and has addresses of its own scheme once it started'(scene) {
    await scene.start()
    assert.equal(scene.there.status().state, 'on')
    for (const address of scene.there.addresses()) assert.ok(address.startsWith(`${scene.there.name}:`))
    assert.ok(scene.address().length > scene.there.name.length + 1)
  },
  async 'has traits that can be compared'({ here }) {
    assert.ok(here.traits.costPerMiB >= 0 && here.traits.typicalBytesPerSecond > 0)
    assert.ok(Number.isInteger(here.traits.rank))
    return Promise.resolve()
  },
  async 'does not start twice'(scene) {
    await scene.start()
    await assert.rejects(scene.startThere(), isFault(CallerFault, 'channel-started'))
    await scene.connect()
  },
  async 'stops twice, and at the same time, without complaint'(scene) {
    await scene.start()
    await Promise.all([scene.there.stop(), scene.there.stop()])
    await scene.there.stop()
    assert.equal(scene.there.status().state, 'off')
    assert.deepEqual(scene.there.addresses(), [])
  },
  async 'gives no link after it stopped'(scene) {
    await scene.start()
    const address = scene.address()
    await scene.there.stop()
    await assert.rejects(scene.here.dial(address), isFault(Unavailable, 'unreachable'))
  },
  async 'takes along the links that it gave when it stops'(scene) {
    await scene.start()
    const [here, there] = await scene.connect()
    const gone = parting(here)
    await scene.there.stop()
    assert.ok(there.destroyed)
    await gone
  },
  async 'takes along the links that it dialed when it stops'(scene) {
    await scene.start()
    const [here, there] = await scene.connect()
    const gone = parting(there)
    await scene.here.stop()
    assert.ok(here.destroyed)
    await gone
  },
  async 'works again after it stopped'(scene) {
    await scene.start()
    await scene.connect()
    await scene.there.stop()
    await scene.startThere()
    const [here, there] = await scene.connect()
    here.end('again')
    assert.equal(await text(there), 'again')
  },
  async 'does not leave a dial hanging when it stops'(scene) {
    await scene.start()
    const dial = scene.here.dial(scene.address())
    const outcome = Promise.allSettled([dial])
    await scene.here.stop()
    const [result] = await outcome
    if (result.status === 'fulfilled') assert.ok(result.value.stream.destroyed)
    else assert.ok(result.reason instanceof Unavailable)
  },
}

const dialCases: Cases = {
  async 'names the channel and the far end'(scene) {
    await scene.start()
    const [dialed, given] = await Promise.all([scene.here.dial(scene.address()), scene.arrival()])
    assert.equal(dialed.channel, scene.here.name)
    assert.equal(dialed.remote, scene.address())
    assert.equal(given.channel, scene.there.name)
    assert.ok(given.remote.startsWith(`${scene.there.name}:`))
  },
  async 'says that nobody answers'(scene) {
    await scene.start()
    await assert.rejects(scene.here.dial(scene.pair.nobody), isFault(Unavailable, 'unreachable'))
  },
  async 'refuses what is no address'(scene) {
    await scene.start()
    const garbage = [
      '',
      ':',
      scene.here.name,
      `${scene.here.name}:`,
      'nochannel:x',
      `${scene.here.name}:${'x'.repeat(100_000)}`,
    ]
    for (const address of [...garbage, ...scene.pair.malformed]) {
      await assert.rejects(
        scene.here.dial(address),
        isFault(CallerFault, 'address-malformed'),
        address.slice(0, 80),
      )
    }
  },
  async 'dials nobody while it is off'(scene) {
    await scene.startThere()
    await assert.rejects(scene.here.dial(scene.address()), isFault(Unavailable, 'channel-off'))
  },
  async 'does not dial when the call was given up before'(scene) {
    await scene.start()
    const dial = scene.here.dial(scene.address(), AbortSignal.abort())
    await assert.rejects(dial, isFault(Unavailable, 'aborted'))
  },
  async 'gives up a dial under way'(scene) {
    await scene.start()
    const control = new AbortController()
    const dial = scene.here.dial(scene.address(), control.signal)
    control.abort()
    await assert.rejects(dial, isFault(Unavailable, 'aborted'))
    await scene.connect()
  },
  async 'leaves a link alone when the call is given up too late'(scene) {
    await scene.start()
    const control = new AbortController()
    const [dialed, given] = await Promise.all([
      scene.here.dial(scene.address(), control.signal),
      scene.arrival(),
    ])
    control.abort()
    dialed.stream.end('still here')
    assert.equal(await text(given.stream), 'still here')
  },
  async 'dials many at once, and each link is its own'(scene) {
    await scene.start()
    const count = 40
    const dialing = Array.from({ length: count }, () => scene.here.dial(scene.address()))
    const given = await Promise.all(Array.from({ length: count }, () => scene.arrival()))
    const dialed = await Promise.all(dialing)
    for (const [index, { stream }] of dialed.entries()) stream.end(`link ${String(index)}`)
    const heard = await Promise.all(given.map(({ stream }) => text(stream)))
    assert.deepEqual(new Set(heard), new Set(dialed.map((_, index) => `link ${String(index)}`)))
  },
  async 'links both ways at the same time'(scene) {
    const arrived = Promise.withResolvers<Link>()
    await scene.here.start(arrived.resolve)
    await scene.startThere()
    const [forth, back] = await Promise.all([
      scene.here.dial(scene.address()),
      scene.there.dial(scene.address(scene.here)),
    ])
    forth.stream.end('forth')
    back.stream.end('back')
    assert.equal(await text((await scene.arrival()).stream), 'forth')
    assert.equal(await text((await arrived.promise).stream), 'back')
  },
}

const byteCases: Cases = {
  async 'go both ways'(scene) {
    await scene.start()
    const [here, there] = await scene.connect()
    here.write('ping')
    assert.equal(String((await once(there, 'data'))[0]), 'ping')
    there.write('pong')
    assert.equal(String((await once(here, 'data'))[0]), 'pong')
  },
  async 'wait for a reader that comes late'(scene) {
    await scene.start()
    const [here, there] = await scene.connect()
    here.end('early')
    await sleep(50)
    assert.equal(await text(there), 'early')
  },
  async 'stay in order and whole, whatever the pieces'(scene) {
    await scene.start()
    const [here, there] = await scene.connect()
    const sent = Array.from({ length: 2_000 }, (_, index) => Buffer.alloc(index % 97, index))
    const heard = bytes(there)
    for (const piece of sent) here.write(piece)
    here.end()
    assert.ok(Buffer.concat(sent).equals(await heard))
  },
  async 'come in any number: 64 MiB, with back-pressure'(scene) {
    await scene.start()
    const [here, there] = await scene.connect()
    const [sent, heard] = [createHash('sha256'), createHash('sha256')]
    there.on('data', (chunk: Buffer) => heard.update(chunk))
    const ended = once(there, 'end')
    const pieces = function* () {
      for (let index = 0; index < 64; index++) {
        const piece = Buffer.alloc(MEBIBYTE, index)
        sent.update(piece)
        yield piece
      }
    }
    await pipeline(Readable.from(pieces()), here)
    await ended
    assert.equal(heard.digest('hex'), sent.digest('hex'))
  },
  async 'stop flowing when nobody reads, so that nobody runs out of memory'(scene) {
    await scene.start()
    const [here, there] = await scene.connect()
    there.pause()
    const piece = Buffer.alloc(MEBIBYTE)
    let flowed = 0
    const flow = async () => {
      while (flowed < 256) {
        flowed++
        if (!here.write(piece)) await once(here, 'drain')
      }
    }
    flow().catch(() => undefined)
    await sleep(300)
    assert.ok(flowed < 64, `${String(flowed)} MiB went to a reader that does not read`)
    assert.ok(here.writableLength <= 2 * MEBIBYTE && there.readableLength <= 2 * MEBIBYTE)
    here.destroy()
  },
}

const endCases: Cases = {
  async 'of the dialer lets the other go on'(scene) {
    await scene.start()
    const [here, there] = await scene.connect()
    here.end('question')
    assert.equal(await text(there), 'question')
    await sleep(20)
    there.end('answer')
    assert.equal(await text(here), 'answer')
  },
  async 'of the dialed lets the other go on'(scene) {
    await scene.start()
    const [here, there] = await scene.connect()
    there.end('question')
    assert.equal(await text(here), 'question')
    await sleep(20)
    here.end('answer')
    assert.equal(await text(there), 'answer')
  },
  async 'on both sides closes the link'(scene) {
    await scene.start()
    const [here, there] = await scene.connect()
    const gone = Promise.all([closing(here), closing(there)])
    for (const stream of [here, there]) stream.resume().end()
    await gone
  },
  async 'without warning is noticed by the dialed'(scene) {
    await scene.start()
    const [here, there] = await scene.connect()
    const gone = parting(there)
    here.destroy()
    await gone
  },
  async 'without warning is noticed by the dialer'(scene) {
    await scene.start()
    const [here, there] = await scene.connect()
    const gone = parting(here)
    there.destroy()
    await gone
  },
  async 'without warning, and with nobody listening, harms nobody'(scene) {
    await scene.start()
    const [here, there] = await scene.connect()
    here.write(Buffer.alloc(MEBIBYTE))
    there.destroy(new Error('gone'))
    await sleep(50)
    here.write('to nobody')
    await sleep(50)
    await scene.connect()
  },
  async 'of one link leaves the others'(scene) {
    await scene.start()
    const [one] = await scene.connect()
    const [here, there] = await scene.connect()
    one.destroy()
    here.end('unharmed')
    assert.equal(await text(there), 'unharmed')
  },
}

const TOPICS: Record<string, Cases> = {
  'over its life': lifeCases,
  'when it dials': dialCases,
  'whose bytes': byteCases,
  'whose end': endCases,
}

function isFault(kind: typeof CallerFault | typeof Unavailable, code: string) {
  return (error: unknown) => {
    assert.ok(error instanceof kind, String(error))
    assert.equal(error.code, code)
    return true
  }
}

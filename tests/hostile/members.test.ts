import assert from 'node:assert/strict'
import { randomBytes, randomInt } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import {
  encodeFrame,
  encodeValue,
  MAX_FRAME_BYTES,
  nextGeneration,
  parseMessageId,
  SealingKeys,
  signCard,
  type DeviceId,
  type Frame,
} from '@triode/core'
import { systemRandom } from '@triode/crypto'
import { createMemoryStore } from '@triode/testkit'
import { TYPING_INTERVAL_MS } from '../../packages/core/src/sync/tuning.ts'
import { Rogue, suite } from './rogue.ts'
import { attacked, eventually, fault, faults, stands, type Attacked } from './victim.ts'

let on: Attacked
let mallory: Rogue
before(async () => {
  on = await attacked()
  const { link } = await on.alice.client.invite({ circle: on.circle })
  mallory = await Rogue.join(on, link)
})
after(async () => {
  await on.two.end()
})

/** Alice names Mallory's device. */
async function named(since: number, codes: readonly string[]): Promise<void> {
  const told = await fault(on, since, codes)
  assert.equal(told.device, mallory.self)
  assert.equal(told.circle, on.circle)
}

async function texts(device = on.alice): Promise<string[]> {
  const { messages } = await device.client.messages({ where: on.circle, limit: 500 })
  return messages.map((message) => message.text)
}

function conversation(): Frame & { type: 'typing' } {
  return { type: 'typing', conversation: mallory.log.state().conversations.circle }
}

describe('a member whose program does as it pleases', () => {
  it('is dropped and named for each frame that makes no sense', async () => {
    const wrong: [string, (string | RegExp)[], Uint8Array][] = [
      ['nothing at all', ['malformed'], new Uint8Array(0)],
      ['an unknown frame', ['frame-unknown'], encodeValue([99])],
      ['a frame of another shape', ['malformed'], encodeValue([5, 'x'])],
      ['a frame with more than its fields', ['malformed'], encodeValue([0, 1, new Uint8Array(32), 1])],
      [
        'a list longer than allowed',
        ['malformed', 'oversize'],
        encodeValue([2, Array(65).fill(new Uint8Array(1))]),
      ],
      [
        'another version',
        ['version-unknown'],
        encodeFrame({ type: 'hello', version: 9, cards: new Uint8Array(32) }),
      ],
      ['no hello', ['hello-missing'], encodeFrame(conversation())],
    ]
    for (const [what, codes, bytes] of wrong) {
      const since = on.events.length
      const stream = await mallory.sync()
      stream.ignore()
      stream.raw(bytes)
      await named(since, codes as string[]).catch((error: unknown) => {
        throw new Error(what, { cause: error })
      })
      await stream.closed()
    }
    await stands(on, () => Promise.resolve())
  })

  it('is dropped for fuzzed frames, however many', async () => {
    const since = on.events.length
    await stands(on, async () => {
      for (let round = 0; round < 60; round++) {
        const stream = await mallory.sync()
        stream.ignore()
        stream.hello()
        const bytes = encodeFrame(conversation())
        for (let flips = 0; flips < 3; flips++) bytes[randomInt(bytes.length)] = randomInt(256)
        for (let n = 0; n < 20; n++) stream.raw(n % 2 === 0 ? randomBytes(randomInt(1, 2_000)) : bytes)
        await stream.closed()
      }
    })
    assert.ok(faults(on, since).length >= 60)
    assert.deepEqual(
      (await texts()).filter((text) => !text.startsWith('still here')),
      [],
    )
  })

  it('is dropped for announcing more than a frame may have, before it is sent', async () => {
    const since = on.events.length
    await stands(on, async () => {
      const stream = await mallory.sync()
      stream.ignore()
      stream.hello()
      const length = Buffer.alloc(4)
      length.writeUInt32BE(MAX_FRAME_BYTES + 1)
      stream.stream.write(length)
      await stream.closed()
    })
    const told = await fault(on, since, ['oversize'])
    assert.equal(told.device, mallory.self)
  })

  it('who stops in the middle of a frame costs no more than that frame', async () => {
    await stands(on, async () => {
      const stream = await mallory.sync()
      stream.ignore()
      stream.hello()
      const length = Buffer.alloc(4)
      length.writeUInt32BE(MAX_FRAME_BYTES)
      stream.stream.write(length)
      stream.stream.write(Buffer.alloc(MAX_FRAME_BYTES - 1))
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      stream.tunnel.destroy()
    })
  })

  it('opens no path but that of sync, once', async () => {
    await stands(on, async () => {
      const tunnel = await mallory.dial()
      for (const path of ['/', '/join', '/sync/', '/api/status', '/admin', '/..']) {
        const stream = tunnel.open(path)
        stream.on('error', () => undefined)
        stream.resume()
        stream.write('x')
        await new Promise((resolve) => stream.once('close', resolve))
      }
      tunnel.destroy()
    })
  })

  it('who floods with streams gets a hundred at a time, and opens thousands in vain', async () => {
    await stands(on, async () => {
      for (let round = 0; round < 3; round++) {
        const tunnel = await mallory.dial()
        for (let n = 0; n < 1_500; n++) {
          try {
            const stream = tunnel.open('/flood')
            stream.on('error', () => undefined)
            stream.write(Buffer.alloc(1_000))
          } catch {
            break
          }
          if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
        }
        await new Promise((resolve) => setTimeout(resolve, 500))
        tunnel.destroy()
      }
    })
  })

  it('who asks for everything and reads nothing is owed little', async () => {
    for (let n = 0; n < 200; n++)
      await on.alice.client.send({ where: on.circle, text: `${String(n)} ${'x'.repeat(8_000)}` })
    await stands(on, async () => {
      const stream = await mallory.sync()
      stream.stream.pause()
      stream.hello()
      const { conversation: of } = conversation()
      const until = performance.now() + 4_000
      while (performance.now() < until && !stream.stream.destroyed) {
        stream.say({ type: 'have-request', conversation: of })
        stream.say({ type: 'log-heads', heads: [], locator: [] })
        stream.say({ type: 'card-versions', versions: [] })
        if (stream.stream.writableLength > 1_000_000) await new Promise((resolve) => setTimeout(resolve, 20))
        else await new Promise((resolve) => setImmediate(resolve))
      }
      stream.tunnel.destroy()
    })
  })

  it('who lies about positions and acknowledges for others changes nothing', async () => {
    const { id } = await on.alice.client.send({ where: on.circle, text: 'who has this?' })
    await stands(on, async () => {
      const stream = await mallory.sync()
      stream.ignore()
      stream.hello()
      const { conversation: of } = conversation()
      const positions = [mallory.victim, mallory.self].map((device) => ({
        device,
        incarnation: new Uint8Array(randomBytes(8)),
        seq: 0xffff_ffff,
        read: 0xffff_ffff,
      }))
      for (let n = 0; n < 2_000; n++) {
        stream.say({
          type: 'have',
          conversation: of,
          positions: positions.map((one) => ({ ...one, incarnation: new Uint8Array(randomBytes(8)) })),
        })
        await stream.room()
        if (stream.stream.destroyed) break
      }
      stream.tunnel.destroy()
    })
    const { messages } = await on.alice.client.messages({ where: on.circle, limit: 500 })
    const state = messages.find((message) => message.id === id)?.state
    assert.notEqual(state, 'read')
    const forging = on.events.length
    const forged = await mallory.sync()
    forged.ignore()
    forged.hello()
    const { members } = await on.alice.client.members({ circle: on.circle })
    const [device] = members.find((one) => one.name === 'Bob')?.devices ?? []
    assert.ok(device)
    const { feed, seq } = parseMessageId(id)
    const signature = new Uint8Array(randomBytes(64))
    forged.say({
      type: 'acknowledgements',
      conversation: conversation().conversation,
      acknowledgements: [{ feed, device: device.device as DeviceId, seq, read: seq, signature }],
    })
    await forged.closed()
    await named(forging, ['acknowledgement-forged'])
  })

  it('who floods with log entries, cards and typing is bounded', async () => {
    const [began, since] = [performance.now(), on.events.length]
    const logBefore = (await on.alice.client.circle({ circle: on.circle })).logEntries
    await stands(on, async () => {
      const stream = await mallory.sync()
      stream.ignore()
      stream.hello()
      const { log } = mallory
      const typing = conversation()
      for (let n = 0; n < 3_000 && !stream.stream.destroyed; n++) {
        const entry = log.append(mallory.key, { type: 'nickname', nickname: `M${String(n)}` }, Date.now())
        const bytes = log.bytesOf(entry.hash)
        assert.ok(bytes)
        stream.say({ type: 'log-entries', entries: [bytes] })
        stream.say(typing)
        if (n % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
        if (n % 50 === 0) stream.say({ type: 'cards', cards: [card(n)] })
        await stream.room()
      }
      await new Promise((resolve) => setTimeout(resolve, 2_000))
      stream.tunnel.destroy()
    })
    const { logEntries } = await on.alice.client.circle({ circle: on.circle })
    process.stdout.write(`  log entries taken: ${String(logEntries - logBefore)} of 3,000\n`)
    const typed = on.events.slice(since).filter((event) => event.type === 'typing').length
    // Each makes two at most: that it began, and that it ended.
    const mayBe = 4 + (2 * (performance.now() - began)) / TYPING_INTERVAL_MS
    assert.ok(typed < mayBe, `${String(typed)} typing events`)
  })
})

function card(generation: number): Uint8Array {
  const store = createMemoryStore()
  const { circle } = mallory
  const sealing = new SealingKeys({ suite, store, circle, random: systemRandom })
  sealing.rotateIfDue(Date.now())
  return signCard(suite, mallory.key, circle, {
    device: mallory.self,
    generation: nextGeneration(0, Date.now()) + generation,
    sealingGeneration: 1,
    sealingKey: sealing.current.key.publicKey,
    addresses: Array.from({ length: 16 }, (_, index) => `tcp:127.0.0.1:${String(1 + index)}`),
    at: Date.now(),
  })
}

describe('a member who rewrites what it said', () => {
  it('says everything again and again: it is there once', async () => {
    const writer = mallory.participant(mallory.store, 'one life')
    const stream = await mallory.sync()
    stream.run(writer)
    const { conversation: of } = conversation()
    writer.write(of, { kind: 'text', text: 'said once', mentions: [] })
    await eventually('Alice to have it', async () =>
      (await texts()).includes('said once') ? true : undefined,
    )
    const { said } = stream
    stream.tunnel.destroy()
    writer.stop()
    await stands(on, async () => {
      for (let round = 0; round < 20; round++) {
        const again = await mallory.sync()
        again.ignore()
        for (const frame of said) again.raw(frame)
        await new Promise((resolve) => setTimeout(resolve, 50))
        again.tunnel.destroy()
      }
    })
    for (const device of [on.alice, on.bob])
      await eventually('it to be there once', async () =>
        (await texts(device)).filter((text) => text === 'said once').length === 1 ? true : undefined,
      )
  })

  it('forks its feed: it is named, what was there stays, and nothing more of that feed is taken', async () => {
    const { link } = await on.alice.client.invite({ circle: on.circle })
    const forker = await Rogue.join(on, link)
    const of = forker.log.state().conversations.circle
    const start = forker.store.snapshot()
    const lives = ['one thing', 'another thing'].map((text) => {
      const participant = forker.participant(createMemoryStore(start), 'the same numbers')
      return { text, participant }
    })
    const [first, second] = lives
    assert.ok(first && second)
    const honest = await forker.sync()
    honest.run(first.participant)
    first.participant.write(of, { kind: 'text', text: first.text, mentions: [] })
    await eventually('the first to come', async () =>
      (await texts()).includes(first.text) ? true : undefined,
    )
    honest.tunnel.destroy()
    await honest.closed()
    const since = on.events.length
    for (let n = 0; n < 3; n++)
      second.participant.write(of, { kind: 'text', text: second.text, mentions: [] })
    const dishonest = await forker.sync()
    dishonest.run(second.participant)
    const told = await fault(on, since, ['feed-forked'])
    assert.equal(told.device, forker.self)
    dishonest.tunnel.destroy()
    for (const { participant } of lives) participant.stop()
    await stands(on, () => Promise.resolve())
    const there = await texts()
    assert.ok(there.includes(first.text))
    assert.equal(there.includes(second.text), false)
  })

  it('leaves and comes back as if nothing had been: it is not let in', async () => {
    const { link } = await on.alice.client.invite({ circle: on.circle })
    const leaver = await Rogue.join(on, link)
    const stream = await leaver.sync()
    stream.ignore()
    stream.hello()
    const { log, knock } = leaver
    const entry = log.append(leaver.key, { type: 'leave' }, Date.now())
    const bytes = log.bytesOf(entry.hash)
    assert.ok(bytes)
    stream.say({ type: 'log-entries', entries: [bytes] })
    await stream.closed()
    const since = on.events.length
    await assert.rejects(leaver.dial(), (error: { code?: string }) => {
      assert.match(error.code ?? '', /^(peer-refused|link-broken)$/)
      return true
    })
    await fault(on, since, ['peer-not-authorized'])
    assert.ok(knock)
    await stands(on, () => Promise.resolve())
  })
})

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { decodeEntry, decodeFrame, FrameSplitter, fromBase32, type Frame } from '@triode/core'
import { Rogue, suite, type RogueStream } from './rogue.ts'
import { attacked, eventually, stands, type Attacked } from './victim.ts'

/** All that came on a stream. */
function listen({ stream }: RogueStream): Frame[] {
  const heard: Frame[] = []
  const splitter = new FrameSplitter()
  stream.on('data', (chunk: Buffer) => {
    for (const frame of splitter.push(chunk)) heard.push(decodeFrame(frame, suite.hashBytes))
  })
  return heard
}

/** Waits until nothing came for a while. */
async function quiet(heard: readonly Frame[]): Promise<void> {
  for (let last = -1; last !== heard.length;) {
    last = heard.length
    await new Promise((resolve) => setTimeout(resolve, 1_500))
  }
}

function entriesOf(frames: readonly Frame[]): string[] {
  return frames
    .flatMap((frame) => (frame.type === 'log-entries' ? frame.entries : []))
    .map((bytes) => decodeEntry(suite, bytes).entry.payload.type)
}

describe('a member who is removed, and whose program does not go', () => {
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

  it('is told by whom while connected, and hears nothing of what is said next', async () => {
    const stream = await mallory.sync()
    const heard = listen(stream)
    stream.hello()
    await eventually('the greeting', () => heard.find(({ type }) => type === 'log-heads'))
    // Positions and cards follow the greeting.
    await quiet(heard)
    const before = heard.length
    await on.alice.client.remove({ member: mallory.self })
    await on.alice.client.send({ where: on.circle, text: 'without Mallory' })
    await stream.closed(15_000)
    const since = heard.slice(before)
    assert.deepEqual(new Set(since.map(({ type }) => type)), new Set(['log-entries']))
    assert.deepEqual(new Set(entriesOf(since)), new Set(['remove']))
  })

  it('keeps no tunnel open, also one on which it said nothing', async () => {
    const { link } = await on.alice.client.invite({ circle: on.circle })
    const silent = await Rogue.join(on, link)
    const tunnel = await silent.dial()
    await tunnel.accepted
    await eventually('the tunnel to be there', async () =>
      (await on.alice.client.peers()).peers.find(({ device }) => device === silent.self),
    )
    await on.alice.client.remove({ member: silent.self })
    const ended = await Promise.race([
      tunnel.closed.then(() => true),
      new Promise<false>((resolve) => setTimeout(resolve, 15_000, false).unref()),
    ])
    assert.equal(ended, true)
  })

  it('calls again, asks for everything, and gets its removal alone', async () => {
    await on.alice.client.promote({ member: 'Bob' })
    await stands(on, async () => {
      const conversation = mallory.log.state().conversations.circle
      const stream = await mallory.sync()
      const heard = listen(stream)
      stream.hello()
      const heads = mallory.log.heads().map((hash) => fromBase32(hash))
      stream.say({ type: 'card-versions', versions: [] })
      stream.say({ type: 'have-request', conversation })
      stream.say({ type: 'log-heads', heads, locator: [] })
      stream.say({ type: 'log-heads', heads: [], locator: [] })
      stream.say({ type: 'have-request', conversation })
      const second = mallory.sync().then(
        () => 'let in',
        () => 'refused',
      )
      await stream.closed(15_000)
      assert.equal(await second, 'refused', 'once in a while is enough')
      assert.deepEqual(
        heard.map(({ type }) => type),
        ['hello', 'log-entries'],
      )
      assert.equal(entriesOf(heard).at(-1), 'remove')
      assert.ok(!entriesOf(heard).includes('role'))
    })
  })
})

/** A device in the middle that hands on the link of two others, and what it can do to them (spec §8.6). */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { duplexPair, Transform, type Duplex, type TransformCallback } from 'node:stream'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Link } from '@triode/channels'
import { base32, PeerFault, Unavailable, type CircleId, type DeviceId } from '@triode/core'
import { systemClock, systemRandom } from '@triode/crypto'
import type { Tunnel } from '@triode/tunnel'
import type { CircleRuntime } from '../../packages/device/src/circle/circleRuntime.ts'
import { Forwarding } from '../../packages/device/src/forward/forwarding.ts'
import { encodeHeader, readHeader } from '../../packages/device/src/forward/header.ts'
import { BEGIN_PATH, KIND, PARK_PATH } from '../../packages/device/src/forward/spec.ts'
import { splice } from '../../packages/device/src/forward/splice.ts'
import type { PeerTunnel } from '../../packages/device/src/network/peerTunnel.ts'
import { MAX_FORWARDED_PER_PEER } from '../../packages/device/src/tuning.ts'
import { makeDevice, meet } from '../../packages/tunnel/test/devices.ts'

const [alice, bob, dave] = await Promise.all([makeDevice(), makeDevice(), makeDevice()])
const CANARY = 'what nobody in the middle may read'

/** What Carol does to each piece on its way to Bob. */
type Meddle = (piece: Buffer, number: number) => Buffer[]

/** Alice's and Bob's ends of a link that Carol hands on, and all that she saw. */
function handedOn(meddle: Meddle = (piece) => [piece]) {
  const [aliceEnd, carolOfAlice] = duplexPair()
  const [bobEnd, carolOfBob] = duplexPair()
  const seen: Buffer[] = []
  let number = 0
  const through = new Transform({
    transform(chunk: Buffer, _, done: TransformCallback) {
      seen.push(chunk)
      for (const piece of meddle(chunk, number++)) this.push(piece)
      done()
    },
  })
  carolOfAlice.on('data', (chunk: Buffer) => through.write(chunk))
  through.on('data', (chunk: Buffer) => carolOfBob.write(chunk))
  carolOfBob.on('data', (chunk: Buffer) => {
    seen.push(chunk)
    carolOfAlice.write(chunk)
  })
  const ends = [aliceEnd, bobEnd, carolOfAlice, carolOfBob]
  for (const one of ends) one.on('error', () => undefined)
  const cut = (): void => {
    for (const one of ends) one.destroy()
  }
  return { links: [aliceEnd, bobEnd] as const, seen, cut }
}

/** What Bob read of a stream, and how the tunnel ended: Carol begins to meddle once the tunnel stands. */
async function talkWhile(meddle: Meddle) {
  let armed = false
  const link = handedOn((piece, number) => (armed ? meddle(piece, number) : [piece]))
  const [one, other] = await meet({ alice, bob, links: link.links })
  assert.ok(one.status === 'fulfilled' && other.status === 'fulfilled')
  const [dialer, acceptor] = [one.value, other.value]
  const heard: Buffer[] = []
  acceptor.onStream((_, stream) => {
    stream.on('data', (chunk: Buffer) => heard.push(chunk)).on('error', () => undefined)
  })
  const stream = dialer.open('/talk')
  stream.on('error', () => undefined)
  stream.write('first ')
  while (heard.length === 0) await sleep(5)
  armed = true
  for (let n = 0; n < 20; n++) {
    stream.write(CANARY)
    await sleep(2)
  }
  const ended = await Promise.race([
    // Who is told by TLS ends it; the other would by its pulse, did the link stay.
    Promise.any([acceptor.closed, dialer.closed]).then((fault) => fault?.code ?? 'in good order'),
    sleep(2_000, 'goes on'),
  ])
  dialer.destroy()
  acceptor.destroy()
  link.cut()
  return { heard: Buffer.concat(heard).toString(), ended, seen: Buffer.concat(link.seen) }
}

const honest = `first ${CANARY.repeat(20)}`

describe('who hands a link on', { timeout: 60_000 }, () => {
  it('reads nothing of it: the tunnel is of its ends alone', async () => {
    const { heard, ended, seen } = await talkWhile((piece) => [piece])
    assert.equal(heard, honest)
    assert.equal(ended, 'goes on')
    assert.ok(seen.length > CANARY.length * 20 && !seen.includes(CANARY))
    for (const { certificate } of [alice, bob]) assert.ok(!seen.includes(certificate))
  })

  const tricks: Record<string, () => Meddle> = {
    'changes one bit': () => (piece) => {
      piece[piece.length - 1] = (piece.at(-1) ?? 0) ^ 1
      return [piece]
    },
    'drops a piece': () => {
      let dropped = false
      return (piece) => (dropped ? [piece] : ((dropped = true), []))
    },
    'repeats a piece': () => (piece) => [piece, piece],
    'makes a piece up': () => (piece) => [randomBytes(piece.length)],
  }
  for (const [trick, make] of Object.entries(tricks)) {
    it(`and ${trick} is heard no more, and nothing that is wrong`, async () => {
      const { heard, ended } = await talkWhile(make())
      assert.notEqual(ended, 'in good order')
      assert.ok(honest.startsWith(heard), heard)
      assert.ok(heard.length <= `first ${CANARY}`.length, heard)
    })
  }

  it('and hands it to another than was asked for is found out by the key', async () => {
    const { links, cut } = handedOn()
    const [dialed] = await meet({
      alice,
      bob: dave,
      links,
      dial: { authorize: () => false },
      accept: { timeoutMs: 500 },
    })
    assert.ok(dialed.status === 'rejected' && dialed.reason instanceof PeerFault)
    assert.equal(dialed.reason.code, 'peer-not-authorized')
    cut()
  })
})

const CIRCLE = base32(randomBytes(32)) as CircleId
const idOf = (): DeviceId => base32(randomBytes(32)) as DeviceId

/** Carol with tunnels to whom `known` names; `opened` are streams that she opened. */
function carol(
  known: readonly DeviceId[],
  change: { policy?: string; out?: DeviceId; isClosing?: () => boolean } = {},
) {
  const opened: { device: DeviceId; path: string; far: Duplex }[] = []
  const ends: Duplex[] = []
  const peers = known.map((device) => {
    const open = (path: string): Duplex => {
      if (change.isClosing?.() === true) throw new Unavailable('tunnel-closed')
      const [near, far] = duplexPair()
      opened.push({ device, path, far })
      ends.push(near, far)
      return near
    }
    return {
      circle: CIRCLE,
      device,
      channel: 'tcp',
      dialed: true,
      tunnel: { open } as unknown as Tunnel,
    } as PeerTunnel
  })
  const circle = {
    id: CIRCLE,
    standing: { standing: 'active' },
    participant: { sync: { links: { told: () => new Map() } } },
    state: {
      devices: new Map(known.map((id) => [id, { id, active: id !== change.out }])),
      policies: new Map(change.policy === undefined ? [] : [['forwarding', change.policy]]),
    },
  } as unknown as CircleRuntime
  const forwarding = new Forwarding({
    clock: systemClock,
    random: systemRandom,
    circle: () => circle,
    peers: () => peers,
  })
  for (const peer of peers) forwarding.attach(peer)
  const [from] = peers
  assert.ok(from !== undefined)
  /** The first of `known` asks for `to`. */
  const ask = (to: DeviceId, header = encodeHeader({ kind: KIND.to, device: to })): Duplex => {
    const [near, far] = duplexPair()
    far.on('error', () => undefined)
    ends.push(near, far)
    assert.ok(forwarding.accept(from, BEGIN_PATH, near))
    far.write(header)
    return far
  }
  const end = (): void => {
    for (const one of ends) one.destroy()
  }
  return {
    ask,
    onward: () => opened.filter(({ path }) => path === BEGIN_PATH),
    opened,
    forwarding,
    circle,
    end,
  }
}

async function isRefused(stream: Duplex): Promise<boolean> {
  stream.resume()
  return Promise.race([
    once(stream, 'close').then(() => true),
    once(stream, 'end').then(() => true),
    sleep(300, false),
  ])
}

describe('a device that is asked to hand on', { timeout: 60_000 }, () => {
  const [a, b] = [idOf(), idOf()]

  it('says to the other from whom it is, and hands all bytes on, both ways', async () => {
    const { ask, onward, opened, end } = carol([a, b])
    assert.deepEqual(
      opened.map(({ path }) => path),
      [PARK_PATH, PARK_PATH],
    )
    const stream = ask(b)
    await sleep(20)
    const [link] = onward()
    assert.ok(link?.device === b)
    assert.deepEqual(await readHeader(link.far), { kind: KIND.from, device: a })
    stream.write('ping')
    assert.equal(String((await once(link.far, 'data'))[0]), 'ping')
    link.far.write('pong')
    assert.equal(String((await once(stream, 'data'))[0]), 'pong')
    stream.destroy()
    end()
  })

  it('hears a link for itself in that circle alone: who is in two of its circles learns nothing of that', async () => {
    const { ask, forwarding, end } = carol([a, b])
    const links: Link[] = []
    await forwarding.channel.start((link) => links.push(link))
    ask(b, encodeHeader({ kind: KIND.from, device: b }))
    await sleep(20)
    assert.deepEqual(
      links.map(({ service, remote }) => [service, remote]),
      [[CIRCLE, `forward:${a}`]],
    )
    end()
  })

  it('refuses who is not there, who is out, itself, noise, and everybody where the circle forbids it', async () => {
    assert.ok(await isRefused(carol([a, b]).ask(idOf())))
    assert.ok(await isRefused(carol([a, b], { out: b }).ask(b)))
    assert.ok(await isRefused(carol([a, b], { out: a }).ask(b)))
    assert.ok(await isRefused(carol([a, b]).ask(a)))
    assert.ok(await isRefused(carol([a, b]).ask(b, Buffer.alloc(33, 9))))
    assert.ok(await isRefused(carol([a, b], { policy: 'none' }).ask(b)))
  })

  it('does so for so many links of one device at a time, and no more', async () => {
    const { ask, end } = carol([a, b])
    const streams = Array.from({ length: MAX_FORWARDED_PER_PEER + 1 }, () => ask(b))
    await sleep(50)
    const refused = await Promise.all(streams.map(isRefused))
    assert.equal(refused.filter(Boolean).length, 1)
    for (const stream of streams) stream.destroy()
    end()
  })

  it('hears others through the same one, though somebody has there all that one may have', async () => {
    const { ask, forwarding, end } = carol([a, b])
    const links: Link[] = []
    await forwarding.channel.start((link) => links.push(link))
    for (let n = 0; n <= MAX_FORWARDED_PER_PEER; n++) ask(b, encodeHeader({ kind: KIND.from, device: b }))
    await sleep(50)
    assert.equal(links.length, MAX_FORWARDED_PER_PEER + 1)
    end()
  })

  it('leads only where it said itself that a way is: no card or invitation can have it call through another circle', async () => {
    const { forwarding, onward, circle, end } = carol([a, b])
    await forwarding.channel.start(() => undefined)
    const [way] = forwarding.ways(circle, b)
    assert.ok(way)
    await forwarding.channel.dial(way)
    assert.equal(onward().length, 1)
    const guessed = [`forward:${CIRCLE}/${a}/${b}`, way.replace(/:[0-9a-f]+/, `:${'0'.repeat(32)}`)]
    for (const address of guessed)
      await assert.rejects(async () => forwarding.channel.dial(address), { code: 'address-malformed' })
    end()
  })

  it('is not ended by who says goodbye, and then begins on the stream that was parked', async () => {
    let isClosing = false
    const { opened, end } = carol([a, b], { isClosing: () => isClosing })
    const [parked] = opened
    assert.ok(parked?.path === PARK_PATH)
    isClosing = true
    parked.far.write(encodeHeader({ kind: KIND.to, device: b }))
    // A rejection that nobody handles would end the process, and fails the test.
    assert.ok(await isRefused(parked.far))
    end()
  })

  it('holds back who sends faster than the pace, and stops when it may not go on', async () => {
    const [near, far] = duplexPair()
    const [other, end] = duplexPair()
    for (const one of [near, far, other, end]) one.on('error', () => undefined)
    let may = true
    const done = splice(near, other, systemClock, () => may)
    let heard = 0
    end.on('data', (chunk: Buffer) => (heard += chunk.length))
    const piece = Buffer.alloc(65_536)
    let sending = true
    const send = async (): Promise<void> => {
      while (sending) if (!far.write(piece)) await sleep(20)
    }
    const sent = send()
    await sleep(1_000)
    // A burst of 4 MiB and a second of 1 MiB; twice that, for a machine that is late.
    assert.ok(heard > 1_000_000 && heard < 10_500_000, `${String(heard)} bytes in a second`)
    sending = false
    await sent
    may = false
    await done
    assert.ok(near.destroyed && other.destroyed)
    for (const one of [far, end]) one.destroy()
  })
})

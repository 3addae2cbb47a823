/** Streams inside a tunnel between friends. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { Readable, type Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { CallerFault, Fault, Unavailable } from '@triode/core'
import { CLOSE_GRACE_MS } from '../src/tuning.ts'
import { meet, makeDevice, part, reached, tcpPair, text, tunnelPair, until } from './devices.ts'

const MEBIBYTE = 1024 * 1024

function hasCode(kind: typeof CallerFault | typeof Unavailable, code: string) {
  return (error: unknown) => error instanceof kind && error instanceof Fault && error.code === code
}

/** How `stream` ended: 'end' in good order, or an error, or 'cut'. */
async function ending(stream: Duplex): Promise<unknown> {
  return await new Promise((resolve) => {
    let error: unknown
    stream.resume()
    stream.once('end', () => {
      resolve('end')
    })
    stream.once('error', (one) => (error = one))
    stream.once('close', () => {
      resolve(error ?? 'cut')
    })
  })
}

test('what is written before the far side has a handler waits for it', async () => {
  const [here, there] = await tunnelPair()
  const stream = here.open('/early')
  stream.end('patience')
  await reached(stream)
  const arrived = Promise.withResolvers<string>()
  there.onStream((path, far) => {
    void text(far).then((heard) => {
      arrived.resolve(`${path} ${heard}`)
    })
  })
  assert.equal(await arrived.promise, '/early patience')
  await part(here, there)
})

test('a hundred streams at once keep their bytes apart, and the next ones wait', async () => {
  const [here, there] = await tunnelPair()
  there.onStream((_, stream) => stream.pipe(stream))
  const sent = Array.from({ length: 150 }, () => randomBytes(5_000))
  const echoes = sent.map(async (bytes, index) => {
    const stream = here.open(`/echo/${String(index)}`)
    stream.end(bytes)
    const parts: Buffer[] = []
    for await (const part of stream) parts.push(part as Buffer)
    return Buffer.concat(parts).equals(bytes)
  })
  assert.ok((await Promise.all(echoes)).every(Boolean))
  await part(here, there)
})

test('a stream carries 64 MiB each way at once, whole', async () => {
  const [here, there] = await tunnelPair()
  there.onStream((_, stream) => stream.pipe(stream))
  const stream = here.open('/echo')
  const [sent, heard] = [createHash('sha256'), createHash('sha256')]
  stream.on('data', (chunk: Buffer) => heard.update(chunk))
  const ended = once(stream, 'end')
  const pieces = function* () {
    for (let index = 0; index < 64; index++) {
      const piece = Buffer.alloc(MEBIBYTE, index)
      sent.update(piece)
      yield piece
    }
  }
  await pipeline(Readable.from(pieces()), stream)
  await ended
  assert.equal(heard.digest('hex'), sent.digest('hex'))
  await part(here, there)
})

test('a stream can be half-closed by either side', async () => {
  const [here, there] = await tunnelPair()
  there.onStream((path, far) => {
    if (path === '/answer-first') {
      far.end('answer')
      far.resume()
      return
    }
    void text(far).then(() => undefined)
    far.once('end', () => setTimeout(() => far.end('answer'), 30))
  })
  const first = here.open('/answer-first')
  assert.equal(
    await new Promise((resolve) =>
      first.once('data', (chunk) => {
        resolve(String(chunk))
      }),
    ),
    'answer',
  )
  first.end('late question')
  await part(here, there)
})

test('who does not read makes the other wait; nobody holds more than a window', async () => {
  const [here, there] = await tunnelPair()
  const far = Promise.withResolvers<Duplex>()
  there.onStream((_, stream) => {
    far.resolve(stream)
  })
  const stream = here.open('/slow')
  const piece = Buffer.alloc(MEBIBYTE)
  let flowed = 0
  const flow = async () => {
    while (flowed < 256) {
      flowed++
      if (!stream.write(piece)) await once(stream, 'drain')
    }
  }
  flow().catch(() => undefined)
  const slow = await far.promise
  await until('bytes', () => slow.readableLength > 0)
  await sleep(500)
  assert.ok(flowed < 40, `${String(flowed)} MiB went to a reader that does not read`)
  assert.ok(slow.readableLength <= 8 * MEBIBYTE)
  slow.resume()
  await until('it to go on once it is read', () => flowed > 40)
  await part(here, there)
})

test('a refused path and a thrown handler end the stream, not the tunnel', async () => {
  const [here, there] = await tunnelPair()
  there.onStream((path, stream) => {
    if (path === '/throws') throw new RangeError('mine')
    if (path === '/closed') stream.destroy()
    else stream.end('fine')
  })
  for (const path of ['', 'no-slash', '/with space', '/ü', '/line\nbreak', `/${'x'.repeat(300)}`]) {
    assert.throws(() => here.open(path), hasCode(CallerFault, 'path-malformed'))
  }
  assert.notEqual(await ending(here.open('/closed')), 'end')
  assert.equal(await text(here.open('/fine')), 'fine')
  await part(here, there)
})

test('only the dialer opens streams', async () => {
  const [here, there] = await tunnelPair()
  assert.throws(() => there.open('/x'), hasCode(CallerFault, 'acceptor-cannot-open'))
  await part(here, there)
})

test('closing lets open streams finish, refuses new ones, and is no fault to either side', async () => {
  const [here, there] = await tunnelPair()
  there.onStream((_, stream) => {
    setTimeout(() => stream.end('finished'), 50)
  })
  const stream = here.open('/x')
  await reached(stream)
  here.close()
  here.close()
  assert.throws(() => here.open('/y'), hasCode(Unavailable, 'tunnel-closed'))
  assert.equal(await text(stream), 'finished')
  stream.end()
  assert.deepEqual(await Promise.all([here.closed, there.closed]), [undefined, undefined])
  await assert.rejects(here.ping(), hasCode(Unavailable, 'tunnel-closed'))
})

test('a side that does not finish is not waited for for ever', { timeout: 60_000 }, async () => {
  const [here, there] = await tunnelPair()
  there.onStream(() => undefined)
  const stream = here.open('/never')
  await reached(stream)
  const started = performance.now()
  here.close()
  assert.equal(await here.closed, undefined)
  assert.ok(performance.now() - started >= CLOSE_GRACE_MS - 50, 'it gets its time')
  assert.ok(stream.destroyed)
  await there.closed
})

test('a destroyed tunnel gives its reason to its streams and to who awaits it', async () => {
  const [here, there] = await tunnelPair()
  const far = Promise.withResolvers<Duplex>()
  there.onStream((_, stream) => {
    far.resolve(stream)
  })
  const stream = here.open('/x')
  stream.write('x')
  const cut = ending(await far.promise)
  const why = new Unavailable('vault-locked')
  const near = ending(stream)
  here.destroy(why)
  here.destroy()
  assert.equal(await here.closed, why)
  assert.equal(await near, why)
  assert.notEqual(await cut, 'end', 'the far side can tell a cut from an end')
  await there.closed
})

for (const [how, cut] of [
  ['is reset', (link: Socket) => link.resetAndDestroy()],
  ['ends', (link: Socket) => link.destroy()],
] as const) {
  test(`a link that ${how} under a tunnel is a fault on both sides, and no stream looks finished`, async () => {
    const links = await tcpPair()
    const [here, there] = await tunnelPair('hybrid', links)
    const far = Promise.withResolvers<Duplex>()
    there.onStream((_, stream) => {
      far.resolve(stream)
    })
    const stream = here.open('/x')
    stream.write(Buffer.alloc(100_000))
    const begun = once(await far.promise, 'data')
    const endings = [ending(stream), ending(await far.promise)]
    await begun
    cut(links[0])
    for (const fault of await Promise.all([here.closed, there.closed])) {
      assert.ok(hasCode(Unavailable, 'link-broken')(fault), String(fault))
    }
    for (const end of await Promise.all(endings)) assert.notEqual(end, 'end')
    assert.ok(links.every((link) => link.destroyed))
  })
}

test('both sides derive the same exporter value, and another one for each tunnel', async () => {
  const [alice, bob] = [await makeDevice(), await makeDevice()]
  const values = new Set<string>()
  for (let round = 0; round < 3; round++) {
    const [dialed, accepted] = await meet({ alice, bob, links: await tcpPair() })
    assert.ok(dialed.status === 'fulfilled' && accepted.status === 'fulfilled')
    const value = Buffer.from(dialed.value.exporter()).toString('hex')
    assert.equal(Buffer.from(accepted.value.exporter()).toString('hex'), value)
    values.add(value)
    dialed.value.exporter().fill(0)
    await part(dialed.value, accepted.value)
    assert.equal(Buffer.from(dialed.value.exporter()).toString('hex'), value, 'also when it is closed')
  }
  assert.equal(values.size, 3)
})

test('a slow tunnel keeps little under way', async () => {
  const [alice, bob] = [await makeDevice(), await makeDevice()]
  const [dialed, accepted] = await meet({
    alice,
    bob,
    links: await tcpPair(),
    accept: { slow: true },
    dial: { slow: true },
  })
  assert.ok(dialed.status === 'fulfilled' && accepted.status === 'fulfilled')
  const far = Promise.withResolvers<Duplex>()
  accepted.value.onStream((_, stream) => {
    far.resolve(stream)
  })
  const stream = dialed.value.open('/x')
  stream.write(Buffer.alloc(MEBIBYTE))
  const slow = await far.promise
  await until('bytes', () => slow.readableLength > 0)
  await sleep(100)
  assert.ok(slow.readableLength <= 64 * 1024)
  slow.resume()
  stream.end()
  await once(slow, 'end')
  await part(dialed.value, accepted.value)
})

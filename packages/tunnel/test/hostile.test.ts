/** Members that break the protocol: each is dropped, with the reason, and costs little memory. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls, TLSSocket } from 'node:tls'
import { Fault, PeerFault, Unavailable } from '@triode/core'
import { acceptTunnel, dialTunnel, type Tunnel } from '../src/index.ts'
import { secureContext } from '../src/secureContext.ts'
import { KNOCK, makeDevice, tcpPair, until } from './devices.ts'

const MEBIBYTE = 1024 * 1024
const [alice, bob] = await Promise.all([makeDevice(), makeDevice()])

const TYPE = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  push: 5,
  ping: 6,
  goaway: 7,
  window: 8,
  more: 9,
}
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
const END_STREAM = 1
const END_HEADERS = 4
/** Table size 0, as asked for; :method POST, :path /, :scheme https from the static table; :authority x (RFC 7541). */
const REQUEST = Buffer.from('20838487010178', 'hex')

function frame(type: number, flags: number, stream: number, body: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(body.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, body])
}

const open = (stream: number, flags = END_HEADERS) => frame(TYPE.headers, flags, stream, REQUEST)

/** Mallory is a member: a tunnel of Bob's, and the raw TLS socket at its other end. */
async function malloryDials(): Promise<{ tunnel: Tunnel; raw: TLSSocket; streams: Duplex[] }> {
  const [here, there] = await tcpPair()
  const raw = connectTls({
    socket: here,
    servername: KNOCK,
    ALPNProtocols: ['h2'],
    rejectUnauthorized: false,
    secureContext: secureContext(alice),
  })
  raw.on('error', () => undefined).resume()
  raw.write(Buffer.concat([PREFACE, frame(TYPE.settings, 0, 0)]))
  const tunnel = await acceptTunnel(there, { resolve: () => bob, authorize: () => true })
  raw.write(frame(TYPE.settings, 1, 0))
  const streams: Duplex[] = []
  tunnel.onStream((_, stream) => streams.push(stream))
  return { tunnel, raw, streams }
}

/** Mallory answers: a tunnel that Alice dialed, and the raw TLS socket at its other end. */
async function malloryAnswers(): Promise<{ tunnel: Tunnel; raw: TLSSocket }> {
  const [here, there] = await tcpPair()
  const raw = new TLSSocket(there, {
    isServer: true,
    secureContext: secureContext(bob),
    ALPNProtocols: ['h2'],
    requestCert: true,
    rejectUnauthorized: false,
  })
  raw.on('error', () => undefined).resume()
  raw.write(frame(TYPE.settings, 0, 0))
  const tunnel = await dialTunnel(here, alice, { knock: KNOCK, authorize: () => true })
  return { tunnel, raw }
}

/** Writes `frames` again and again until the tunnel is gone; gives why, and the growth of memory in bytes. */
async function flood(raw: TLSSocket, tunnel: Tunnel, frames: (round: number) => Buffer) {
  const before = process.memoryUsage().rss
  let most = before
  const over = new AbortController()
  void tunnel.closed.then(() => {
    over.abort()
  })
  for (let round = 0; !over.signal.aborted && round < 20_000; round++) {
    if (!raw.write(frames(round)))
      await Promise.race([once(raw, 'drain').catch(() => undefined), tunnel.closed])
    if (round % 16 === 0) {
      most = Math.max(most, process.memoryUsage().rss)
      await sleep(0)
    }
  }
  const fault = await Promise.race([tunnel.closed, sleep(20_000, 'nothing happened', { ref: false })])
  raw.destroy()
  return { fault, growth: most - before }
}

function assertDropped(fault: unknown, ...codes: string[]): void {
  assert.ok(fault instanceof PeerFault, `not dropped: ${String(fault)}`)
  assert.ok(codes.includes(fault.code), `${fault.code}: ${fault.message} ${String(fault.cause)}`)
}

const FLOODS: Record<string, [codes: string[], frames: (round: number) => Buffer]> = {
  pings: [['ping-flood', 'flood'], () => repeat(frame(TYPE.ping, 0, 0, Buffer.alloc(8)), 50)],
  settings: [['settings-flood', 'flood'], () => repeat(frame(TYPE.settings, 0, 0), 50)],
  'settings with many entries': [
    ['settings-flood', 'flood', 'protocol-broken'],
    () => frame(TYPE.settings, 0, 0, Buffer.alloc(6 * 2_000, '000300000064', 'hex')),
  ],
  'streams that are reset at once': [
    ['flood', 'protocol-broken'],
    (round) => Buffer.concat(odd(round, 50, (id) => [open(id), frame(TYPE.reset, 0, id, Buffer.alloc(4))])),
  ],
  'streams beyond the limit': [
    ['flood', 'protocol-broken', 'invalid-frames'],
    (round) => Buffer.concat(odd(round, 50, (id) => [open(id)])),
  ],
  'empty data frames': [
    ['invalid-frames', 'flood'],
    (round) => Buffer.concat([round === 0 ? open(1) : Buffer.alloc(0), repeat(frame(TYPE.data, 0, 1), 50)]),
  ],
  'header blocks without end': [
    ['flood', 'protocol-broken', 'invalid-frames'],
    (round) =>
      Buffer.concat([
        round === 0 ? open(1, 0) : Buffer.alloc(0),
        repeat(frame(TYPE.more, 0, 1, Buffer.alloc(1_000)), 10),
      ]),
  ],
  'frames for streams that never were': [
    ['protocol-broken', 'invalid-frames', 'flood'],
    () => repeat(frame(TYPE.data, 0, 999, Buffer.alloc(10)), 10),
  ],
  'frames larger than agreed': [
    ['protocol-broken'],
    () => frame(TYPE.data, 0, 1, Buffer.alloc(2 * MEBIBYTE)),
  ],
  noise: [['protocol-broken', 'invalid-frames', 'flood'], () => randomBytes(4_096)],
}

for (const [what, [codes, frames]] of Object.entries(FLOODS)) {
  test(`a member that dials and sends ${what} is dropped`, { timeout: 60_000 }, async () => {
    const { tunnel, raw } = await malloryDials()
    const { fault, growth } = await flood(raw, tunnel, frames)
    assertDropped(fault, ...codes)
    assert.ok(growth < 100 * MEBIBYTE, `${String(growth / MEBIBYTE)} MiB`)
  })
}

for (const what of ['pings', 'settings', 'noise', 'frames larger than agreed'] as const) {
  test(`a member that answers and sends ${what} is dropped`, { timeout: 60_000 }, async () => {
    const { tunnel, raw } = await malloryAnswers()
    const [codes = [], frames = () => Buffer.alloc(0)] = FLOODS[what] ?? []
    const { fault, growth } = await flood(raw, tunnel, frames)
    assertDropped(fault, ...codes)
    assert.ok(growth < 100 * MEBIBYTE, `${String(growth / MEBIBYTE)} MiB`)
  })
}

test(
  'a member that fills many streams which nobody reads is dropped, at a bounded cost',
  { timeout: 60_000 },
  async () => {
    const { tunnel, raw, streams } = await malloryDials()
    const piece = Buffer.alloc(16_384)
    const before = process.memoryUsage().rss
    for (let id = 1; id < 80; id += 2) raw.write(open(id))
    const { fault } = await flood(raw, tunnel, (round) => frame(TYPE.data, 0, (round % 40) * 2 + 1, piece))
    assertDropped(fault, 'unread-flood')
    assert.ok(streams.length === 40)
    assert.ok(process.memoryUsage().rss - before < 250 * MEBIBYTE)
  },
)

test('a member whose header fields expand to megabytes gets nothing for them', async () => {
  const { tunnel, raw, streams } = await malloryDials()
  const before = process.memoryUsage().rss
  // One byte a field: accept-encoding: gzip, deflate (RFC 7541 §A, 16).
  const fields = Buffer.concat([REQUEST, Buffer.alloc(16_000, 0x90)])
  for (let id = 1; id < 1_000; id += 2) {
    const head = frame(TYPE.headers, END_HEADERS | END_STREAM, id, fields)
    if (!raw.write(head)) await once(raw, 'drain')
  }
  await sleep(100)
  assert.equal(streams.length, 0)
  assert.ok(process.memoryUsage().rss - before < 100 * MEBIBYTE)
  tunnel.destroy()
  await tunnel.closed
})

test('a member that opens a stream and stops in the middle of a frame harms nobody else', async () => {
  const { tunnel, raw, streams } = await malloryDials()
  raw.write(Buffer.concat([open(1), frame(TYPE.data, 0, 1, Buffer.alloc(1_000)).subarray(0, 500)]))
  await until('the stream', () => streams.length === 1)
  assert.ok((await Promise.race([tunnel.closed, sleep(100, 'open')])) === 'open')
  tunnel.destroy()
  assert.equal(await tunnel.closed, undefined)
})

test('a member that requests otherwise than agreed gets a refusal', async () => {
  const { tunnel, raw, streams } = await malloryDials()
  // GET instead of POST.
  raw.write(frame(TYPE.headers, END_HEADERS | END_STREAM, 1, Buffer.from('20828487010178', 'hex')))
  await sleep(50)
  assert.equal(streams.length, 0)
  assert.ok((await Promise.race([tunnel.closed, sleep(50, 'open')])) === 'open')
  tunnel.destroy()
  await tunnel.closed
})

test('a member that reads nothing cannot keep a tunnel from ending', async () => {
  const { tunnel, raw, streams } = await malloryDials()
  raw.pause()
  // Windows as wide as they get, so that only the link itself is full.
  const wide = Buffer.from('7f000000', 'hex')
  raw.write(Buffer.concat([frame(TYPE.window, 0, 0, wide), open(1), frame(TYPE.window, 0, 1, wide)]))
  await until('the stream', () => streams.length === 1)
  for (const stream of streams) stream.write(Buffer.alloc(64 * MEBIBYTE))
  await sleep(100)
  const why = new Unavailable('vault-locked')
  tunnel.destroy(why)
  assert.equal(await Promise.race([tunnel.closed, sleep(20_000, 'still there', { ref: false })]), why)
})

test('a member that says goodbye and stays is shown out', { timeout: 60_000 }, async () => {
  const { tunnel, raw, streams } = await malloryDials()
  raw.write(Buffer.concat([open(1), frame(TYPE.goaway, 0, 0, Buffer.alloc(8))]))
  await until('the stream', () => streams.length === 1)
  assert.equal(await tunnel.closed, undefined)
})

test('a member that says goodbye with an error, or none, is heard', async () => {
  for (const [code, expected] of [
    [0, undefined],
    [1, 'peer-hung-up'],
  ] as const) {
    const { tunnel, raw } = await malloryDials()
    const body = Buffer.alloc(8)
    body.writeUInt32BE(code, 4)
    raw.end(frame(TYPE.goaway, 0, 0, body))
    const fault = await tunnel.closed
    assert.equal(fault instanceof Fault ? fault.code : fault, expected)
  }
})

test('a member that vanishes is a broken link', async () => {
  for (const vanish of [(raw: TLSSocket) => raw.end(), (raw: TLSSocket) => raw.destroy()]) {
    const { tunnel, raw } = await malloryDials()
    vanish(raw)
    const fault = await tunnel.closed
    assert.ok(fault instanceof Unavailable && fault.code === 'link-broken', String(fault))
  }
})

function repeat(bytes: Buffer, count: number): Buffer {
  return Buffer.concat(Array.from({ length: count }, () => bytes))
}

/** Frames for `count` new streams. */
function odd(round: number, count: number, frames: (id: number) => Buffer[]): Buffer[] {
  return Array.from({ length: count }, (_, index) => frames((round * count + index) * 2 + 1)).flat()
}

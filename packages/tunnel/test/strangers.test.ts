/** Who is not let in, and what they learn. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { duplexPair } from 'node:stream'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls, createSecureContext, TLSSocket, type ConnectionOptions } from 'node:tls'
import { CallerFault, equalBytes, Fault, PeerFault, Unavailable } from '@triode/core'
import { acceptTunnel, dialTunnel } from '../src/index.ts'
import { secureContext } from '../src/secureContext.ts'
import { KNOCK, makeDevice, meet, part, tcpPair, text, tunnelPair, type Device } from './devices.ts'

const [alice, bob, mallory] = await Promise.all([makeDevice(), makeDevice(), makeDevice()])

/** Bob waits for Alice on one end; the other end is given, to do with it what one likes. */
async function bobWaits(timeoutMs = 10_000) {
  const [here, there] = await tcpPair()
  let served = false
  const outcome = acceptTunnel(there, {
    resolve: (knock) => (knock === KNOCK ? bob : undefined),
    authorize: (key) => equalBytes(key, alice.spki),
    timeoutMs,
  }).then(
    (tunnel) => {
      served = true
      tunnel.onStream(() => assert.fail('no stranger opens a stream'))
      tunnel.destroy()
      return undefined
    },
    (error: unknown) => error,
  )
  here.on('error', () => undefined)
  return { link: here, there, outcome, wasServed: () => served }
}

/** A TLS client of Node's, with what `options` change; the certificate that it was shown, if any. */
async function knockWith(link: Socket, options: ConnectionOptions) {
  const tls = connectTls({
    socket: link,
    servername: KNOCK,
    ALPNProtocols: ['h2'],
    rejectUnauthorized: false,
    minVersion: 'TLSv1.3',
    secureContext: secureContext(alice),
    ...options,
  })
  let error: unknown
  const bytes: Buffer[] = []
  tls.on('error', (one) => (error = one))
  tls.on('data', (chunk: Buffer) => bytes.push(chunk))
  await Promise.race([once(tls, 'close'), once(tls, 'end')]).catch(() => undefined)
  return { certificate: tls.getPeerX509Certificate(), error, bytes: Buffer.concat(bytes) }
}

async function assertFault(
  outcome: Promise<unknown>,
  kind: typeof Fault | typeof PeerFault | typeof Unavailable,
  code: string,
) {
  const error = await outcome
  assert.ok(error instanceof kind && error instanceof Fault, String(error))
  assert.equal(error.code, code)
}

function hasCode(code: string) {
  return (error: unknown) => error instanceof Fault && error.code === code
}

for (const [who, servername] of [
  ['another knock', 'another'],
  ['no knock at all', ''],
  ['a knock in capitals', KNOCK.toUpperCase()],
  ['a knock in a longer name', `${KNOCK}.local`],
  ['a very long knock', 'a'.repeat(63) + '.' + 'b'.repeat(63)],
] as const) {
  test(`a caller with ${who} is shown no certificate and not one byte`, async () => {
    const { link, outcome } = await bobWaits()
    const seen = await knockWith(link, { servername })
    assert.equal(seen.certificate, undefined)
    assert.equal(seen.bytes.length, 0)
    await assertFault(outcome, PeerFault, servername === '' ? 'handshake-failed' : 'knock-unknown')
  })
}

test('what a stranger learns is the same alert, whether the name is unknown or the suite is another', async () => {
  const alerts = []
  for (const options of [
    { servername: 'another' },
    { secureContext: createSecureContext({ minVersion: 'TLSv1.3', ecdhCurve: 'P-256' }) },
  ]) {
    const { link, outcome } = await bobWaits()
    const seen = await knockWith(link, options)
    alerts.push((seen.error as { code?: string }).code)
    assert.ok((await outcome) instanceof PeerFault)
  }
  assert.deepEqual(alerts, [
    'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE',
    'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE',
  ])
})

test('a caller that offers the group of another suite is refused, although TLS would do it', async () => {
  const { link, outcome } = await bobWaits()
  const { pkcs8, certificate } = alice
  const context = createSecureContext({
    key: pem('PRIVATE KEY', pkcs8),
    cert: pem('CERTIFICATE', certificate),
    minVersion: 'TLSv1.3',
    ecdhCurve: 'P-384',
  })
  const seen = await knockWith(link, { secureContext: context })
  assert.equal(seen.bytes.length, 0, 'no byte of HTTP/2')
  await assertFault(outcome, PeerFault, 'group-refused')
})

test('a caller of another TLS version is refused', async () => {
  const { link, outcome } = await bobWaits()
  const context = createSecureContext({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' })
  const seen = await knockWith(link, { secureContext: context, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' })
  assert.equal(seen.certificate, undefined)
  assert.ok((await outcome) instanceof PeerFault)
})

test('a caller without a certificate is refused before any byte of HTTP/2', async () => {
  const { link, outcome } = await bobWaits()
  const anonymous = createSecureContext({
    minVersion: 'TLSv1.3',
    ecdhCurve: 'X25519MLKEM768',
    sigalgs: 'ed25519',
  })
  const seen = await knockWith(link, { secureContext: anonymous })
  assert.equal(seen.bytes.length, 0)
  await assertFault(outcome, PeerFault, 'peer-without-certificate')
})

test('a caller with another key is refused before any byte of HTTP/2', async () => {
  const { link, outcome } = await bobWaits()
  const seen = await knockWith(link, { secureContext: secureContext(mallory) })
  assert.equal(seen.bytes.length, 0)
  await assertFault(outcome, PeerFault, 'peer-not-authorized')
})

test('a caller that speaks another protocol inside TLS is refused', async () => {
  for (const ALPNProtocols of [['http/1.1'], []]) {
    const { link, outcome } = await bobWaits()
    const seen = await knockWith(link, { ALPNProtocols })
    assert.equal(seen.bytes.length, 0)
    assert.ok((await outcome) instanceof PeerFault)
  }
})

test('a caller that holds a certificate but not its key is refused', async () => {
  assert.throws(
    () =>
      createSecureContext({
        key: pem('PRIVATE KEY', mallory.pkcs8),
        cert: pem('CERTIFICATE', alice.certificate),
      }),
    'OpenSSL itself does not pair them',
  )
  // So the certificate must carry Alice's key under Mallory's signature: the key is what TLS proves.
  const { link, outcome } = await bobWaits()
  const seen = await knockWith(link, { secureContext: secureContext(mallory) })
  assert.equal(seen.bytes.length, 0)
  await assertFault(outcome, PeerFault, 'peer-not-authorized')
})

test('the dialer refuses another key than it expects, and says no word of HTTP/2', async () => {
  const [dialed, accepted] = await meet({
    alice,
    bob: mallory,
    links: await tcpPair(),
    dial: { authorize: (key) => equalBytes(key, bob.spki) },
    accept: { timeoutMs: 1_000 },
  })
  assert.ok(dialed.status === 'rejected' && accepted.status === 'rejected')
  await assertFault(Promise.resolve(dialed.reason), PeerFault, 'peer-not-authorized')
  await assertFault(Promise.resolve(accepted.reason), Unavailable, 'link-broken')
})

test('the dialer learns that its name is not known, and that it is not welcome', async () => {
  const unknown = await meet({ alice, bob, links: await tcpPair(), dial: { knock: 'another' } })
  assert.ok(unknown[0].status === 'rejected')
  await assertFault(Promise.resolve(unknown[0].reason), PeerFault, 'knock-unknown')
  const unwelcome = await meet({
    alice: mallory,
    bob,
    links: await tcpPair(),
    accept: { authorize: () => false },
  })
  assert.ok(unwelcome[0].status === 'rejected' && unwelcome[1].status === 'rejected')
  await assertFault(Promise.resolve(unwelcome[0].reason), PeerFault, 'peer-refused')
  await assertFault(Promise.resolve(unwelcome[1].reason), PeerFault, 'peer-not-authorized')
})

test('what a dialer says before it is accepted is heard by nobody who refuses it', async () => {
  const [here, there] = await tcpPair()
  const outcome = acceptTunnel(there, { resolve: () => bob, authorize: () => false }).then(
    () => assert.fail('nobody is let in'),
    (error: unknown) => error,
  )
  const tunnel = await dialTunnel(here, mallory, {
    knock: KNOCK,
    authorize: (key) => equalBytes(key, bob.spki),
  })
  const stream = tunnel.open('/early')
  stream.write('let me in')
  const cut = new Promise((resolve) => stream.once('close', resolve))
  await assertFault(
    tunnel.accepted.catch((error: unknown) => error),
    PeerFault,
    'peer-refused',
  )
  await assertFault(tunnel.closed, PeerFault, 'peer-refused')
  await assertFault(outcome, PeerFault, 'peer-not-authorized')
  await cut
  assert.ok(here.destroyed && there.destroyed)
  assert.throws(() => tunnel.open('/again'), hasCode('tunnel-closed'))
})

test('a far side that proves its key and then says nothing is given up, in time and when asked', async () => {
  for (const [code, given] of [
    ['handshake-timeout', undefined],
    ['aborted', new AbortController()],
  ] as const) {
    const [here, there] = await tcpPair()
    const silent = new TLSSocket(there, {
      isServer: true,
      secureContext: secureContext(bob),
      ALPNProtocols: ['h2'],
      requestCert: true,
      rejectUnauthorized: false,
    })
    silent.on('error', () => undefined).resume()
    const tunnel = await dialTunnel(here, alice, {
      knock: KNOCK,
      authorize: (key) => equalBytes(key, bob.spki),
      ...(given === undefined ? { timeoutMs: 2_000 } : { signal: given.signal }),
    })
    given?.abort()
    await assertFault(
      tunnel.accepted.catch((error: unknown) => error),
      Unavailable,
      code,
    )
    await assertFault(tunnel.closed, Unavailable, code)
    assert.ok(here.destroyed)
    silent.destroy()
  }
})

test('a device that was let in before is asked about again', async () => {
  for (const welcome of [true, false, true]) {
    const [dialed, accepted] = await meet({
      alice,
      bob,
      links: await tcpPair(),
      accept: { authorize: (key) => welcome && equalBytes(key, alice.spki) },
    })
    assert.equal(accepted.status, welcome ? 'fulfilled' : 'rejected')
    for (const one of [dialed, accepted]) if (one.status === 'fulfilled') await part(one.value)
  }
})

test('devices of two suites do not meet', async () => {
  for (const suite of ['cnsa', 'p384']) {
    const stranger = await makeDevice(suite)
    const [dialed, accepted] = await meet({
      alice: stranger,
      bob,
      links: await tcpPair(),
      accept: { authorize: () => true },
      dial: { authorize: () => true },
    })
    assert.ok(dialed.status === 'rejected' && accepted.status === 'rejected')
    assert.ok(dialed.reason instanceof PeerFault && accepted.reason instanceof PeerFault)
  }
})

for (const [what, bytes] of [
  ['noise', randomBytes(4_096)],
  ['zeros', Buffer.alloc(100_000)],
  ['HTTP/1.1', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
  ['HTTP/2 in the clear', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
  ['a record of TLS that is too large', Buffer.from('160301ffff01', 'hex')],
  ['a ClientHello whose lengths lie', Buffer.from('16030100310100002d0303' + 'ff'.repeat(43), 'hex')],
] as const) {
  test(`a caller that begins with ${what} is hung up on at once`, async () => {
    const { link, outcome } = await bobWaits(30_000)
    const started = performance.now()
    link.write(bytes)
    link.resume()
    await assertFault(outcome, PeerFault, 'handshake-failed')
    assert.ok(performance.now() - started < 15_000, 'and not at the deadline')
  })
}

test('fuzzed ClientHellos are refused, and break nothing', async () => {
  const hello = await helloOf(alice)
  for (let round = 0; round < 150; round++) {
    const bytes = Buffer.from(hello)
    for (let flips = 1 + (round % 4); flips > 0; flips--) {
      const at = randomBytes(2).readUInt16BE() % bytes.length
      bytes[at] = randomBytes(1)[0] ?? 0
    }
    const { link, outcome, wasServed } = await bobWaits(150)
    link.end(bytes)
    link.resume()
    await outcome
    assert.ok(!wasServed())
    link.destroy()
  }
})

test('a ClientHello that stops half-way, or comes byte by byte for ever, ends at the deadline', async () => {
  const hello = await helloOf(alice)
  const half = await bobWaits(300)
  half.link.write(hello.subarray(0, hello.length / 2))
  await assertFault(half.outcome, Unavailable, 'handshake-timeout')
  assert.ok(half.there.destroyed)

  const slow = await bobWaits(400)
  const drip = setInterval(() => slow.link.write('\x16'), 20)
  await slow.outcome
  clearInterval(drip)
  assert.ok(slow.there.destroyed)
})

test('an authorized caller that says nothing after TLS is hung up on at the deadline', async () => {
  const { link, outcome, there } = await bobWaits(1_500)
  const seen = knockWith(link, {})
  await assertFault(outcome, Unavailable, 'handshake-timeout')
  assert.ok(there.destroyed)
  await seen
})

test('a caller that leaves in the middle of the handshake is forgotten', async () => {
  const hello = await helloOf(alice)
  for (const leave of [
    (link: Socket) => link.end(),
    (link: Socket) => link.destroy(),
    (link: Socket) => link.resetAndDestroy(),
  ]) {
    const { link, outcome, there } = await bobWaits()
    link.write(hello)
    await once(link, 'data')
    leave(link)
    const error = await outcome
    assert.ok(error instanceof Fault, String(error))
    assert.ok(there.destroyed)
  }
})

test('a far side that never answers is given up, in time and when asked', async () => {
  const authorize = () => true
  const silent = await tcpPair()
  await assertFault(
    dialTunnel(silent[0], alice, { knock: KNOCK, authorize, timeoutMs: 200 }).catch(
      (error: unknown) => error,
    ),
    Unavailable,
    'handshake-timeout',
  )
  assert.ok(silent[0].destroyed)
  const given = await tcpPair()
  const control = new AbortController()
  const dialing = dialTunnel(given[0], alice, { knock: KNOCK, authorize, signal: control.signal }).catch(
    (error: unknown) => error,
  )
  await sleep(20)
  control.abort()
  await assertFault(dialing, Unavailable, 'aborted')
  assert.ok(given[0].destroyed)
})

test('a mistake in the caller’s own code is thrown as it is', async () => {
  const [dialed] = await meet({
    alice,
    bob,
    links: await tcpPair(),
    dial: {
      authorize: () => {
        throw new RangeError('mine')
      },
    },
  })
  assert.ok(dialed.status === 'rejected')
  assert.ok(dialed.reason instanceof RangeError)
  const links = await tcpPair()
  await assert.rejects(
    dialTunnel(links[0], alice, { knock: 'Not A Knock', authorize: () => true }),
    (error) => error instanceof CallerFault && error.code === 'knock-malformed',
  )
  await assert.rejects(
    dialTunnel((await tcpPair())[0], { ...alice, suite: 'rot13' }, { knock: KNOCK, authorize: () => true }),
    (error) => error instanceof CallerFault && error.code === 'suite-unknown',
  )
})

test('a session cannot be resumed: each tunnel proves the keys anew', async () => {
  const first = await bobWaits()
  const tickets: Buffer[] = []
  const tls = connectTls({
    socket: first.link,
    servername: KNOCK,
    ALPNProtocols: ['h2'],
    rejectUnauthorized: false,
    secureContext: secureContext(alice),
  })
  tls.on('session', (session: Buffer) => tickets.push(session)).on('error', () => undefined)
  tls.resume()
  await sleep(200)
  tls.destroy()
  await first.outcome
  for (const session of tickets) {
    const again = await bobWaits()
    const resumed = connectTls({
      socket: again.link,
      session,
      servername: KNOCK,
      ALPNProtocols: ['h2'],
      rejectUnauthorized: false,
      secureContext: secureContext(alice),
    })
    resumed.on('error', () => undefined).resume()
    await once(resumed, 'secureConnect')
    assert.equal(resumed.isSessionReused(), false)
    resumed.destroy()
    await again.outcome
  }
})

test('a tunnel also runs on a link that is no socket', async () => {
  const [here, there] = await tunnelPair('hybrid', duplexPair())
  there.onStream((_, stream) => stream.pipe(stream))
  const stream = here.open('/echo')
  stream.end('hello')
  assert.equal(await text(stream), 'hello')
  await part(here, there)
})

function pem(label: string, der: Uint8Array): string {
  return `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64')}\n-----END ${label}-----\n`
}

/** The first bytes that `device` sends when it dials. */
async function helloOf(device: Device): Promise<Buffer> {
  const [here, there] = await tcpPair()
  const dialing = dialTunnel(here, device, { knock: KNOCK, authorize: () => true }).catch(() => undefined)
  const [hello] = (await once(there, 'data')) as [Buffer]
  there.destroy()
  await dialing
  return hello
}

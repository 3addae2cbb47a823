/** The stream of events, as the typed client and as a bare socket see it. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { suite, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { ApiEvent } from '@triode/api'
import type { DeviceEvent } from '@triode/device'
import { servedFamily, until, type Served } from './served.ts'

/** A bare reader of the stream that reads nothing until told to. */
async function bareReader({ port, api }: Served) {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.pause()
  const head = [`GET /api/events HTTP/1.1`, `Host: 127.0.0.1:${port}`, `Authorization: Bearer ${api.token}`]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  return socket
}

suite('events', () => {
  test('Alice sees what happens from the moment the stream is open, in order', async (t) => {
    const { client, device } = await servedFamily(t)
    const stop = new AbortController()
    const events = await client.events({ signal: stop.signal })
    const arrived = device.arrive('Bob', 'good morning\n\ndata: not an event')
    await client.verify({ member: 'Bob', verified: true })
    await client.lock()
    const seen: ApiEvent[] = []
    for await (const event of events) {
      seen.push(event)
      if (event.type === 'lock') stop.abort()
    }
    assert.deepEqual(
      seen.map(({ type }) => type),
      ['message', 'conversation', 'roster', 'lock'],
    )
    assert.deepEqual(seen[0], { type: 'message', message: { ...arrived } })
  })

  test('every kind of event passes through unchanged', async (t) => {
    const { client, device } = await servedFamily(t)
    const [peer] = await device.peers()
    const [conversation] = await device.conversations()
    assert.ok(peer && conversation)
    const message = device.arrive('Bob', 'hello')
    const file = device.play.offer('Bob', 'cake.jpg', new Uint8Array(3), 'image/jpeg')
    const tally = { count: 1, of: 2 }
    const { circle, conversation: where, from: member, id } = message
    const sent: DeviceEvent[] = [
      { type: 'message', message },
      {
        type: 'message-changed',
        message: { ...message, editedAt: 1, expiresAt: 2, replyTo: id, mentions: [member] },
      },
      { type: 'delivery', id, conversation: where, state: 'held', delivered: tally, read: tally },
      { type: 'typing', conversation: where, member, name: 'Bob', until: 1 },
      { type: 'conversation', conversation },
      { type: 'roster', circle, left: true },
      { type: 'file', file: { ...file, rate: 1.5, secondsLeft: 2, savingTo: '/a', preview: file.id } },
      { type: 'file-gone', id: file.id, conversation: where },
      { type: 'peer-up', peer },
      { type: 'peer-down', peer, reason: 'closed' },
      { type: 'lock' },
      { type: 'unlock' },
      {
        type: 'channel',
        channel: {
          name: 'lan',
          state: 'failed',
          reason: 'no',
          remedy: 'do',
          addresses: [],
          reveals: 'all',
          costly: false,
        },
      },
      {
        type: 'fault',
        code: 'feed-forked',
        message: 'A feed forked',
        circle,
        member,
        channel: 'lan',
        remote: 'x:1',
      },
    ]
    const stop = new AbortController()
    const events = await client.events({ signal: stop.signal })
    for (const event of sent) device.emit(event)
    const seen: ApiEvent[] = []
    for await (const event of events) if (seen.push(event) === sent.length) stop.abort()
    assert.deepEqual(seen, JSON.parse(JSON.stringify(sent)))
  })

  test('an event out of schema is kept inside, and the stream goes on', async (t) => {
    const { client, device, log } = await servedFamily(t)
    const stop = new AbortController()
    const events = await client.events({ signal: stop.signal })
    device.emit({ type: 'roster', circle: 7 } as never)
    device.emit({ type: 'unlock' })
    assert.deepEqual((await events.next()).value, { type: 'unlock' })
    stop.abort()
    assert.deepEqual(log, ['an event of kind roster is out of schema'])
  })

  test('on the wire each event has a number and a kind', async (t) => {
    const of = await servedFamily(t)
    const socket = await bareReader(of)
    let text = ''
    socket
      .setEncoding('utf8')
      .on('data', (chunk: string) => (text += chunk))
      .resume()
    await until(() => text.includes(': open'), 'the head')
    assert.match(text, /content-type: text\/event-stream/i)
    of.device.emit({ type: 'lock' })
    of.device.emit({ type: 'unlock' })
    await until(() => text.includes('"unlock"}'), 'two events')
    assert.match(
      text,
      /id: 1\nevent: lock\ndata: {"type":"lock"}\n\n[^]*id: 2\nevent: unlock\ndata: {"type":"unlock"}\n\n/,
    )
    socket.destroy()
    await until(() => of.device.listeners.size === 0, 'the listener to go with its reader')
  })

  test('a reader that does not keep up is cut, and memory stays bounded', async (t) => {
    const of = await servedFamily(t)
    const socket = await bareReader(of)
    await until(() => of.device.listeners.size === 1, 'the stream')
    const { client } = of
    const keen = await client.events()
    const message = of.device.arrive('Bob', 'x'.repeat(60_000))
    let sent = 0
    // The kernel holds some megabytes for the slow one; the keen one reads all the while.
    for (; of.device.listeners.size > 1 && sent < 1_000; sent += 1) {
      of.device.emit({ type: 'message', message })
      if (sent % 4 === 0) await keen.next()
      await delay(0)
    }
    assert.ok(sent < 1_000, 'the slow reader was cut')
    assert.equal(of.device.listeners.size, 1, 'the keen one was not')
    assert.equal((await client.status()).state, 'unlocked')
    socket.destroy()
    await keen.return(undefined)
  })

  test('readers are counted, and one too many is told to come later', async (t) => {
    const of = await servedFamily(t)
    const stop = new AbortController()
    const all = Array.from({ length: 64 }, () => of.client.events({ signal: stop.signal }))
    await Promise.all(all)
    assert.equal(of.device.listeners.size, 64)
    await assert.rejects(of.client.events(), { status: 503, code: 'too-many-readers' })
    stop.abort()
    await until(() => of.device.listeners.size === 0, 'all to be gone')
    const again = await of.client.events()
    await again.return(undefined)
  })

  test('when the API closes, readers see the end and the device keeps no listener', async (t) => {
    const { client, device, api } = await servedFamily(t)
    const events = await client.events()
    const ended = events.next()
    const started = performance.now()
    await api.close()
    assert.equal((await ended).done, true)
    assert.equal(device.listeners.size, 0)
    assert.ok(performance.now() - started < 1_500, 'nobody waits for the drain')
    await assert.rejects(client.status(), { status: 0, code: 'not-running' })
  })
})

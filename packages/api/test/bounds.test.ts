/** Whatever a caller with the token sends, the answer is clear, and nothing it sends is kept or quoted. */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { connect } from 'node:net'
import {
  CallerFault,
  type Fault,
  IntegrityFault,
  LINK_MAX_LENGTH,
  MAX_DRAFT_BYTES,
  MAX_MENTIONS,
  MAX_TEXT_BYTES,
  MAX_TIMER_MS,
  PeerFault,
  Unavailable,
} from '@triode/core'
import { ROUTES, type FaultBody, type Route } from '@triode/api'
import { REQUEST_DEADLINE_MS } from '../src/server/tuning.ts'
import { rawBytes, served, servedFamily, type Served } from './served.ts'

type Body = string | Uint8Array<ArrayBuffer>

const CANARY = 'canary-2f6c'

async function post(of: Served, path: string, body: Body, headers: Record<string, string> = {}) {
  const answer = await fetch(`${of.api.url}${path}`, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${of.api.token}`, 'content-type': 'application/json', ...headers },
  })
  return { status: answer.status, body: (await answer.json()) as FaultBody }
}

suite('what a caller may send', () => {
  test('a body that is not JSON, or says so, is refused without being quoted', async (t) => {
    const of = await served(t)
    const wrong: [Body, Record<string, string>, number][] = [
      [`{"passphrase": ${CANARY}`, {}, 400],
      [new Uint8Array([0x22, 0xff, 0x22]), {}, 400],
      [`["${CANARY}"]`, {}, 400],
      ['null', {}, 400],
      [`{"passphrase":7,"name":"${CANARY}"}`, {}, 400],
      [`{"passphrase":"${CANARY}","extra":"${CANARY}"}`, {}, 400],
      [`{"passphrase":"${CANARY}","__proto__":{"name":"x"}}`, {}, 400],
      [`passphrase=${CANARY}`, { 'content-type': 'application/x-www-form-urlencoded' }, 415],
      [`{"passphrase":"${CANARY}"}`, { 'content-type': 'text/plain' }, 415],
    ]
    for (const [body, headers, status] of wrong) {
      const answer = await post(of, '/api/init', body, headers)
      assert.equal(answer.status, status, String(body))
      assert.doesNotMatch(JSON.stringify(answer.body), new RegExp(CANARY))
    }
    assert.equal((await of.client.status()).state, 'new', 'nothing changed')
    assert.deepEqual(of.log, [])
  })

  test('every route that takes a body refuses one that is too large, declared or not', async (t) => {
    const of = await served(t)
    const big = JSON.stringify({ text: 'x'.repeat(262_144) })
    for (const { method, path } of Object.values<Route>(ROUTES)) {
      if (method === 'GET') continue
      const declared = await rawBytes(
        of.port,
        request(of, method, path, `Content-Length: ${big.length}`, 'x'),
      )
      assert.equal(declared.status, 413, path)
    }
    const chunk = `${big.length.toString(16)}\r\n${big}\r\n0\r\n\r\n`
    const chunked = await rawBytes(
      of.port,
      request(of, 'POST', '/api/init', 'Transfer-Encoding: chunked', chunk),
    )
    assert.equal(chunked.status, 413)
    assert.equal((await of.client.status()).state, 'new', 'the server goes on')
  })

  test('a limit of the device is its own fault, under its own code, wherever it is noticed', async (t) => {
    const { client } = await servedFamily(t)
    const where = 'Bob'
    const tooMuch: [Promise<unknown>, string][] = [
      [client.send({ where, text: 'é'.repeat(MAX_TEXT_BYTES / 2 + 1) }), 'text-too-long'],
      [client.edit({ id: 'm', text: 'x'.repeat(MAX_TEXT_BYTES + 1) }), 'text-too-long'],
      [
        client.send({ where, text: 'x', mentions: Array<string>(MAX_MENTIONS + 1).fill('Bob') }),
        'too-many-mentions',
      ],
      [client.setDraft({ where, draft: { text: 'x'.repeat(MAX_DRAFT_BYTES + 1) } }), 'text-too-long'],
      [client.setUnsentEdit({ id: 'm', text: 'x'.repeat(MAX_DRAFT_BYTES + 1) }), 'text-too-long'],
      [client.setExpiry({ where, afterMs: MAX_TIMER_MS + 1 }), 'timer-out-of-range'],
      [client.join({ link: 'x'.repeat(LINK_MAX_LENGTH + 1) }), 'link-malformed'],
    ]
    for (const [call, code] of tooMuch) await assert.rejects(call, { code, status: 400 })
    await client.setDraft({ where, draft: { text: 'x'.repeat(MAX_DRAFT_BYTES) } })
  })

  test('the longest message, escaped letter by letter, gets through', async (t) => {
    const { client } = await servedFamily(t)
    const text = '"\\'.repeat(MAX_TEXT_BYTES / 2)
    const { id } = await client.send({ where: 'Bob', text })
    const { messages } = await client.messages({ where: 'Bob', limit: 1 })
    assert.deepEqual(
      messages.map((message) => [message.id, message.text]),
      [[id, text]],
    )
  })

  test('a request that trickles in is cut at its deadline, and others are served meanwhile', async (t) => {
    const of = await served(t, { requestDeadlineMs: 300 })
    const started = performance.now()
    const slow = rawBytes(of.port, request(of, 'POST', '/api/init', 'Content-Length: 100', '{"passphrase'))
    assert.equal((await of.client.status()).state, 'new')
    const { status } = await slow
    assert.ok(Number.isNaN(status) || status === 408, String(status))
    assert.ok(performance.now() - started < REQUEST_DEADLINE_MS, 'its own deadline, and not the usual one')
    assert.equal((await of.client.status()).state, 'new')
  })

  test('a client that vanishes in the middle of a request leaves nothing behind', async (t) => {
    const of = await served(t)
    for (let round = 0; round < 20; round += 1) {
      await new Promise<void>((resolve) => {
        const socket = connect(of.port, '127.0.0.1', () => {
          socket.write(request(of, 'POST', '/api/init', 'Content-Length: 100', '{"pass'), () =>
            socket.resetAndDestroy(),
          )
        })
        socket.on('close', () => {
          resolve()
        })
      })
    }
    assert.equal((await of.client.status()).state, 'new')
    assert.deepEqual(of.log, [])
  })

  test('a query that names a parameter twice, wrongly or not at all is refused', async (t) => {
    const of = await servedFamily(t)
    const headers = { authorization: `Bearer ${of.api.token}` }
    for (const query of [
      '',
      '?where=Bob&where=Family',
      '?where=Bob&limit=0',
      '?where=Bob&limit=501',
      '?where=Bob&limit=x',
      '?where=Bob&other=1',
    ]) {
      const answer = await fetch(`${of.api.url}/api/messages${query}`, { headers })
      assert.equal(answer.status, 400, query)
    }
  })
})

suite('what goes wrong', () => {
  test('a fault of the device becomes a status, a code, a sentence and a remedy', async (t) => {
    const of = await served(t)
    const detail = { message: 'A sentence', remedy: 'A remedy' }
    const cases: [Fault, number][] = [
      [new CallerFault('whatever', detail), 400],
      [new CallerFault('not-allowed', detail), 403],
      [new CallerFault('wrong-passphrase', detail), 403],
      [new CallerFault('not-found', detail), 404],
      [new CallerFault('ambiguous', detail), 409],
      [new CallerFault('locked', detail), 423],
      [new IntegrityFault('vault-damaged', detail), 500],
      [new PeerFault('frame-malformed', detail), 502],
      [new PeerFault('invitation-refused', detail), 403],
      [new Unavailable('disk-full', detail), 503],
    ]
    for (const [fault, status] of cases) {
      of.device.failNext(fault)
      const { code } = fault
      await assert.rejects(of.client.status(), { name: 'ApiFault', status, code, ...detail })
    }
  })

  test('what nobody foresaw says nothing of itself, to the caller or to the log', async (t) => {
    const of = await served(t)
    of.device.failNext(new TypeError(`cannot read ${CANARY}`, { cause: new Error(CANARY) }))
    await assert.rejects(of.client.status(), (error: Error & { code: string; status: number }) => {
      assert.deepEqual([error.status, error.code], [500, 'unexpected'])
      assert.doesNotMatch(`${error.message} ${String(error.cause)}`, new RegExp(CANARY))
      return true
    })
    assert.equal(of.log.length, 1)
    assert.match(of.log[0] ?? '', /^TypeError\n {4}at /)
    assert.doesNotMatch(of.log.join(), new RegExp(CANARY))
  })

  test('a device that answers out of schema is our own failure, and what it said stays inside', async (t) => {
    const of = await served(t)
    Object.assign(of.device, { status: () => Promise.resolve({ state: 'odd', secret: CANARY }) })
    await assert.rejects(of.client.status(), { status: 500, code: 'unexpected' })
    Object.assign(of.device, { backup: () => Promise.resolve({ file: 'f', bytes: 1, secret: CANARY }) })
    assert.deepEqual(await of.client.backup({ file: '/f' }), { file: 'f', bytes: 1 })
  })
})

/** A request as text, with the token; the body may be cut short. */
function request(of: Served, method: string, path: string, header: string, body: string): string {
  const head = [
    `${method} ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${of.port}`,
    `Authorization: Bearer ${of.api.token}`,
    'Content-Type: application/json',
    'Connection: close',
    header,
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}

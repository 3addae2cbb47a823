/** How the page gets in: launch codes, sessions and tickets, and what none of them opens. */
import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import {
  CONTENT_PATH,
  createClient,
  endSession,
  filePass,
  EVENTS_PATH,
  redeem,
  ROUTES,
  SESSION_PATH,
  type Route,
} from '@triode/api'
import { LAUNCH_CODE_MS } from '../src/server/spec.ts'
import { MAX_LAUNCH_CODES, MAX_SESSIONS } from '../src/server/tuning.ts'
import { raw, served, type Served } from './served.ts'

const SECRET = /^[a-z2-7]{52}$/

/** A launch code, out of the address that the device gives. */
async function codeOf({ client, api }: Served): Promise<string> {
  const { url } = await client.launch()
  const [origin, code = ''] = url.split('/#')
  assert.equal(origin, api.url)
  assert.match(code, SECRET)
  return code
}

async function begun(of: Served) {
  return redeem(of.api.url, await codeOf(of))
}

/** Bob's picture, whole, and the client of a page. */
async function withPicture(t: TestContext) {
  const of = await served(t)
  await of.client.init({ passphrase: 'correct horse', name: 'Alice' })
  await of.client.join({ link: 'triode:join-family' })
  const { id } = of.device.play.offer('Bob', 'cake.png', Buffer.from('a cake'), 'image/png')
  await of.client.getFile({ id })
  await of.device.play.come(id)
  return { of, id, session: await begun(of) }
}

function errorOf({ body }: { body: string }): string {
  return (JSON.parse(body) as { error: { code: string } }).error.code
}

function post(of: Served, path: string, ...headers: string[]) {
  return raw(
    of.port,
    `POST ${path} HTTP/1.1`,
    ...withHost(of, headers),
    'Content-Length: 0',
    'Connection: close',
  )
}

suite('a launch code', () => {
  test('becomes a session, whose token opens the whole API', async (t) => {
    const of = await served(t)
    const { token, ticket } = await begun(of)
    assert.match(token, SECRET)
    assert.match(ticket, SECRET)
    assert.equal(new Set([token, ticket, of.api.token]).size, 3)
    const page = createClient({ url: of.api.url, token })
    assert.equal((await page.status()).state, 'new')
    assert.match((await page.launch()).url, /\/#/)
  })

  test('opens once, and that it was shown again is logged', async (t) => {
    const of = await served(t)
    const code = await codeOf(of)
    const { token } = await redeem(of.api.url, code)
    await assert.rejects(redeem(of.api.url, code), { status: 401, code: 'launch-code-used' })
    assert.equal(of.log.length, 1)
    assert.doesNotMatch(of.log.join(''), new RegExp(code))
    await assert.rejects(redeem(of.api.url, code), { code: 'launch-code-refused' })
    assert.equal(of.log.length, 1, 'whoever goes on asking fills no log')
    assert.equal((await createClient({ url: of.api.url, token }).status()).state, 'new')
  })

  test('opens nothing after 15 minutes', async (t) => {
    let now = 1_000
    const of = await served(t, { now: () => now })
    const [early, late] = [await codeOf(of), await codeOf(of)]
    assert.equal((await of.client.launch()).expires, 1_000 + LAUNCH_CODE_MS)
    now += LAUNCH_CODE_MS - 1
    await redeem(of.api.url, early)
    now += 1
    await assert.rejects(redeem(of.api.url, late), { status: 401, code: 'launch-code-expired' })
  })

  test('is no token, and a token is no launch code', async (t) => {
    const of = await served(t)
    const code = await codeOf(of)
    for (const path of [ROUTES.status.path, EVENTS_PATH, `${CONTENT_PATH}?id=abc`, SESSION_PATH])
      assert.equal((await get(of, path, `Authorization: Bearer ${code}`)).status, 401, path)
    for (const shown of [of.api.token, (await begun(of)).token, (await begun(of)).ticket, 'a'.repeat(52)])
      await assert.rejects(redeem(of.api.url, shown), { status: 401, code: 'launch-code-refused' })
    await redeem(of.api.url, code)
  })

  test('is not asked for by an honest-looking page of another site, or under a rebound name', async (t) => {
    const of = await served(t)
    const code = await codeOf(of)
    const authorization = `Authorization: Bearer ${code}`
    for (const [header, refused] of [
      ['Origin: https://evil.example', 'origin-refused'],
      ['Origin: http://127.0.0.1:1', 'origin-refused'],
      ['Sec-Fetch-Site: cross-site', 'origin-refused'],
      ['Sec-Fetch-Site: same-site', 'origin-refused'],
      ['Host: evil.example', 'host-refused'],
    ] as const)
      assert.equal(errorOf(await post(of, SESSION_PATH, authorization, header)), refused)
    await redeem(of.api.url, code)
  })

  test('without one, or with two, there is no session', async (t) => {
    const of = await served(t)
    const bearer = async () => `Authorization: Bearer ${await codeOf(of)}`
    for (const headers of [[], [await bearer(), await bearer()]])
      assert.equal(errorOf(await post(of, SESSION_PATH, ...headers)), 'token-refused')
  })

  test('goes when too many are made', async (t) => {
    const of = await served(t)
    const first = await codeOf(of)
    for (let made = 1; made <= MAX_LAUNCH_CODES; made++) await codeOf(of)
    await assert.rejects(redeem(of.api.url, first), { code: 'launch-code-refused' })
  })
})

function get(of: Served, path: string, ...headers: string[]) {
  return raw(of.port, `GET ${path} HTTP/1.1`, ...withHost(of, headers), 'Connection: close')
}

/** Ours, unless another is among them. */
function withHost({ port }: Served, headers: readonly string[]): readonly string[] {
  return headers.some((header) => header.startsWith('Host:'))
    ? headers
    : [`Host: 127.0.0.1:${port}`, ...headers]
}

suite('a session', () => {
  test('ends with its token, its ticket and its stream of events, and others go on', async (t) => {
    const { of, id, session } = await withPicture(t)
    const other = await begun(of)
    const endpoint = { url: of.api.url, token: session.token }
    const events = await createClient(endpoint).events()
    await endSession(endpoint)
    assert.equal((await events.next()).done, true)
    await assert.rejects(createClient(endpoint).status(), { status: 401, code: 'token-refused' })
    assert.equal((await get(of, `${CONTENT_PATH}?id=${id}&ticket=${session.ticket}`)).status, 401)
    assert.equal((await get(of, `${CONTENT_PATH}?id=${id}&ticket=${other.ticket}`)).status, 200)
    await createClient({ url: of.api.url, token: other.token }).status()
    await of.client.status()
  })

  test('outlives lock and unlock, since the page unlocks', async (t) => {
    const { of, session } = await withPicture(t)
    const page = createClient({ url: of.api.url, token: session.token })
    await page.lock()
    assert.equal((await page.unlock({ passphrase: 'correct horse' })).state, 'unlocked')
  })

  test('ends when the vault is wiped, with the launch codes, and the browser is told to forget', async (t) => {
    const { of, session } = await withPicture(t)
    const code = await codeOf(of)
    const page = { url: of.api.url, token: session.token }
    const events = await createClient(page).events()
    const answer = await fetch(`${of.api.url}/api/wipe`, {
      method: 'POST',
      headers: { authorization: `Bearer ${session.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ confirm: true }),
    })
    assert.equal(answer.status, 200, await answer.text())
    assert.equal(answer.headers.get('clear-site-data'), '"storage"')
    for await (const event of events) assert.equal(event.type, 'lock', 'what wiping does, and nothing after')
    await assert.rejects(createClient(page).status(), { code: 'token-refused' })
    await assert.rejects(redeem(of.api.url, code), { code: 'launch-code-refused' })
    assert.equal((await of.client.status()).state, 'new')
  })

  test('that is the oldest goes when there are too many', async (t) => {
    const of = await served(t)
    const first = await begun(of)
    const second = await begun(of)
    for (let made = 2; made <= MAX_SESSIONS; made++) await begun(of)
    await assert.rejects(createClient({ url: of.api.url, token: first.token }).status(), {
      code: 'token-refused',
    })
    await createClient({ url: of.api.url, token: second.token }).status()
  })

  test('is not what the token of the device is', async (t) => {
    const of = await served(t)
    await assert.rejects(endSession(of.api), { status: 409, code: 'no-session' })
    await of.client.status()
  })
})

suite('a ticket', () => {
  test('stands for the token in the address of the bytes of a file', async (t) => {
    const { of, id, session } = await withPicture(t)
    const query = `id=${id}&ticket=${session.ticket}`
    const shown = await get(of, `${CONTENT_PATH}?${query}`)
    assert.equal(shown.body, 'a cake')
    assert.match(shown.head, /content-disposition: inline; /)
    const head = await raw(
      of.port,
      `HEAD ${CONTENT_PATH}?${query} HTTP/1.1`,
      `Host: 127.0.0.1:${of.port}`,
      'Connection: close',
    )
    assert.equal(head.status, 200)
    const saved = await get(of, `${CONTENT_PATH}?${query}&download=1`)
    assert.match(saved.head, /content-disposition: attachment; filename="cake.png"/)
    assert.equal((await get(of, `${CONTENT_PATH}?${query}&download=0`)).status, 400)
  })

  test('opens no other path', async (t) => {
    const { of, id, session } = await withPicture(t)
    const routes = Object.values<Route>(ROUTES).filter(({ method }) => method === 'GET')
    const paths = [...routes.map(({ path }) => path), EVENTS_PATH, '/api/openapi.json', `${CONTENT_PATH}/`]
    for (const path of paths)
      assert.equal((await get(of, `${path}?id=${id}&ticket=${session.ticket}`)).status, 401, path)
    assert.equal(of.device.listeners.size, 0)
  })

  test('opens nothing by another method', async (t) => {
    const { of, id, session } = await withPicture(t)
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'get']) {
      const answer = await raw(
        of.port,
        `${method} ${CONTENT_PATH}?id=${id}&ticket=${session.ticket} HTTP/1.1`,
        `Host: 127.0.0.1:${of.port}`,
        'Content-Length: 0',
        'Connection: close',
      )
      // Node itself knows no method in small letters.
      assert.equal(answer.status, method === 'get' ? 400 : 401, method)
    }
  })

  test('is not heard twice, beside a wrong token, as a token, from another site, or when it is another thing', async (t) => {
    const { of, id, session } = await withPicture(t)
    const { ticket, token } = session
    const path = (given: string) => `${CONTENT_PATH}?id=${id}${given}`
    for (const [given, header, code] of [
      [`&ticket=${ticket}&ticket=${ticket}`, 'X: x', 'token-refused'],
      [`&ticket=${ticket}`, `Authorization: Bearer ${'a'.repeat(52)}`, 'token-refused'],
      [`&ticket=${ticket}`, 'Sec-Fetch-Site: cross-site', 'origin-refused'],
      [`&ticket=${ticket}`, 'Sec-Fetch-Site: same-site', 'origin-refused'],
      [`&ticket=${ticket}`, 'Host: evil.example', 'host-refused'],
      [`&ticket=${token}`, 'X: x', 'token-refused'],
      [`&ticket=${of.api.token}`, 'X: x', 'token-refused'],
      ['', `Authorization: Bearer ${ticket}`, 'token-refused'],
      ['&ticket=', 'X: x', 'token-refused'],
    ] as const)
      assert.equal(errorOf(await get(of, path(given), header)), code, `${given} ${header}`)
  })
})

suite('a pass', () => {
  test('opens the bytes of its file in an address, and of no other, nor anything else', async (t) => {
    const { of, id, session } = await withPicture(t)
    const pass = await filePass(session.ticket, id)
    assert.match(pass, SECRET)
    const at = (of: string, given: string) => `${CONTENT_PATH}?id=${of}&pass=${given}`
    assert.equal((await get(of, at(id, pass))).body, 'a cake')
    assert.match((await get(of, `${at(id, pass)}&download=1`)).head, /content-disposition: attachment; /)
    const other = of.device.play.offer('Bob', 'pie.png', Buffer.from('a pie'), 'image/png')
    await of.client.getFile({ id: other.id })
    await of.device.play.come(other.id)
    assert.equal((await get(of, at(other.id, await filePass(session.ticket, other.id)))).body, 'a pie')
    for (const path of [
      at(other.id, pass),
      `${at(id, pass)}&id=${other.id}`,
      at(id, session.ticket),
      at(id, await filePass(session.token, id)),
      `${at(id, 'x')}&ticket=${session.ticket}`,
      `${CONTENT_PATH}?id=${other.id}&ticket=${pass}`,
      `/api/status?id=${id}&pass=${pass}`,
      `${EVENTS_PATH}?id=${id}&pass=${pass}`,
    ])
      assert.equal(errorOf(await get(of, path)), 'token-refused', path)
    await endSession({ url: of.api.url, token: session.token })
    assert.equal(errorOf(await get(of, at(id, pass))), 'token-refused', 'it ends with the session')
  })
})

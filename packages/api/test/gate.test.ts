/** Nobody but the holder of the token, at the right host, from no other origin, learns anything under /api. */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  CONTENT_PATH,
  EVENTS_PATH,
  OPENAPI_PATH,
  ROUTES,
  SESSION_END_PATH,
  UPLOAD_PATH,
  type Route,
} from '@triode/api'
import { raw, served, type RawAnswer, type Served } from './served.ts'

const DOORS = [
  ...Object.values<Route>(ROUTES).map(({ method, path }) => ({ method, path: path })),
  { method: 'GET', path: EVENTS_PATH },
  { method: 'GET', path: OPENAPI_PATH },
  { method: 'POST', path: SESSION_END_PATH },
  { method: 'GET', path: '/api/session' },
  { method: 'GET', path: `${CONTENT_PATH}?id=abc` },
  { method: 'HEAD', path: `${CONTENT_PATH}?id=abc` },
  { method: 'POST', path: `${UPLOAD_PATH}?where=Bob&name=x` },
  { method: 'GET', path: '/api' },
  { method: 'GET', path: '/api/no-such-thing' },
  { method: 'POST', path: '/api/../api/status' },
  { method: 'OPTIONS', path: '/api/status' },
  { method: 'OPTIONS', path: '/api/no-such-thing' },
  { method: 'HEAD', path: '/api/status' },
  { method: 'DELETE', path: '/api/status' },
  { method: 'TRACE', path: '/api/status' },
]

/** What anyone on this machine may ask for, by our address and from our own origin. */
const PAGES = [
  { method: 'GET', path: '/' },
  { method: 'HEAD', path: '/' },
  { method: 'GET', path: '/c/abc' },
  { method: 'GET', path: '/assets/x.js' },
  { method: 'GET', path: '/apis' },
  { method: 'POST', path: '/' },
]

/** Every header that an honest request carries; each intruder changes one thing. */
function honest({ port, api }: Served): Record<string, string> {
  return { Host: `127.0.0.1:${port}`, Authorization: `Bearer ${api.token}` }
}

type Intruder = readonly [who: string, code: string, headers: (served: Served) => readonly string[]]

const INTRUDERS: readonly Intruder[] = [
  ['without a token', 'token-refused', ({ port }) => [`Host: 127.0.0.1:${port}`]],
  [
    'with a wrong token',
    'token-refused',
    (s) => lines({ ...honest(s), Authorization: `Bearer ${'a'.repeat(52)}` }),
  ],
  [
    'with a token that is longer',
    'token-refused',
    (s) => lines({ ...honest(s), Authorization: `Bearer ${s.api.token}a` }),
  ],
  [
    'with the beginning of the token',
    'token-refused',
    (s) => lines({ ...honest(s), Authorization: `Bearer ${s.api.token.slice(0, -1)}` }),
  ],
  ['with an empty token', 'token-refused', (s) => lines({ ...honest(s), Authorization: 'Bearer ' })],
  [
    'with the token as a password',
    'token-refused',
    (s) => lines({ ...honest(s), Authorization: `Basic ${btoa(`x:${s.api.token}`)}` }),
  ],
  ['with two tokens', 'token-refused', (s) => [...lines(honest(s)), `Authorization: Bearer ${s.api.token}`]],
  [
    'by a name that was rebound to us',
    'host-refused',
    (s) => lines({ ...honest(s), Host: `evil.example:${s.port}` }),
  ],
  [
    'by a name that ends like ours',
    'host-refused',
    (s) => lines({ ...honest(s), Host: `localhost.evil.example:${s.port}` }),
  ],
  [
    'by another address of this machine',
    'host-refused',
    (s) => lines({ ...honest(s), Host: `127.0.0.2:${s.port}` }),
  ],
  ['by our name with another port', 'host-refused', (s) => lines({ ...honest(s), Host: '127.0.0.1:1' })],
  ['by our name without a port', 'host-refused', (s) => lines({ ...honest(s), Host: '127.0.0.1' })],
  [
    'with credentials in the host',
    'host-refused',
    (s) => lines({ ...honest(s), Host: `a@127.0.0.1:${s.port}` }),
  ],
  ['without a host', 'host-refused', (s) => lines({ Authorization: `Bearer ${s.api.token}` })],
  ['with two hosts', 'host-refused', (s) => [...lines(honest(s)), 'Host: evil.example']],
  [
    'from a page of another site',
    'origin-refused',
    (s) => lines({ ...honest(s), Origin: 'https://evil.example' }),
  ],
  ['from a page without an origin', 'origin-refused', (s) => lines({ ...honest(s), Origin: 'null' })],
  [
    'from another port of ours',
    'origin-refused',
    (s) => lines({ ...honest(s), Origin: 'http://127.0.0.1:1' }),
  ],
  [
    'from our host over https',
    'origin-refused',
    (s) => lines({ ...honest(s), Origin: `https://127.0.0.1:${s.port}` }),
  ],
  [
    'from another name of ours',
    'origin-refused',
    (s) => lines({ ...honest(s), Origin: `http://localhost:${s.port}` }),
  ],
  [
    'from another site by the word of the browser',
    'origin-refused',
    (s) => lines({ ...honest(s), 'Sec-Fetch-Site': 'cross-site' }),
  ],
]

function lines(headers: Record<string, string>): string[] {
  return Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
}

function ask(of: Served, { method, path }: { method: string; path: string }, headers: readonly string[]) {
  return raw(of.port, `${method} ${path} HTTP/1.1`, ...headers, 'Content-Length: 0', 'Connection: close')
}

/** Refused in the same words whatever the door, without a header that would let another origin read it. */
function assertRefused({ status, head, body }: RawAnswer, code: string, door: string): void {
  assert.equal(status, code === 'token-refused' ? 401 : 403, door)
  if (!door.startsWith('HEAD'))
    assert.equal((JSON.parse(body) as { error: { code: string } }).error.code, code, door)
  assert.match(head, /cache-control: no-store/)
  assert.match(head, /x-content-type-options: nosniff/)
  assert.doesNotMatch(head, /access-control/)
}

suite('the gate of the API', () => {
  for (const [who, code, headers] of INTRUDERS) {
    test(`a caller ${who} is refused at every door with ${code}`, async (t) => {
      const of = await served(t)
      const doors = code === 'token-refused' ? DOORS : [...DOORS, ...PAGES]
      for (const door of doors)
        assertRefused(await ask(of, door, headers(of)), code, `${door.method} ${door.path}`)
      assert.equal(of.device.listeners.size, 0, 'nobody listens to events')
    })
  }

  test('the honest caller gets in: by address, by name, with the origin of our own pages', async (t) => {
    const of = await served(t)
    const door = { method: 'GET', path: '/api/status' }
    for (const host of [`127.0.0.1:${of.port}`, `localhost:${of.port}`]) {
      for (const more of [{}, { Origin: `http://${host}` }, { 'Sec-Fetch-Site': 'same-origin' }]) {
        const { status, head, body } = await ask(of, door, lines({ ...honest(of), Host: host, ...more }))
        assert.equal(status, 200)
        assert.equal((JSON.parse(body) as { state: string }).state, 'new')
        assert.match(head, /cache-control: no-store/)
        assert.doesNotMatch(head, /access-control/)
      }
    }
  })

  test('inside the gate, an unknown path, a wrong method and a preflight are clear errors without CORS', async (t) => {
    const of = await served(t)
    const answers = [
      [{ method: 'GET', path: '/api/no-such-thing' }, 404, 'no-such-path'],
      [{ method: 'GET', path: '/x.js' }, 404, 'no-such-path'],
      [{ method: 'POST', path: '/' }, 405, 'no-such-method'],
      [{ method: 'DELETE', path: '/api/status' }, 405, 'no-such-method'],
      [{ method: 'OPTIONS', path: '/api/status' }, 405, 'no-such-method'],
      [{ method: 'POST', path: EVENTS_PATH }, 405, 'no-such-method'],
      [{ method: 'HEAD', path: EVENTS_PATH }, 405, undefined],
    ] as const
    for (const [door, status, code] of answers) {
      const answer = await ask(of, door, lines(honest(of)))
      assert.equal(answer.status, status, `${door.method} ${door.path}`)
      if (code) assert.equal((JSON.parse(answer.body) as { error: { code: string } }).error.code, code)
      assert.doesNotMatch(answer.head, /access-control/)
    }
    assert.equal(of.device.listeners.size, 0)
  })

  test('an upgrade or a tunnel through us ends the connection', async (t) => {
    const of = await served(t)
    const upgrade = await raw(
      of.port,
      'GET /api/events HTTP/1.1',
      ...lines(honest(of)),
      'Upgrade: websocket',
      'Connection: Upgrade',
    )
    assert.equal(upgrade.head, '')
    const tunnel = await raw(of.port, 'CONNECT evil.example:443 HTTP/1.1', ...lines(honest(of)))
    assert.equal(tunnel.head, '')
  })

  test('a body that waits for permission to come gets none without the token', async (t) => {
    const of = await served(t)
    const { head } = await raw(
      of.port,
      'POST /api/init HTTP/1.1',
      `Host: 127.0.0.1:${of.port}`,
      'Expect: 100-continue',
      'Content-Length: 20',
    )
    assert.match(head, /^http\/1.1 401/)
  })

  test('on ::1 the gate knows its own address', async (t) => {
    const of = await served(t, { host: '::1' })
    assert.equal(of.api.url, `http://[::1]:${of.port}`)
    assert.equal((await of.client.status()).state, 'new')
  })

  test('an address that others can reach is refused', async () => {
    // A caller in JavaScript could try.
    await assert.rejects(served({ after: () => undefined } as never, { host: '0.0.0.0' as '127.0.0.1' }), {
      code: 'not-loopback',
    })
  })

  test('tokens are 256 bits, new for each start', async (t) => {
    const [one, other] = [await served(t), await served(t)]
    assert.match(one.api.token, /^[a-z2-7]{52}$/)
    assert.notEqual(one.api.token, other.api.token)
    await assert.rejects(
      fetch(`${one.api.url}/api/status`, { headers: { authorization: `Bearer ${other.api.token}` } }).then(
        async (answer) => {
          throw new Error(String(answer.status))
        },
      ),
      /401/,
    )
  })
})

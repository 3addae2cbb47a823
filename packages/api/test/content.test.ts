/** The bytes of files over HTTP: ranges, what a browser may do with them, and what still arrives. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { suite, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { CONTENT_PATH } from '@triode/api'
import { raw, servedFamily, until, type Served } from './served.ts'

const BYTES = randomBytes(100_000)

async function offered(t: Parameters<typeof servedFamily>[0], name = 'film.mp4', type = 'video/mp4') {
  const of = await servedFamily(t)
  const { id } = of.device.play.offer('Bob', name, BYTES, type)
  return { of, id, play: of.device.play }
}

/** All of it is here. */
async function whole(...args: Parameters<typeof offered>) {
  const all = await offered(...args)
  await all.of.client.getFile({ id: all.id })
  await all.play.come(all.id)
  return all
}

function ask(of: Served, query: string, headers: Record<string, string> = {}, method = 'GET') {
  return fetch(`${of.api.url}${CONTENT_PATH}?${query}`, {
    method,
    headers: { authorization: `Bearer ${of.api.token}`, ...headers },
  })
}

async function bytesOf(answer: Response): Promise<Buffer> {
  return Buffer.from(await answer.arrayBuffer())
}

/** For the title of a test. */
function plain(text: string): string {
  return text.replaceAll(/[^ -~]+/g, '…')
}

suite('content', () => {
  test('comes whole, with what it is and a strong tag', async (t) => {
    const { of, id } = await whole(t)
    const answer = await ask(of, `id=${id}`)
    assert.equal(answer.status, 200)
    const { headers } = answer
    assert.deepEqual(
      ['content-type', 'content-length', 'accept-ranges', 'etag', 'content-range'].map((name) =>
        headers.get(name),
      ),
      ['video/mp4', '100000', 'bytes', `"${id}"`, null],
    )
    assert.deepEqual(await bytesOf(answer), BYTES)
  })

  const ranges: [header: string, from: number, to: number][] = [
    ['bytes=0-0', 0, 1],
    ['bytes=10-19', 10, 20],
    ['bytes=99990-', 99_990, 100_000],
    ['bytes=99990-4000000000000', 99_990, 100_000],
    ['bytes=-10', 99_990, 100_000],
    ['bytes=-200000', 0, 100_000],
    ['BYTES= 5-6 ', 5, 7],
  ]
  for (const [range, from, to] of ranges) {
    test(`range ${range} is ${from} to ${to - 1}`, async (t) => {
      const { of, id } = await whole(t)
      const answer = await ask(of, `id=${id}`, { range })
      assert.equal(answer.status, 206)
      assert.equal(answer.headers.get('content-range'), `bytes ${from}-${to - 1}/100000`)
      assert.equal(answer.headers.get('content-length'), String(to - from))
      assert.deepEqual(await bytesOf(answer), BYTES.subarray(from, to))
    })
  }

  test('a range of which nothing is there is refused with the size', async (t) => {
    const { of, id } = await whole(t)
    for (const range of ['bytes=100000-', 'bytes=100000-100001', 'bytes=-0', `bytes=${'9'.repeat(400)}-`]) {
      const answer = await ask(of, `id=${id}`, { range })
      assert.equal(answer.status, 416, range)
      assert.equal(answer.headers.get('content-range'), 'bytes */100000')
      const { error } = (await answer.json()) as { error: { code: string } }
      assert.equal(error.code, 'range-not-satisfiable')
    }
    assert.equal(of.device.play.reading(), 0)
  })

  test('what a server may ignore is ignored: other units, several ranges, nonsense', async (t) => {
    const { of, id } = await whole(t)
    for (const range of [
      'lines=1-2',
      'bytes=0-1,5-6',
      'bytes=9-5',
      'bytes=-',
      'bytes=a-b',
      'bytes 0-1',
      '0-1',
    ]) {
      const answer = await ask(of, `id=${id}`, { range })
      assert.equal(answer.status, 200, range)
      assert.equal((await bytesOf(answer)).length, BYTES.length)
    }
  })

  test('If-Range: the range for the same tag only', async (t) => {
    const { of, id } = await whole(t)
    const conditions: [string, number][] = [
      [`"${id}"`, 206],
      [`W/"${id}"`, 200],
      ['"other"', 200],
      [id, 200],
      ['Sat, 28 Nov 2026 20:00:00 GMT', 200],
    ]
    for (const [condition, status] of conditions) {
      const answer = await ask(of, `id=${id}`, { range: 'bytes=0-4', 'if-range': condition })
      assert.equal(answer.status, status, condition)
      await answer.body?.cancel()
    }
  })

  test('HEAD tells the same of the whole, whatever the range, and fetches nothing', async (t) => {
    const { of, id, play } = await offered(t)
    const answer = await ask(of, `id=${id}`, { range: 'bytes=0-4' }, 'HEAD')
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('content-length'), '100000')
    assert.equal(answer.headers.get('accept-ranges'), 'bytes')
    assert.equal((await of.client.file({ id })).state, 'offered')
    assert.equal(play.reading(), 0)
    assert.equal((await ask(of, 'id=nosuchfile', {}, 'HEAD')).status, 404)
  })

  test('an empty file is empty, and has no ranges', async (t) => {
    const of = await servedFamily(t)
    const { id } = of.device.play.offer('Bob', 'empty', new Uint8Array(0))
    await of.client.getFile({ id })
    await of.device.play.come(id)
    assert.equal((await bytesOf(await ask(of, `id=${id}`))).length, 0)
    assert.equal((await ask(of, `id=${id}`, { range: 'bytes=0-' })).status, 416)
    assert.equal((await ask(of, `id=${id}`, { range: 'bytes=-5' })).status, 200)
  })
})

suite('content that still arrives', () => {
  test('is asked for, and read as far as it is here', async (t) => {
    const { of, id, play } = await offered(t)
    const answer = await of.client.fileContent(id)
    assert.equal(answer.status, 200)
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
    await until(() => play.reading() === 1, 'the stream')
    await play.come(id, 10_000)
    const { value: first = new Uint8Array(0) } = await reader.read()
    assert.deepEqual(Buffer.from(first), BYTES.subarray(0, first.length))
    assert.ok(first.length > 0 && first.length <= 10_000)
    await play.come(id)
    let count = first.length
    for (let next = await reader.read(); !next.done; next = await reader.read()) count += next.value.length
    assert.equal(count, BYTES.length)
    await until(() => play.reading() === 0, 'its end')
  })

  test('a range waits for its own bytes only', async (t) => {
    const { of, id, play } = await offered(t)
    const answer = of.client.fileContent(id, { from: 4_000, to: 5_000 })
    assert.equal((await answer).headers.get('content-range'), 'bytes 4000-4999/100000')
    await play.come(id, 5_000)
    assert.deepEqual(await bytesOf(await answer), BYTES.subarray(4_000, 5_000))
    assert.equal((await of.client.file({ id })).have, 5_000)
  })

  test('a caller that goes away ends the reading', async (t) => {
    const { of, id, play } = await offered(t)
    const stop = new AbortController()
    await of.client.fileContent(id, { signal: stop.signal })
    await until(() => play.reading() === 1, 'the stream')
    stop.abort()
    await play.come(id, 10)
    await until(() => play.reading() === 0, 'the end of reading')
    assert.deepEqual(of.log, [])
  })

  test('a caller that reads nothing holds little in memory', async (t) => {
    const of = await servedFamily(t)
    const big = Buffer.alloc(64 * 1024 * 1024)
    const { id } = of.device.play.offer('Bob', 'big', big)
    await of.client.getFile({ id })
    await of.device.play.come(id)
    const before = process.memoryUsage().arrayBuffers
    const answer = await of.client.fileContent(id)
    await delay(300)
    assert.equal(of.device.play.reading(), 1, 'it waits')
    assert.ok(process.memoryUsage().arrayBuffers - before < 16 * 1024 * 1024)
    await answer.body?.cancel()
    await until(() => of.device.play.reading() === 0, 'the end of reading')
  })

  test('damage ends it: never short without an error', async (t) => {
    const { of, id, play } = await offered(t)
    const answer = await of.client.fileContent(id)
    await play.come(id, 50_000)
    play.damage(id)
    await assert.rejects(answer.arrayBuffer())
    await until(() => of.log.length === 1, 'a line in the log')
    assert.match(of.log[0] ?? '', /^IntegrityFault chunk-damaged/)
  })
})

suite('content of others in a browser', () => {
  const shown: [type: string, as: string, how: string][] = [
    ['image/png', 'image/png', 'inline'],
    ['VIDEO/MP4; codecs=x', 'video/mp4', 'inline'],
    ['application/pdf', 'application/pdf', 'inline'],
    ['text/plain', 'text/plain; charset=utf-8', 'inline'],
    ['text/html', 'application/octet-stream', 'attachment'],
    ['image/svg+xml', 'application/octet-stream', 'attachment'],
    ['application/xhtml+xml', 'application/octet-stream', 'attachment'],
    ['text/xml', 'application/octet-stream', 'attachment'],
    ['text/javascript', 'application/octet-stream', 'attachment'],
    ['image/png\r\nx-evil: 1', 'application/octet-stream', 'attachment'],
    ['', 'application/octet-stream', 'attachment'],
  ]
  for (const [type, as, how] of shown) {
    test(`said to be ${plain(type)} is ${as}, ${how}`, async (t) => {
      const { of, id } = await whole(t, 'x', type)
      const { headers, body } = await ask(of, `id=${id}`)
      assert.equal(headers.get('content-type'), as)
      assert.match(headers.get('content-disposition') ?? '', new RegExp(`^${how}; filename="x"`))
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
      assert.equal(headers.get('content-security-policy'), 'sandbox')
      assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin')
      await body?.cancel()
    })
  }

  const names: [name: string, ascii: string, extended: string][] = [
    ['cake.txt', 'cake.txt', 'cake.txt'],
    ['Käse "100 %".txt', 'K_se _100 __.txt', 'K%C3%A4se%20%22100%20%25%22.txt'],
    ["it's (1)*.txt", "it's (1)*.txt", 'it%27s%20%281%29%2A.txt'],
    ['../../etc/passwd', '.._.._etc_passwd', '.._.._etc_passwd'],
    ['a\r\nset-cookie: x\u202efdp.exe', 'a set-cookie: xfdp.exe', 'a%20set-cookie%3A%20xfdp.exe'],
    ['❤️ 🎂', '__ __', '%E2%9D%A4%EF%B8%8F%20%F0%9F%8E%82'],
  ]
  for (const [name, ascii, extended] of names) {
    test(`the name ${plain(name)} does no harm`, async (t) => {
      const { of, id } = await whole(t, name)
      const answer = await ask(of, `id=${id}`)
      await answer.body?.cancel()
      assert.equal(
        answer.headers.get('content-disposition'),
        `inline; filename="${ascii}"; filename*=UTF-8''${extended}`,
      )
    })
  }
})

suite('asking for content', () => {
  test('an id that is not there, a query that is wrong, and a locked device', async (t) => {
    const { of, id } = await whole(t)
    const wrong: [string, number, string][] = [
      ['id=nosuchfile', 404, 'not-found'],
      [`id=${id}&path=nosuchpath`, 404, 'not-found'],
      ['', 400, 'bad-input'],
      [`id=${id}&id=${id}`, 400, 'bad-input'],
      [`id=${id}&other=1`, 400, 'bad-input'],
      [`id=${'a'.repeat(200)}`, 400, 'bad-input'],
    ]
    for (const [query, status, code] of wrong) {
      const answer = await ask(of, query, { range: 'bytes=0-1' })
      assert.equal(answer.status, status, query)
      assert.equal(answer.headers.get('content-type'), 'application/json')
      assert.equal(answer.headers.get('content-disposition'), null)
      assert.equal(((await answer.json()) as { error: { code: string } }).error.code, code)
    }
    assert.equal((await ask(of, `id=${id}`, {}, 'POST')).status, 405)
    await of.client.lock()
    assert.equal((await ask(of, `id=${id}`)).status, 423)
    await assert.rejects(of.client.fileContent(id), { status: 423, code: 'locked' })
  })

  test('two ranges in two headers are several: all of it comes', async (t) => {
    const { of, id } = await whole(t)
    const answer = await raw(
      of.port,
      `GET ${CONTENT_PATH}?id=${id} HTTP/1.1`,
      `Host: 127.0.0.1:${of.port}`,
      `Authorization: Bearer ${of.api.token}`,
      'Range: bytes=0-1',
      'Range: bytes=5-6',
      'Connection: close',
    )
    assert.equal(answer.status, 200)
    assert.match(answer.head, /content-length: 100000/)
  })

  test('the client tells when an answer has other bytes than it asked for', async (t) => {
    const { of, id } = await whole(t)
    await assert.rejects(of.client.fileContent(id, { from: 200_000 }), {
      status: 416,
      code: 'range-not-satisfiable',
    })
    const { createClient } = await import('@triode/api')
    const odd = (status: number, headers: Record<string, string>) =>
      createClient({
        url: 'http://127.0.0.1',
        token: 'x',
        fetch: () => Promise.resolve(new Response('bytes', { status, headers })),
      })
    const other = { 'content-range': 'bytes 7-11/100' }
    await assert.rejects(odd(200, {}).fileContent(id, { from: 5 }), { code: 'bad-answer' })
    await assert.rejects(odd(206, other).fileContent(id, { from: 5 }), { code: 'bad-answer' })
    await assert.rejects(odd(206, other).fileContent(id), { code: 'bad-answer' })
    assert.equal(await (await odd(206, other).fileContent(id, { from: 7 })).text(), 'bytes')
  })
})

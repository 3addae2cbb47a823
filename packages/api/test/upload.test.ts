/** The bytes of files on their way in: as they come, no faster than they are taken, and cut whenever somebody likes. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { suite, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { UPLOAD_PATH } from '@triode/api'
import { endlessBytes, raw, rawBytes, served, servedFamily, type Served, until } from './served.ts'

const MIB = 1_048_576

function post(
  of: Served,
  query: string,
  body: Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
) {
  return fetch(`${of.api.url}${UPLOAD_PATH}?${query}`, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${of.api.token}`, ...headers },
  })
}

/** A request of this head, whose body is what is written to it. */
function head(of: Served, ...lines: string[]): string {
  const first = `POST ${UPLOAD_PATH}?where=Bob&name=x HTTP/1.1`
  return [
    first,
    `Host: 127.0.0.1:${of.port}`,
    `Authorization: Bearer ${of.api.token}`,
    ...lines,
    '',
    '',
  ].join('\r\n')
}

suite('an upload', () => {
  test('is taken whole, listed, sent with a text, and read back', async (t) => {
    const { client } = await servedFamily(t)
    const bytes = randomBytes(3 * MIB)
    const input = { where: 'Bob', name: 'Käse & Wein?.bin', modifiedAt: 1_700_000_000_000 }
    const up = await client.uploadFile({ ...input, mediaType: 'audio/webm;codecs=opus' }, bytes)
    assert.deepEqual(
      [up.name, up.size, up.mediaType, up.modifiedAt],
      [input.name, bytes.length, 'audio/webm;codecs=opus', input.modifiedAt],
    )
    assert.deepEqual(await client.uploads(), { uploads: [up] })
    const { files } = await client.sendFiles({ where: 'Bob', uploads: [up.upload], text: 'listen' })
    const answer = await client.fileContent(files[0]?.id ?? '')
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes)
    assert.deepEqual(await client.uploads(), { uploads: [] })
    await assert.rejects(client.dropUpload({ upload: up.upload }), { code: 'upload-gone', status: 404 })
  })

  test('may be a Blob, which says what it is, or a stream that does not say how long it is', async (t) => {
    const { client } = await servedFamily(t)
    const blob = await client.uploadFile({ where: 'Bob', name: 'a' }, new Blob(['words'], { type: 'text/x' }))
    assert.deepEqual([blob.size, blob.mediaType], [5, 'text/x'])
    const stream = new Blob([randomBytes(MIB)]).stream()
    assert.equal((await client.uploadFile({ where: 'Bob', name: 'b' }, stream)).size, MIB)
    assert.equal((await client.uploadFile({ where: 'Bob', name: 'c' }, new Uint8Array(0))).size, 0)
  })

  test('is read no faster than it is taken', async (t) => {
    const of = await servedFamily(t)
    const letGo = of.device.play.holdUploads()
    const before = process.memoryUsage().arrayBuffers
    const chunk = randomBytes(MIB)
    let given = 0
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (given++ < 64) controller.enqueue(Uint8Array.from(chunk))
        else controller.close()
      },
    })
    const sending = of.client.uploadFile({ where: 'Bob', name: 'big' }, stream)
    await delay(300)
    assert.ok(given < 32, `${given} MiB were read`)
    assert.ok(of.device.play.taken() <= MIB)
    assert.ok(process.memoryUsage().arrayBuffers - before < 48 * MIB)
    letGo()
    assert.equal((await sending).size, 64 * MIB)
  })

  test('may take longer than a request may otherwise, as long as something comes', async (t) => {
    const of = await served(t, { requestDeadlineMs: 300, uploadIdleMs: 600 })
    await of.client.init({ passphrase: 'correct horse', name: 'Alice' })
    await of.client.join({ link: 'triode:join-family' })
    const stream = new ReadableStream<Uint8Array>({
      async pull(controller) {
        for (let n = 0; n < 8; n++) {
          controller.enqueue(Buffer.from('some'))
          await delay(250)
        }
        controller.close()
      },
    })
    assert.equal((await of.client.uploadFile({ where: 'Bob', name: 'slow' }, stream)).size, 32)
    const stuck = await rawBytes(of.port, `${head(of, 'Content-Length: 100')}only this`)
    assert.equal(stuck.status, 400)
    assert.match(stuck.body, /body-cut/)
    assert.equal((await of.client.uploads()).uploads.length, 1)
  })

  test('that says that its bytes may be long in coming is waited for, and its sender hears so meanwhile', async (t) => {
    const of = await served(t, { requestDeadlineMs: 100, uploadIdleMs: 200, stillWorkingMs: 50 })
    await of.client.init({ passphrase: 'correct horse', name: 'Alice' })
    await of.client.join({ link: 'triode:join-family' })
    const slowly = () =>
      new ReadableStream<Uint8Array>({
        async start(controller) {
          for (const word of ['make: ', 'done']) {
            await delay(900)
            controller.enqueue(Buffer.from(word))
          }
          controller.close()
        },
      })
    const input = { where: 'Bob', name: 'build.log' }
    await assert.rejects(of.client.uploadFile(input, slowly()), { code: 'body-cut' })
    assert.equal((await of.client.uploadFile({ ...input, waits: true }, slowly())).size, 10)
  })

  test('that is cut in the middle leaves nothing, whoever cuts it', async (t) => {
    const of = await servedFamily(t)
    for (let round = 0; round < 5; round++) {
      const before = of.device.play.taken()
      const socket = connect(of.port, '127.0.0.1')
      socket.write(`${head(of, 'Content-Length: 1000000')}${'x'.repeat(100_000)}`)
      await until(() => of.device.play.taken() > before, 'its first bytes')
      socket.resetAndDestroy()
    }
    const stop = new AbortController()
    const endless = endlessBytes(stop.signal)
    const before = of.device.play.taken()
    const call = of.client.uploadFile({ where: 'Bob', name: 'endless' }, endless, { signal: stop.signal })
    await until(() => of.device.play.taken() > before, 'its first bytes')
    stop.abort()
    await assert.rejects(call)
    await delay(50)
    assert.deepEqual(await of.client.uploads(), { uploads: [] })
    assert.deepEqual(of.log, [])
  })

  test('is refused in words that its sender gets to read, though it still sends', async (t) => {
    const of = await servedFamily(t)
    of.device.play.fillDisk()
    const answer = await post(of, 'where=Bob&name=x', randomBytes(32 * MIB))
    assert.equal(answer.status, 503)
    assert.match(await answer.text(), /disk-full/)
    const wrong: [string, Record<string, string>, number, string][] = [
      ['where=Bob', {}, 400, 'bad-input'],
      ['where=Bob&name=', {}, 400, 'bad-input'],
      ['where=Bob&name=x&other=1', {}, 400, 'bad-input'],
      ['where=Bob&name=x&modifiedAt=-1', {}, 400, 'bad-input'],
      ['where=Bob&name=x&keepMetadata=perhaps', {}, 400, 'bad-input'],
      ['where=Bob&name=a/b', {}, 400, 'file-name-invalid'],
      [`where=Bob&name=${'x'.repeat(5_000)}`, {}, 400, 'bad-input'],
      ['where=Nobody&name=x', {}, 404, 'not-found'],
      ['where=Bob&name=x', { 'content-type': 'multipart/form-data; boundary=x' }, 415, 'body-is-form'],
    ]
    for (const [query, headers, status, code] of wrong) {
      const refused = await post(of, query, randomBytes(4 * MIB), headers)
      assert.deepEqual([refused.status, refused.headers.get('connection')], [status, 'close'], query)
      assert.match(await refused.text(), new RegExp(code))
    }
    assert.deepEqual(of.log, [])
  })

  test('without the token, or of another site, is refused before any of it is read', async (t) => {
    const of = await servedFamily(t)
    const first = `POST ${UPLOAD_PATH}?where=Bob&name=x HTTP/1.1`
    const host = `Host: 127.0.0.1:${of.port}`
    const length = 'Content-Length: 1000000'
    assert.equal((await raw(of.port, first, host, length)).status, 401)
    const token = `Authorization: Bearer ${of.api.token}`
    assert.equal((await raw(of.port, first, host, token, 'Origin: http://evil.test', length)).status, 403)
    assert.equal(of.device.play.taken(), 0)
  })
})

suite('sending uploads', () => {
  test('says what is wrong with them', async (t) => {
    const { client } = await servedFamily(t)
    const where = 'Bob'
    await assert.rejects(client.sendFiles({ where, uploads: ['nosuch'] }), { code: 'upload-gone' })
    await assert.rejects(client.sendFiles({ where, uploads: [] }), { code: 'bad-input' })
    const many = Array.from({ length: 17 }, (_, n) => `u${n}`)
    await assert.rejects(client.sendFiles({ where, uploads: many }), { code: 'too-many-files', status: 400 })
  })
})

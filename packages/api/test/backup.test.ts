/** A backup as bytes: there by a code that opens it once, back as an upload. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { suite, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { createClient, redeem, RESTORE_CONTENT_PATH } from '@triode/api'
import { base32 } from '@triode/core'
import { BACKUP_PIECES } from './double.ts'
import { endlessBytes, raw, served, servedFamily, type Served, until } from './served.ts'

const MIB = 1_048_576

suite('a backup that is downloaded', () => {
  test('comes once, by its code alone, as a file to be saved', async (t) => {
    const { client, api, device, log } = await servedFamily(t)
    const { path, expires } = await client.offerBackup({ passphrase: 'other than the vault' })
    assert.ok(expires > Date.now())
    const answer = await fetch(`${api.url}${path}`)
    assert.equal(answer.status, 200)
    assert.match(
      answer.headers.get('content-disposition') ?? '',
      /^attachment; filename="triode-\d{4}-\d\d-\d\d\.backup"/,
    )
    assert.equal((await answer.arrayBuffer()).byteLength, BACKUP_PIECES * MIB)
    assert.equal(device.backups.disposed, 1)
    assert.equal((await fetch(`${api.url}${path}`)).status, 401, 'nobody gets in by it again')
    const again = await fetch(`${api.url}${path}`, { headers: { authorization: `Bearer ${api.token}` } })
    assert.deepEqual([again.status, /backup-gone/.test(await again.text())], [404, true])
    await assert.rejects(client.offerBackup({ passphrase: 'weak' }), { code: 'passphrase-weak' })
    assert.deepEqual(log, [])
  })

  test('opens nothing else, by no other method, and not for another site', async (t) => {
    const { client, port } = await servedFamily(t)
    const { path } = await client.offerBackup()
    const code = path.slice(path.indexOf('=') + 1)
    const host = `Host: 127.0.0.1:${port}`
    const ask = (first: string, ...more: string[]) =>
      raw(port, `${first} HTTP/1.1`, host, 'Connection: close', ...more)
    for (const first of [
      `HEAD ${path}`,
      `POST ${path}`,
      `GET ${path}&code=x`,
      `GET /api/status?code=${code}`,
      `GET /api/file/content?id=a&ticket=${code}`,
    ])
      assert.equal((await ask(first)).status, 401, first)
    assert.equal((await ask(`GET ${path}`, 'Sec-Fetch-Site: cross-site')).status, 403)
    assert.equal((await ask(`GET ${path}`, 'Sec-Fetch-Site: same-origin')).status, 200)
  })

  test('is read no faster than it is taken, and given up when its reader goes away', async (t) => {
    const { client, api, device, log } = await servedFamily(t)
    const { path } = await client.offerBackup()
    const stop = new AbortController()
    const answer = await fetch(`${api.url}${path}`, { signal: stop.signal })
    await delay(200)
    assert.ok(device.backups.pieces < BACKUP_PIECES, `${device.backups.pieces} MiB were read`)
    stop.abort()
    await assert.rejects(answer.arrayBuffer())
    await until(() => device.backups.disposed === 1, 'it is let go')
    assert.deepEqual(log, [])
  })

  test('goes with the session that asked for it, with the oldest when there are many, and with the vault', async (t) => {
    const { client, api, device } = await servedFamily(t)
    const { token } = await redeem(api.url, new URL(api.launch().url).hash.slice(1))
    const ofPage = createClient({ url: api.url, token })
    const { path } = await ofPage.offerBackup()
    const under = await ofPage.offerBackup()
    const reading = await fetch(`${api.url}${under.path}`)
    await fetch(`${api.url}/api/session/end`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    })
    assert.equal((await fetch(`${api.url}${path}`)).status, 401)
    await assert.rejects(reading.arrayBuffer(), 'what was under way is cut')
    const offers = []
    for (let n = 0; n < 5; n++) offers.push(await client.offerBackup())
    assert.equal((await fetch(`${api.url}${offers[0]?.path}`)).status, 401)
    await client.wipe({ confirm: true })
    assert.equal((await fetch(`${api.url}${offers[4]?.path}`)).status, 401)
    await until(() => device.backups.disposed === 7, 'nothing is held on to')
  })

  test('of a device that was locked meanwhile says so', async (t) => {
    const { client, api } = await servedFamily(t)
    const { path } = await client.offerBackup()
    await client.lock()
    const answer = await fetch(`${api.url}${path}`)
    assert.equal(answer.status, 423)
    assert.match(await answer.text(), /"code":"locked"/)
  })
})

suite('a backup that is uploaded', () => {
  const post = ({ api }: Served, headers: Record<string, string>, body = new Uint8Array(4 * MIB)) =>
    fetch(`${api.url}${RESTORE_CONTENT_PATH}`, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${api.token}`, ...headers },
    })

  test('becomes the vault, under a passphrase of any letters', async (t) => {
    const { client, device } = await served(t)
    const passphrase = 'ein schöner カギ \u{1f511}'
    const status = await client.restoreFrom(new Blob([randomBytes(3 * MIB)]), passphrase)
    assert.deepEqual([status.state, device.backups.restored], ['unlocked', 3 * MIB])
    await client.lock()
    await client.unlock({ passphrase })
    await assert.rejects(client.restoreFrom(new Blob(['x']), passphrase), { code: 'vault-exists' })
  })

  test('is refused in words that its sender gets to read, though it still sends', async (t) => {
    const of = await served(t)
    const good = base32(Buffer.from('correct horse'))
    const wrong: [Record<string, string>, number, RegExp][] = [
      [{}, 400, /bad-input.*triode-passphrase/],
      [{ 'triode-passphrase': '' }, 400, /bad-input/],
      [{ 'triode-passphrase': 'not base32!' }, 400, /bad-input/],
      [{ 'triode-passphrase': base32(Uint8Array.of(255, 254)) }, 400, /bad-input/],
      [{ 'triode-passphrase': good, 'content-type': 'multipart/form-data; boundary=x' }, 415, /body-is-form/],
      [{ 'triode-passphrase': base32(Buffer.from('wrong')) }, 403, /wrong-passphrase/],
    ]
    for (const [headers, status, words] of wrong) {
      const answer = await post(of, headers)
      assert.equal(answer.status, status, String(words))
      assert.match(await answer.text(), words)
    }
    assert.equal((await of.client.status()).state, 'new')
    const unknown = await raw(of.port, `POST ${RESTORE_CONTENT_PATH} HTTP/1.1`, `Host: 127.0.0.1:${of.port}`)
    assert.equal(unknown.status, 401)
    assert.deepEqual(of.log, [])
  })

  test('that is cut in the middle leaves the device new', async (t) => {
    const of = await served(t)
    const stop = new AbortController()
    const endless = endlessBytes(stop.signal)
    const call = of.client.restoreFrom(endless, 'correct horse', { signal: stop.signal })
    await until(() => of.device.backups.restored > 0, 'its first bytes')
    stop.abort()
    await assert.rejects(call)
    await delay(50)
    assert.equal((await of.client.status()).state, 'new')
    assert.deepEqual(of.log, [])
  })
})

/** Files through the typed client: sent, fetched, held, kept, checked. */
import assert from 'node:assert/strict'
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { MAX_TEXT_BYTES } from '@triode/core'
import { MAX_SENT_PATHS } from '../src/schema/file.ts'
import { rawBytes, served, servedFamily } from './served.ts'

async function newFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'triode-files-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

suite('files over the API', () => {
  test('Alice sends a file and a folder with words; the message names them', async (t) => {
    const { client } = await servedFamily(t)
    const folder = await newFolder(t)
    const photo = join(folder, 'cake.jpg')
    const recipes = join(folder, 'recipes')
    await writeFile(photo, 'a picture')
    await mkdir(recipes)
    await writeFile(join(recipes, 'cake.txt'), 'flour, eggs')

    const sent = await client.sendFiles({ where: 'Bob', paths: [photo, recipes], text: 'For Sunday' })
    assert.deepEqual(
      sent.files.map(({ name, kind, size, state }) => [name, kind, size, state]),
      [
        ['cake.jpg', 'file', 9, 'complete'],
        ['recipes', 'folder', 11, 'complete'],
      ],
    )
    assert.deepEqual(sent.stripped, [photo])
    const { messages } = await client.messages({ where: 'Bob', limit: 1 })
    assert.equal(messages[0]?.id, sent.message)
    assert.equal(messages[0].text, 'For Sunday')
    assert.deepEqual(
      messages[0].files.map(({ id, name }) => [id, name]),
      sent.files.map(({ id, name }) => [id, name]),
    )
    const [, inside] = sent.files
    const { entries } = await client.folder({ id: inside?.id ?? '' })
    assert.deepEqual(entries, [{ path: 'cake.txt', kind: 'file', size: 11 }])
    const asItIs = await client.sendFiles({ where: 'Bob', paths: [photo], keepMetadata: true })
    assert.deepEqual(asItIs.stripped, [])
    await client.deleteMessage({ id: sent.message })
    assert.deepEqual((await client.messages({ where: 'Bob' })).messages[0]?.files, [])
  })

  test('Bob offers one: Alice gets it, holds it, goes on, and finds it where she wanted it', async (t) => {
    const { client, device } = await servedFamily(t)
    const to = join(await newFolder(t), 'film.mp4')
    const bytes = Buffer.from('moving pictures')
    const { id } = device.play.offer('Bob', 'film.mp4', bytes, 'video/mp4')
    assert.equal((await client.file({ id })).state, 'offered')
    assert.deepEqual((await client.files({ active: true })).files, [])

    assert.equal((await client.getFile({ id, to, priority: 'high' })).savingTo, to)
    await device.play.come(id, 6)
    assert.equal((await client.pauseFile({ id })).state, 'paused')
    await device.play.come(id, 6)
    const [paused] = (await client.files({ active: true, where: 'Bob' })).files
    assert.deepEqual([paused?.have, paused?.priority, paused?.sources[0]?.channel], [6, 'high', 'lan'])
    await client.resumeFile({ id })
    await device.play.come(id)
    assert.deepEqual(await readFile(to), bytes)
    assert.equal((await client.file({ id })).savedTo, to)
    await assert.rejects(client.getFile({ id, to }), { status: 409, code: 'file-exists' })
    assert.equal((await client.getFile({ id, to, overwrite: true })).state, 'complete')
    await assert.rejects(client.getFile({ id, to: join(to, 'below') }), { status: 400, code: 'file-refused' })
  })

  test('a file is pinned, dropped, canceled, checked', async (t) => {
    const { client, device } = await servedFamily(t)
    const { id } = device.play.offer('Bob', 'film.mp4', Buffer.from('moving pictures'))
    assert.equal((await client.pinFile({ id, pinned: true })).pinned, true)
    await client.getFile({ id })
    await device.play.come(id, 6)
    assert.partialDeepStrictEqual(await client.cancelFile({ id }), { file: { state: 'offered', have: 0 } })
    await client.getFile({ id })
    await device.play.come(id)
    device.play.damage(id)
    assert.deepEqual(await client.checkFiles({ id }), {
      checked: 1,
      damaged: [{ id, name: 'film.mp4', chunks: 1 }],
      mended: [],
    })
    await device.play.come(id)
    assert.deepEqual(await client.checkFiles(), { checked: 1, damaged: [], mended: [] })
    assert.equal((await client.dropFile({ id })).state, 'offered')
    await assert.rejects(client.folder({ id }), { status: 400, code: 'not-a-folder' })
    await assert.rejects(client.file({ id: 'nosuchfile' }), { status: 404, code: 'not-found' })
  })

  test('what is canceled while it is prepared was never sent', async (t) => {
    const { client, device } = await servedFamily(t)
    const path = join(await newFolder(t), 'secret.txt')
    await writeFile(path, 'never mind')
    device.play.holdPreparing()
    const sending = assert.rejects(client.sendFiles({ where: 'Bob', paths: [path] }), {
      status: 409,
      code: 'canceled',
    })
    const preparing = async () => (await client.files({ active: true })).files[0]
    let found = await preparing()
    while (found === undefined) found = await preparing()
    assert.deepEqual([found.state, found.message], ['preparing', undefined])
    assert.deepEqual(await client.cancelFile({ id: found.id }), {})
    await sending
    assert.deepEqual((await client.files()).files, [])
    assert.deepEqual((await client.messages({ where: 'Bob' })).messages, [])
  })

  test('a caller that has to wait is told that it is worked on, unless it speaks HTTP/1.0', async (t) => {
    const of = await served(t, { stillWorkingMs: 20 })
    await of.client.init({ passphrase: 'one', name: 'Alice' })
    await of.client.join({ link: 'triode:join-family' })
    const path = join(await newFolder(t), 'large')
    const body = JSON.stringify({ where: 'Bob', paths: [path] })
    for (const [version, told] of [
      ['1.1', true],
      ['1.0', false],
    ] as const) {
      await writeFile(path, `large ${version}`)
      const letGo = of.device.play.holdPreparing()
      const head = [`Host: 127.0.0.1:${of.port}`, `Authorization: Bearer ${of.api.token}`]
      const more = ['Content-Type: application/json', `Content-Length: ${body.length}`, 'Connection: close']
      const lines = [`POST /api/files HTTP/${version}`, ...head, ...more, '', body]
      const answered = rawBytes(of.port, lines.join('\r\n'))
      await delay(200)
      letGo()
      assert.equal((await answered).head.startsWith('http/1.1 102 processing'), told, version)
    }
    const { files } = await of.client.files()
    assert.equal(files.length, 2, 'both were sent')
  })

  test('settings change one by one, within bounds', async (t) => {
    const { client } = await servedFamily(t)
    const before = await client.fileSettings()
    await client.setFileSettings({ quotaBytes: 1_000_000, autoFetchBytes: null })
    const rateLimits = { lan: 500_000 }
    assert.deepEqual(await client.setFileSettings({ rateLimits }), {
      ...before,
      quotaBytes: 1_000_000,
      autoFetchBytes: null,
      rateLimits,
    })
    for (const wrong of [{ quotaBytes: -1 }, { autoFetchBytes: 2 ** 49 }, { rateLimits: { lan: 0 } }])
      await assert.rejects(client.setFileSettings(wrong), { status: 400, code: 'bad-input' })
    assert.equal((await client.fileSettings()).quotaBytes, 1_000_000)
  })

  test('what is beyond a limit has the code of the device, and an active that is neither is refused', async (t) => {
    const { client } = await servedFamily(t)
    const where = 'Bob'
    const many = Array<string>(MAX_SENT_PATHS + 1).fill('/a')
    await assert.rejects(client.sendFiles({ where, paths: many }), { status: 400, code: 'too-many-files' })
    await assert.rejects(client.sendFiles({ where, paths: [] }), { status: 400, code: 'bad-input' })
    const text = 'x'.repeat(MAX_TEXT_BYTES + 1)
    await assert.rejects(client.sendFiles({ where, paths: ['/a'], text }), { code: 'text-too-long' })
    await assert.rejects(client.files({ active: 'yes' as 'true' }), { status: 400, code: 'bad-input' })
    assert.deepEqual((await client.files({ active: false })).files, [])
  })
})

/** Files between two real devices: whole, in folders, read while they come, through kills, full disks and damage. */
import assert from 'node:assert/strict'
import {
  chmodSync,
  mkdirSync,
  openAsBlob,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { CIRCLE, circleOfTwo, eventually, type CircleOfTwo, type DeviceProcess } from './circleOfTwo.ts'
import { type } from './cli.ts'
import { damageChunks } from './damageChunks.ts'
import { below, fileIs, isSaved, offered, randomFile, sha256 } from './filePairs.ts'

const MB = 1_000_000
/** Above what comes by itself, so that each test says when it starts. */
const LARGE_BYTES = 40 * MB

/** Control characters, changes of direction, and what other systems reserve. */
// eslint-disable-next-line no-control-regex
const HARMFUL = /[\u0000-\u001f\u202a-\u202e\\:*?"<>|]|(^|\/)CON\.|[. ]$/

describe('files between two devices', () => {
  let two: CircleOfTwo
  let alice: DeviceProcess
  let bob: DeviceProcess
  before(async () => {
    two = await circleOfTwo()
    ;({ alice, bob } = two)
  })
  after(async () => {
    await two.end()
  })

  /** Alice sends a file of random bytes of this name. */
  async function sent(name: string, bytes: number): Promise<{ path: string; id: string; hash: string }> {
    const path = await randomFile(join(two.folder, name), bytes)
    const { files } = await alice.client.sendFiles({ where: CIRCLE, paths: [path] })
    const { id } = await offered(bob, name)
    assert.equal(files[0]?.id, id)
    return { path, id, hash: await sha256(path) }
  }

  it('a small one comes by itself, is named in the message, and Alice hears that Bob has it', async () => {
    const path = await randomFile(join(two.folder, 'small.bin'), 3 * MB)
    const heard = await bob.listen()
    const { message } = await alice.client.sendFiles({ where: CIRCLE, paths: [path], text: 'Small' })
    const { id } = await offered(bob, 'small.bin')
    await fileIs(bob, id, 'whole', ({ state }) => state === 'complete')
    const { messages } = await bob.client.messages({ where: CIRCLE, limit: 1 })
    assert.deepEqual([messages[0]?.id, messages[0]?.text, messages[0]?.files[0]?.id], [message, 'Small', id])
    await fileIs(alice, id, 'known to be there', ({ delivered }) => delivered.count === 1, 40_000)
    assert.ok(heard.some((event) => event.type === 'file' && event.file.id === id))
    const to = join(two.folder, 'small.copy')
    await bob.client.getFile({ id, to })
    await fileIs(bob, id, 'saved', isSaved)
    assert.equal(await sha256(to), await sha256(path))
  })

  it('a page that has bytes and no path uploads them, and they come like any file', async () => {
    const path = await randomFile(join(two.folder, 'pasted.bin'), 5 * MB)
    const bytes = await openAsBlob(path, { type: 'audio/webm;codecs=opus' })
    const { upload, mediaType } = await alice.client.uploadFile({ where: CIRCLE, name: 'Pasted.weba' }, bytes)
    assert.equal(mediaType, 'audio/webm')
    const { files } = await alice.client.sendFiles({ where: CIRCLE, uploads: [upload], text: 'Listen' })
    const { id } = await offered(bob, 'Pasted.weba')
    assert.equal(files[0]?.id, id)
    await fileIs(bob, id, 'whole', ({ state }) => state === 'complete')
    const came = await bob.client.fileContent(id)
    assert.equal(came.headers.get('content-type'), 'audio/webm')
    const to = join(two.folder, 'pasted.copy')
    writeFileSync(to, Buffer.from(await came.arrayBuffer()))
    assert.equal(await sha256(to), await sha256(path))
  })

  it('the command line sends and gets, and names its exit', async () => {
    const path = await randomFile(join(two.folder, 'typed.bin'), LARGE_BYTES)
    const typed = await type(alice, 'file', 'send', CIRCLE, path, '--text', 'By hand')
    assert.equal(typed.exit, 0, JSON.stringify(typed.error))
    await offered(bob, 'typed.bin')
    const to = join(two.folder, 'typed.copy')
    const got = await type(bob, 'file', 'get', 'typed.bin', '-o', to)
    assert.equal(got.exit, 0, JSON.stringify(got.error))
    assert.equal(await sha256(to), await sha256(path))
    const again = await type(bob, 'file', 'get', 'typed.bin', '-o', to)
    assert.deepEqual([again.exit, again.error.code], [3, 'file-exists'])
    const absent = await type(alice, 'file', 'send', CIRCLE, join(two.folder, 'none'))
    assert.equal(absent.error.code, 'file-absent')
  })

  it('a folder comes with names, times and modes, and nothing of it leads out of where Bob wants it', async () => {
    const folder = join(two.folder, 'plans')
    const names = [
      'CON.txt',
      'a:b?*.txt',
      'dots...',
      'bell\u0007.txt',
      'x\u202egpj.exe',
      '-rf',
      'A.txt',
      'a.txt',
    ]
    mkdirSync(join(folder, 'deep/er'), { recursive: true })
    for (const name of names) writeFileSync(join(folder, name), `in ${name}`)
    writeFileSync(join(folder, 'deep/er/run.sh'), '#!/bin/sh\n')
    chmodSync(join(folder, 'deep/er/run.sh'), 0o755)
    utimesSync(join(folder, 'deep/er/run.sh'), 1_600_000_000, 1_600_000_000)
    symlinkSync('er/run.sh', join(folder, 'deep/link'))
    symlinkSync('/etc/passwd', join(folder, 'outside'))
    const { leftOut, files } = await alice.client.sendFiles({ where: CIRCLE, paths: [folder] })
    assert.deepEqual(
      leftOut.map(({ path, reason }) => [path.split('/').at(-1), reason]),
      [['outside', 'symlink-outside']],
    )
    const id = files[0]?.id ?? ''
    await offered(bob, 'plans')
    const target = join(two.folder, 'bobs')
    mkdirSync(target)
    await bob.client.getFile({ id, to: target })
    await fileIs(bob, id, 'saved', isSaved)
    assert.deepEqual(readdirSync(target), ['plans'])
    const written = below(join(target, 'plans'))
    assert.equal(written.length, names.length + 2, written.join('\n'))
    for (const path of written) assert.doesNotMatch(path, HARMFUL)
    const words = written
      .filter((path) => !path.startsWith('deep/'))
      .map((path) => readFileSync(join(target, 'plans', path), 'utf8'))
    assert.deepEqual(words.toSorted(), names.map((name) => `in ${name}`).toSorted())
    const script = statSync(join(target, 'plans/deep/er/run.sh'))
    assert.equal(script.mode & 0o111, 0o111)
    assert.equal(script.mtimeMs, 1_600_000_000_000)
    assert.equal(readFileSync(join(target, 'plans/deep/link'), 'utf8'), '#!/bin/sh\n')
    const { entries } = await bob.client.folder({ id })
    assert.ok(entries.some(({ path, kind }) => path === 'deep/link' && kind === 'link'))
    const answer = await bob.client.fileContent(id, { path: 'deep/er/run.sh', from: 2 })
    assert.equal(await answer.text(), '/bin/sh\n')
  })

  it('a part of a film is read while it comes, before what lies in front of it', async () => {
    await alice.client.setFileSettings({ rateLimits: { lan: 4 * MB } })
    try {
      const { path, id } = await sent('film.bin', LARGE_BYTES)
      const [from, to] = [30 * MB, 30 * MB + 300_000]
      const answer = await bob.client.fileContent(id, { from, to })
      assert.equal(answer.headers.get('content-range'), `bytes ${from}-${to - 1}/${LARGE_BYTES}`)
      const bytes = Buffer.from(await answer.arrayBuffer())
      assert.deepEqual(bytes, readFileSync(path).subarray(from, to))
      const { have, state } = await bob.client.file({ id })
      assert.ok(have < LARGE_BYTES / 2, `${have} bytes were here (${state})`)
    } finally {
      await alice.client.setFileSettings({ rateLimits: {} })
    }
  })

  it('is paused, resumed and canceled', async () => {
    await alice.client.setFileSettings({ rateLimits: { lan: 4 * MB } })
    const { path, id, hash } = await sent('slow.bin', LARGE_BYTES)
    await bob.client.getFile({ id })
    await fileIs(bob, id, 'coming', ({ have }) => have > MB)
    assert.equal((await bob.client.pauseFile({ id })).state, 'paused')
    await delay(500)
    const { have } = await bob.client.file({ id })
    await delay(1_000)
    assert.equal((await bob.client.file({ id })).have, have, 'nothing more comes')
    const canceled = await bob.client.cancelFile({ id })
    assert.deepEqual([canceled.file?.state, canceled.file?.have], ['offered', 0])
    await alice.client.setFileSettings({ rateLimits: {} })
    const copy = join(two.folder, 'slow.copy')
    await bob.client.getFile({ id, to: copy })
    await bob.client.pauseFile({ id })
    await bob.client.resumeFile({ id })
    await fileIs(bob, id, 'saved', isSaved)
    assert.equal(await sha256(copy), hash)
    rmSync(path)
  })

  it('what changes all the time that it is read is not sent; what goes afterwards is', async () => {
    const folder = join(two.folder, 'moving')
    mkdirSync(folder)
    const changing = await randomFile(join(folder, 'changing.bin'), 400 * MB)
    const refused = alice.client.sendFiles({ where: CIRCLE, paths: [changing] }).then(
      () => 'sent',
      (error: unknown) => (error as { code: string }).code,
    )
    await eventually('it to be read', async () => {
      const { files } = await alice.client.files({ active: true })
      return files.find(({ state, have }) => state === 'preparing' && have > 0)
    })
    let size = 400 * MB
    const writing = setInterval(() => {
      truncateSync(changing, --size)
    }, 5)
    assert.equal(await refused, 'file-changed')
    clearInterval(writing)
    rmSync(changing)
    const { id, path, hash } = await sent('going.bin', LARGE_BYTES)
    rmSync(path)
    const to = join(two.folder, 'going.copy')
    await bob.client.getFile({ id, to })
    await fileIs(bob, id, 'saved', isSaved)
    assert.equal(await sha256(to), hash)
    const { files } = await alice.client.files()
    assert.deepEqual(
      files.filter(({ name }) => name === 'changing.bin'),
      [],
    )
  })

  it('what rots on a disk is found, named, never given out, and fetched again', async () => {
    const { id, hash } = await sent('rotten.bin', LARGE_BYTES)
    await bob.client.getFile({ id })
    await fileIs(bob, id, 'whole', ({ state }) => state === 'complete')
    await bob.stop()
    const largest = damageChunks(bob.home)
    assert.ok(largest > LARGE_BYTES * 0.9)
    await bob.start()
    const { damaged } = await bob.client.checkFiles({ id })
    assert.deepEqual(
      damaged.map((one) => [one.id, one.name, one.chunks]),
      [[id, 'rotten.bin', 1]],
    )
    const to = join(two.folder, 'rotten.copy')
    await bob.client.getFile({ id, to })
    await fileIs(bob, id, 'saved', isSaved)
    assert.equal(await sha256(to), hash)
    assert.deepEqual((await bob.client.checkFiles({ id })).damaged, [])
  })
})

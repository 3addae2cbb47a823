import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Bench } from '../devices.ts'
import { codeOf, event, eventsOf, eventually, join2, PASSPHRASE, type TestDevice } from '../devices.ts'
import {
  bytesOf,
  digest,
  eagerPair,
  emptyFolder,
  fileToSend,
  idOf,
  MIB,
  noise,
  sendOne,
  whole,
} from './stories.ts'

const CHILD = new URL('./preparingChild.ts', import.meta.url).pathname

let bench: Bench
let alice: TestDevice
let bob: TestDevice
let circle: string
before(async () => {
  ;({ bench, alice, bob, circle } = await eagerPair())
})
after(async () => {
  await bench.end()
})

/** Blobs that lie in the vault of a device. */
function blobsOf({ home }: Pick<TestDevice, 'home'>): number {
  return readdirSync(join(home, 'files')).filter((name) => name.endsWith('.chunks')).length
}

describe('a file that is sent', () => {
  it('comes with its message, name, time and all of its bytes', async () => {
    const content = noise(3 * MIB + 17)
    const path = fileToSend(bench, 'Report 2026.pdf', content)
    utimesSync(path, 1_700_000_000, 1_700_000_000)
    const sent = await alice.device.sendFiles({ where: circle, paths: [path], text: 'as promised' })
    assert.deepEqual([sent.leftOut, sent.stripped], [[], []])
    const [mine] = sent.files
    assert.equal(mine?.state, 'complete')
    assert.equal(mine.message, sent.message)
    const { message } = await event(bob, 'message', (one) => one.message.id === sent.message)
    assert.equal(message.text, 'as promised')
    const [summary] = message.files
    assert.equal(summary?.name, 'Report 2026.pdf')
    assert.equal(summary.mediaType, 'application/pdf')
    assert.equal(summary.size, content.length)
    assert.equal(summary.modifiedAt, 1_700_000_000_000)
    const view = await whole(bob, summary.id)
    assert.equal(view.have, content.length)
    assert.equal(view.fromName, 'Alice')
    const read = await bob.device.readFile({ id: summary.id })
    assert.equal(digest(await bytesOf(read.stream)), digest(content))
    await eventually('Alice to hear that Bob has it', async () => {
      const { delivered } = await alice.device.file(summary.id)
      return delivered.count === 1 && delivered.of === 1 ? true : undefined
    })
  })

  it('may be empty, and needs no text', async () => {
    const id = await sendOne(alice, circle, fileToSend(bench, 'empty.txt', ''))
    const view = await whole(bob, id)
    assert.deepEqual([view.size, view.have, view.mediaType], [0, 0, 'text/plain'])
    const read = await bob.device.readFile({ id })
    assert.equal((await bytesOf(read.stream)).length, 0)
  })

  it('is what a link leads to that somebody names, under the name of the link', async () => {
    const path = fileToSend(bench, 'version 7.txt', 'the newest')
    const folder = emptyFolder(bench)
    const [current, all] = [join(folder, 'current.txt'), join(folder, 'all')]
    symlinkSync(path, current)
    symlinkSync(dirname(path), all)
    const { files } = await alice.device.sendFiles({ where: circle, paths: [current, all] })
    assert.deepEqual(
      files.map(({ name, kind }) => [name, kind]),
      [
        ['current.txt', 'file'],
        ['all', 'folder'],
      ],
    )
    const [file, listed] = files
    await whole(bob, file?.id ?? '')
    assert.equal(
      (await bytesOf((await bob.device.readFile({ id: file?.id ?? '' })).stream)).toString(),
      'the newest',
    )
    await whole(bob, listed?.id ?? '')
    assert.deepEqual(
      (await bob.device.folder(listed?.id ?? '')).map(({ path: inner }) => inner),
      ['version 7.txt'],
    )
  })

  it('is executable if it was', async () => {
    const path = fileToSend(bench, 'run.sh', '#!/bin/sh\n')
    chmodSync(path, 0o755)
    const id = await sendOne(alice, circle, path)
    assert.equal((await whole(bob, id)).executable, true)
  })

  it('comes with others in one message, and with many as one folder', async () => {
    const paths = ['one', 'two', 'three'].map((name) => fileToSend(bench, name, `this is ${name}`))
    const three = await alice.device.sendFiles({ where: circle, paths })
    assert.deepEqual(
      three.files.map(({ name }) => name),
      ['one', 'two', 'three'],
    )
    const many = Array.from({ length: 17 }, () => fileToSend(bench, 'same name', noise(100)))
    const together = await alice.device.sendFiles({ where: circle, paths: many })
    const [folder] = together.files
    assert.deepEqual([folder?.kind, folder?.name, folder?.files], ['folder', '17 files', 17])
    const id = idOf(together)
    await whole(bob, id)
    const entries = await bob.device.folder(id)
    assert.equal(entries.length, 17)
    assert.equal(new Set(entries.map(({ path }) => path)).size, 17)
  })

  it('is stored once however often it is sent, and only where it was sent', async () => {
    const content = noise(2 * MIB)
    const first = await sendOne(alice, circle, fileToSend(bench, 'first', content))
    const before = blobsOf(alice)
    const again = await sendOne(alice, circle, fileToSend(bench, 'second', content))
    assert.equal(again, first)
    const both = [fileToSend(bench, 'a', 'the very same'), fileToSend(bench, 'b', 'the very same')]
    const twice = await alice.device.sendFiles({ where: circle, paths: both })
    assert.equal(twice.files[0]?.id, twice.files[1]?.id)
    assert.equal(blobsOf(alice), before + 1)
    const elsewhere = await sendOne(alice, 'Bob', fileToSend(bench, 'third', content))
    assert.notEqual(elsewhere, first)
    const other = Uint8Array.from(content)
    other[other.length - 1] = (other.at(-1) ?? 0) ^ 1
    assert.notEqual(await sendOne(alice, circle, fileToSend(bench, 'fourth', other)), first)
    assert.equal((await whole(bob, first)).name, 'second', 'as the newest message calls it')
  })

  it('is nothing that is not there, no link to that, no device, and no path that begins nowhere', async () => {
    const send = (...paths: string[]) => codeOf(alice.device.sendFiles({ where: circle, paths }))
    const path = fileToSend(bench, 'there')
    const link = join(emptyFolder(bench), 'link')
    symlinkSync(path, link)
    assert.equal(await send(), 'nothing-to-send')
    assert.equal(await send(`${path}-not`), 'file-absent')
    rmSync(path)
    assert.equal(await send(link), 'file-absent', 'it leads to nothing')
    writeFileSync(path, 'content')
    assert.equal(await send('/dev/null'), 'not-a-file')
    assert.equal(await send('relative'), 'not-a-file')
    const long = join(emptyFolder(bench), '\u0958'.repeat(80))
    writeFileSync(long, 'content')
    assert.equal(await send(long), 'file-name-too-long')
    assert.equal(await send(...Array.from({ length: 20 }, () => long)), 'file-name-too-long')
    if (existsSync('/proc/version'))
      assert.equal(await send('/proc/version'), 'not-a-file', 'it says that it is empty')
    assert.equal(await codeOf(alice.device.sendFiles({ where: 'nobody', paths: [path] })), 'not-found')
    const wordy = { where: circle, paths: [path], text: 'x'.repeat(12_001) }
    assert.equal(await codeOf(alice.device.sendFiles(wordy)), 'text-too-long')
  })
})

describe('what is prepared', () => {
  it('is told of, can be called off, and leaves nothing', async () => {
    const before = blobsOf(alice)
    const path = fileToSend(bench, 'large', noise(48 * MIB))
    const sending = codeOf(alice.device.sendFiles({ where: circle, paths: [path] }))
    const [preparing] = await eventually('something to be prepared', async () => {
      const views = await alice.device.files({ where: circle, active: true })
      return views.length > 0 ? views : undefined
    })
    assert.equal(preparing?.state, 'preparing')
    assert.equal(preparing.message, undefined)
    assert.equal(await alice.device.cancelFile(preparing.id), undefined)
    assert.equal(await sending, 'canceled')
    assert.equal(blobsOf(alice), before)
    assert.equal(await codeOf(alice.device.file(preparing.id)), 'not-found')
    assert.ok(eventsOf(alice, 'file-gone').some(({ id }) => id === preparing.id))
    const names = (await alice.device.files({ where: circle })).map(({ name }) => name)
    assert.ok(!names.includes('large'))
  })

  it('is called off by what its sender calls it, and with it nothing that another sends', async () => {
    const start = (name: string, bytes: number) => {
      const paths = [fileToSend(bench, name, noise(bytes))]
      return codeOf(alice.device.sendFiles({ where: circle, paths, sending: `sending ${name}` }))
    }
    const [large, other] = [start('large', 96 * MIB), start('other', 4 * MIB)]
    await eventually('both to be prepared', async () => {
      const views = await alice.device.files({ where: circle, active: true })
      const sendings = views.map(({ sending }) => sending)
      return sendings.includes('sending large') ? true : undefined
    })
    assert.equal(await alice.device.cancelFile('sending large'), undefined)
    assert.deepEqual([await large, await other], ['canceled', 'no fault'])
    assert.equal(await codeOf(alice.device.cancelFile('sending large')), 'not-found')
  })

  it('ends with the lock, and is swept away when the process was cut short', async () => {
    const path = fileToSend(bench, 'large', noise(48 * MIB))
    const carol = await bench.make('Carol')
    const { circle: own } = await carol.device.createCircle({ name: 'Alone' })
    const sending = codeOf(carol.device.sendFiles({ where: own, paths: [path] }))
    await eventually('something to be prepared', async () => {
      const views = await carol.device.files({ active: true })
      return views.length > 0 ? true : undefined
    })
    await carol.device.lock()
    assert.equal(await sending, 'canceled')
    assert.equal(blobsOf(carol), 0)
  })
})

describe('a process that is killed while it prepares', () => {
  it('leaves nothing, not even what was sealed already', async () => {
    const home = bench.home()
    const paths = [fileToSend(bench, 'small', noise(MIB)), fileToSend(bench, 'large', noise(256 * MIB))]
    const child = spawn(process.execPath, [CHILD, home, ...paths], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'exit')
    assert.ok(blobsOf({ home }) > 0, 'the small one was sealed')
    const carol = await bench.open(home, [])
    await carol.device.unlock(PASSPHRASE)
    await eventually('all of it to go', () =>
      readdirSync(join(home, 'files')).length === 0 ? true : undefined,
    )
    assert.deepEqual(await carol.device.files({}), [])
  })
})

describe('a circle of another suite', () => {
  it('has files as well', async () => {
    const [carol, dave] = await Promise.all([bench.make('Carol'), bench.make('Dave')])
    const { circle: other } = await carol.device.createCircle({ name: 'Longer hashes', suite: 'p384' })
    await join2(carol, dave, other)
    const content = noise(2 * MIB)
    const id = await sendOne(carol, other, fileToSend(bench, 'x', content))
    await whole(dave, id)
    const read = await dave.device.readFile({ id })
    assert.equal(digest(await bytesOf(read.stream)), digest(content))
    assert.deepEqual(await dave.device.checkFiles(), { checked: 1, damaged: [], mended: [] })
    await Promise.all([carol.device.close(), dave.device.close()])
  })
})

describe('a folder that is sent', () => {
  it('comes with what is in it, but for what leads out of it', async () => {
    const folder = join(emptyFolder(bench), 'Holiday')
    mkdirSync(join(folder, 'day 1'), { recursive: true })
    mkdirSync(join(folder, 'nothing'))
    writeFileSync(join(folder, 'day 1', 'beach.jpg'), noise(5_000))
    writeFileSync(join(folder, 'notes.txt'), 'sun')
    symlinkSync('notes.txt', join(folder, 'link'))
    symlinkSync('/etc/passwd', join(folder, 'secret'))
    const sent = await alice.device.sendFiles({ where: circle, paths: [folder] })
    assert.deepEqual(sent.leftOut, [{ path: join(folder, 'secret'), reason: 'symlink-outside' }])
    const id = idOf(sent)
    const view = await whole(bob, id)
    assert.deepEqual([view.kind, view.name, view.files, view.size], ['folder', 'Holiday', 2, 5_003])
    const entries = await bob.device.folder(id)
    assert.deepEqual(
      entries.map(({ path, kind, size }) => [path, kind, size]),
      [
        ['day 1', 'folder', 0],
        ['day 1/beach.jpg', 'file', 5_000],
        ['link', 'link', 0],
        ['notes.txt', 'file', 3],
        ['nothing', 'folder', 0],
      ],
    )
    const read = await bob.device.readFile({ id, path: 'notes.txt' })
    assert.equal((await bytesOf(read.stream)).toString(), 'sun')
    assert.equal(read.mediaType, 'text/plain')
    const [first] = entries
    assert.ok(first?.modifiedAt !== undefined)
    assert.equal(await codeOf(bob.device.readFile({ id, path: 'nowhere' })), 'not-found')
    rmSync(folder, { recursive: true })
  })

  it('is not where the device keeps its vault, nor what is in there, and leaves that out', async () => {
    const send = (path: string) => alice.device.sendFiles({ where: circle, paths: [path] })
    const link = join(emptyFolder(bench), 'link')
    symlinkSync(alice.home, link)
    for (const path of [alice.home, link, join(link, 'files'), join(alice.home, 'vault.db')])
      await assert.rejects(
        send(path),
        { code: 'file-forbidden', message: /keeps its vault: it is not sent/ },
        path,
      )
    const around = join(emptyFolder(bench), 'around')
    mkdirSync(around)
    writeFileSync(join(around, 'file'), 'x')
    const inside = await bench.open(join(around, '.triode'))
    await inside.device.init({ passphrase: PASSPHRASE, name: 'Inside' })
    const { circle: own } = await inside.device.createCircle({ name: 'Own' })
    const { files, leftOut } = await inside.device.sendFiles({ where: own, paths: [around] })
    assert.deepEqual([files[0]?.files, leftOut], [1, [{ path: join(around, '.triode'), reason: 'own-home' }]])
    await inside.device.close()
  })

  it('may be empty', async () => {
    const folder = join(emptyFolder(bench), 'Void')
    mkdirSync(folder)
    const id = await sendOne(alice, circle, folder)
    await whole(bob, id)
    assert.deepEqual(await bob.device.folder(id), [])
  })
})

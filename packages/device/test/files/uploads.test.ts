/** A face that has bytes and no path: what it hands over is sealed as it comes, and waits for a message. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { systemClock } from '@triode/crypto'
import { UPLOAD_KEPT_MS } from '../../src/files/tuning.ts'
import type { UploadInput, UploadView } from '../../src/index.ts'
import { Bench, codeOf, event, eventually, PASSPHRASE, type TestDevice } from '../devices.ts'
import { picture, SECRET, tellingJpeg } from './media/images.ts'
import { voiceNote } from './media/recording.ts'
import { smallDisk } from './smallDisk.ts'
import { bytesOf, digest, eagerPair, fileToSend, idOf, MIB, noise, sendOne, whole } from './stories.ts'

const CHILD = new URL('./uploadingChild.ts', import.meta.url).pathname

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

async function* piecesOf(bytes: Uint8Array, pieceBytes = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes)
    yield await Promise.resolve(bytes.subarray(at, at + pieceBytes))
}

function upload(name: string, bytes: Uint8Array, more: Partial<UploadInput> = {}): Promise<UploadView> {
  return alice.device.uploadFile({ where: circle, name, content: piecesOf(bytes), ...more })
}

/** Sends Bob these uploads. */
async function send(...uploads: string[]): ReturnType<TestDevice['device']['sendFiles']> {
  const sent = await alice.device.sendFiles({ where: circle, uploads })
  await event(bob, 'message', ({ message }) => message.id === sent.message)
  return sent
}

async function contentOf(one: TestDevice, id: string): Promise<Buffer> {
  return bytesOf((await one.device.readFile({ id })).stream)
}

/** Names of what lies beside the vault's database. */
function stored({ home }: Pick<TestDevice, 'home'>): string[] {
  return readdirSync(join(home, 'files')).sort()
}

describe('bytes that are long in coming', () => {
  it('keep a device from locking itself when they come, and not while they are waited for', async () => {
    const carol = await bench.make('Carol', [])
    const { circle: own } = await carol.device.createCircle({ name: 'Own' })
    await carol.device.setIdleLock(1_500)
    let given = 0
    async function* slowly(): AsyncGenerator<Uint8Array> {
      for (; given < 5; given++) {
        await new Promise((resolve) => setTimeout(resolve, 600))
        yield noise(10)
      }
      await new Promise((resolve) => setTimeout(resolve, 20_000).unref())
    }
    const input = { where: own, name: 'build.log', waits: true, content: slowly() }
    const startedAt = performance.now()
    assert.equal(await codeOf(carol.device.uploadFile(input)), 'canceled')
    const tookMs = performance.now() - startedAt
    assert.equal(given, 5)
    assert.ok(tookMs > 4_000 && tookMs < 10_000, `it took ${String(tookMs)} ms`)
    assert.equal((await carol.device.status()).vault?.lockedBy, 'idle')
  })
})

describe('bytes that are handed over', () => {
  it('come as a file, whether it was said how many there are or not', async () => {
    for (const size of [0, 10, 3 * MIB + 17]) {
      for (const told of [{ size }, {}]) {
        const content = noise(size)
        const up = await upload('Käse.bin', content, { modifiedAt: 1_700_000_000_000, ...told })
        assert.deepEqual([up.size, up.name, up.stripped, up.mayTell], [size, 'Käse.bin', false, false])
        const view = await whole(bob, idOf(await send(up.upload)))
        assert.deepEqual([view.name, view.modifiedAt], ['Käse.bin', 1_700_000_000_000])
        assert.equal(digest(await contentOf(bob, view.id)), digest(content))
      }
    }
    assert.deepEqual(await alice.device.uploads(), [])
  })

  it('come several in one message, with a text, a path beside them, and who it is addressed to', async () => {
    const ups = [await upload('one.txt', noise(10)), await upload('two.txt', noise(20))]
    assert.deepEqual(
      (await alice.device.uploads()).map(({ name }) => name),
      ['one.txt', 'two.txt'],
    )
    const path = fileToSend(bench, 'zero.txt', noise(30))
    const uploads = ups.map(({ upload: id }) => id)
    const sent = await alice.device.sendFiles({ where: circle, paths: [path], uploads, text: 'all of it' })
    const { message } = await event(bob, 'message', (one) => one.message.id === sent.message)
    assert.equal(message.text, 'all of it')
    assert.deepEqual(
      message.files.map(({ name, size }) => [name, size]),
      [
        ['zero.txt', 30],
        ['one.txt', 10],
        ['two.txt', 20],
      ],
    )
    await assert.rejects(send(...uploads), { code: 'upload-gone' })
  })

  it('are taken no faster than they are sealed, and lie nowhere in the clear', async () => {
    const word = Buffer.from('a word that stands in the clear nowhere; ')
    const content = Buffer.alloc(40 * MIB, word)
    const before = process.memoryUsage().arrayBuffers
    let most = 0
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for await (const piece of piecesOf(content, MIB)) {
        most = Math.max(most, process.memoryUsage().arrayBuffers - before)
        yield piece
      }
    }
    const { upload: id } = await upload('long.txt', content, { content: pieces() })
    assert.ok(most < 64 * MIB, `${String(most)} bytes were held`)
    for (const name of readdirSync(alice.home, { recursive: true, withFileTypes: true })) {
      if (name.isFile()) assert.ok(!readFileSync(join(name.parentPath, name.name)).includes(word), name.name)
    }
    await alice.device.dropUpload(id)
  })

  it('are the same once, where the conversation has them', async () => {
    const content = noise(2 * MIB)
    const first = await sendOne(alice, circle, fileToSend(bench, 'first.bin', content))
    const before = stored(alice)
    const ups = [await upload('second.bin', content), await upload('third.bin', content)]
    const { files } = await send(...ups.map(({ upload: id }) => id))
    assert.deepEqual(
      files.map(({ id, name }) => [id, name]),
      [
        [first, 'second.bin'],
        [first, 'third.bin'],
      ],
    )
    assert.deepEqual(stored(alice), before)
    const fresh = noise(MIB)
    const twice = [await upload('a', fresh), await upload('b', fresh)]
    const sent = await send(...twice.map(({ upload: id }) => id))
    assert.equal(new Set(sent.files.map(({ id }) => id)).size, 1)
    assert.equal(stored(alice).length, before.length + 2)
  })
})

describe('a photograph that is pasted', () => {
  it('comes without what tells where it was taken, and with a small picture', async () => {
    const original = await tellingJpeg(picture(600, 400), 6)
    const up = await upload('image.png', original, { mediaType: 'image/png' })
    assert.deepEqual(
      [up.mediaType, up.width, up.height, up.preview, up.stripped, up.mayTell],
      ['image/jpeg', 400, 600, true, true, false],
    )
    const sent = await send(up.upload)
    assert.deepEqual([sent.stripped, sent.mayTell], [['image.png'], []])
    const view = await whole(bob, idOf(sent))
    assert.ok(!(await contentOf(bob, view.id)).includes(SECRET))
    assert.ok(view.preview)
    const small = await bob.device.readFile({ id: view.preview })
    assert.equal(small.mediaType, 'image/jpeg')
    assert.ok(!(await bytesOf(small.stream)).includes(SECRET))
  })

  it('goes as it is if that is wanted', async () => {
    const original = await tellingJpeg(picture(60, 40), 1)
    const up = await upload('a.jpg', original, { keepMetadata: true })
    assert.deepEqual([up.stripped, up.size], [false, original.length])
    const id = idOf(await send(up.upload))
    await whole(bob, id)
    assert.deepEqual(await contentOf(bob, id), original)
  })

  it('of a kind that can’t be cleaned, or too large to be held, is named as such', async () => {
    const heic = Buffer.concat([Buffer.from('\0\0\0\x18ftypheic\0\0\0\0'), noise(1_000)])
    assert.equal((await upload('a.heic', heic)).mayTell, true)
    const large = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(65 * MIB)])
    const up = await upload('large.png', large)
    assert.deepEqual(
      [up.mediaType, up.size, up.mayTell, up.stripped],
      ['image/png', large.length, true, false],
    )
    for (const { upload: id } of await alice.device.uploads()) await alice.device.dropUpload(id)
  })
})

describe('a voice note', () => {
  it('says how long it is, though the browser that recorded it did not', async () => {
    const up = await upload('Voice note', voiceNote(4_000), { mediaType: 'audio/webm;codecs=opus' })
    assert.deepEqual([up.mediaType, up.durationMs], ['audio/webm', 3_980])
    const view = await whole(bob, idOf(await send(up.upload)))
    assert.deepEqual([view.mediaType, view.durationMs, view.name], ['audio/webm', 3_980, 'Voice note'])
  })
})

describe('an upload', () => {
  it('that is cut short leaves nothing', async () => {
    const before = stored(alice)
    async function* cut(): AsyncGenerator<Uint8Array> {
      yield* piecesOf(noise(5 * MIB))
      throw new Error('the line was cut')
    }
    await assert.rejects(upload('cut.bin', noise(0), { content: cut() }), /the line was cut/)
    assert.equal(await codeOf(upload('short.bin', noise(MIB), { size: MIB + 1 })), 'file-changed')
    assert.deepEqual(stored(alice), before)
    assert.deepEqual(await alice.device.uploads(), [])
  })

  it('whose name nobody could have given a file is refused before anything is taken', async () => {
    let taken = false
    async function* pieces(): AsyncGenerator<Uint8Array> {
      taken = true
      yield await Promise.resolve(noise(1))
    }
    for (const name of ['', '.', '..', 'a/b', 'a\0b', 'x'.repeat(256), 'é'.repeat(128), '\ud800'])
      assert.equal(await codeOf(upload(name, noise(0), { content: pieces() })), 'file-name-invalid', name)
    assert.equal(taken, false)
  })

  it('is for one circle, is used up, and can be dropped', async () => {
    const other = await alice.device.createCircle({ name: 'Other' })
    const { upload: id } = await upload('here.bin', noise(100))
    const there = alice.device.sendFiles({ where: other.circle, uploads: [id] })
    assert.equal(await codeOf(there), 'upload-gone')
    assert.equal(await codeOf(send(id, id)), 'upload-gone')
    const before = stored(alice).length
    await alice.device.dropUpload(id)
    assert.equal(stored(alice).length, before - 2)
    assert.equal(await codeOf(alice.device.dropUpload(id)), 'upload-gone')
    assert.equal(await codeOf(alice.device.sendFiles({ where: circle, uploads: [] })), 'nothing-to-send')
  })

  it('stays when the message could not be written, and more than a message takes are refused', async () => {
    const ups: string[] = []
    for (let n = 0; n < 17; n++) ups.push((await upload(`${String(n)}.bin`, noise(10 + n))).upload)
    assert.equal(await codeOf(send(...ups)), 'too-many-files')
    assert.equal((await alice.device.uploads()).length, 17)
    const rest = ups.splice(16)
    assert.equal((await send(...ups)).files.length, 16)
    for (const id of rest) await alice.device.dropUpload(id)
  })

  it('is gone after a lock: one that waits, and one that still comes', async () => {
    const dave = await bench.make('Dave')
    const { circle: own } = await dave.device.createCircle({ name: 'Own' })
    const where = own
    await dave.device.uploadFile({ where, name: 'waits.bin', content: piecesOf(noise(MIB)) })
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield noise(5 * MIB)
      await new Promise(() => undefined)
    }
    const coming = codeOf(dave.device.uploadFile({ where, name: 'comes.bin', content: endless() }))
    await eventually('something to lie there', () =>
      Promise.resolve(stored(dave).some((name) => name.includes('.new')) || undefined),
    )
    await dave.device.lock()
    assert.equal(await coming, 'canceled')
    assert.deepEqual(stored(dave), [])
    await dave.device.unlock(PASSPHRASE)
    assert.deepEqual(await dave.device.uploads(), [])
  })

  it('is dropped when no message names it for an hour', async () => {
    // A moment, to whoever waits here.
    const after = (ms: number, work: () => void) => systemClock.after(isAnHour(ms) ? 300 : ms, work)
    const isAnHour = (ms: number): boolean => ms > UPLOAD_KEPT_MS - 10_000 && ms <= UPLOAD_KEPT_MS
    const { device, home } = await bench.make('Erin', [], { ...systemClock, after })
    const { circle: where } = await device.createCircle({ name: 'Own' })
    await device.uploadFile({ where, name: 'forgotten.bin', content: piecesOf(noise(MIB)) })
    assert.equal(stored({ home }).length, 2)
    await eventually('it to go', () => stored({ home }).length === 0 || undefined)
    assert.deepEqual(await device.uploads(), [])
  })

  it('is gone after a kill, however far it was', async () => {
    const home = bench.home()
    const child = spawn(process.execPath, [CHILD, home], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'exit')
    assert.equal(stored({ home }).filter((name) => name.endsWith('.chunks')).length, 1)
    const again = await bench.open(home)
    await again.device.unlock(PASSPHRASE)
    const gone = (): true | undefined => stored({ home }).length === 0 || undefined
    await eventually('what nobody can open to be swept away', gone)
    assert.deepEqual(await again.device.uploads(), [])
  })

  it('is refused by a full disk, at once where its size is known, and leaves nothing', async (t) => {
    const own = new Bench()
    t.after(() => own.end())
    const disk = smallDisk(t, 24)
    if (disk === undefined) return
    const { device, home } = await own.open(join(disk, 'home'))
    await device.init({ passphrase: PASSPHRASE })
    const { circle: where } = await device.createCircle({ name: 'Small' })
    let taken = 0
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for await (const piece of piecesOf(noise(40 * MIB), MIB)) {
        taken += piece.length
        yield piece
      }
    }
    const told = device.uploadFile({ where, name: 'a', size: 40 * MIB, content: pieces() })
    assert.deepEqual([await codeOf(told), taken], ['disk-full', 0])
    assert.equal(await codeOf(device.uploadFile({ where, name: 'a', content: pieces() })), 'disk-full')
    assert.ok(taken > 0 && taken < 30 * MIB, `${String(taken)} bytes were taken`)
    assert.deepEqual(stored({ home }), [])
    await device.send({ where, text: 'there is room for messages' })
  })
})

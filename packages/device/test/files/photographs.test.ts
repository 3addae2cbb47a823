/** Alice sends Bob photographs, alone and in folders: he sees them at once, and not where she took them. */
import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Bench } from '../devices.ts'
import { codeOf, event, eventually, type TestDevice } from '../devices.ts'
import { picture, SECRET, tellingJpeg, tellingPng } from './media/images.ts'
import { PICTURE, SIZE, tellingHeic } from './media/heifs.ts'
import { recording } from './media/recording.ts'
import {
  bytesOf,
  eagerPair,
  emptyFolder,
  fileToSend,
  idOf,
  inState,
  noise,
  sendTo,
  whole,
} from './stories.ts'

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

async function contentOf(one: TestDevice, id: string, path?: string): Promise<Buffer> {
  const { stream } = await one.device.readFile({ id, ...(path !== undefined && { path }) })
  return bytesOf(stream)
}

async function send(...paths: string[]): ReturnType<TestDevice['device']['sendFiles']> {
  const sent = await alice.device.sendFiles({ where: circle, paths })
  await event(bob, 'message', ({ message }) => message.id === sent.message)
  return sent
}

describe('a photograph', () => {
  it('comes without what tells where it was taken, with its size, and the sender is told', async () => {
    const original = await tellingJpeg(picture(600, 400), 6)
    const path = fileToSend(bench, 'photo', original)
    const sent = await send(path)
    assert.deepEqual([sent.stripped, sent.mayTell], [[path], []])
    const view = await whole(bob, idOf(sent))
    assert.deepEqual([view.mediaType, view.width, view.height], ['image/jpeg', 400, 600])
    const came = await contentOf(bob, view.id)
    assert.equal(came.length, view.size)
    assert.ok(original.includes(SECRET) && !came.includes(SECRET))
    assert.ok(came.length < original.length)
    assert.deepEqual(readFileSync(path), original, 'what lies on the disk stays as it is')
  })

  it('is shown small before it is there', async () => {
    await bob.device.setFileSettings({ autoFetchBytes: 0 })
    try {
      const id = await sendTo(
        alice,
        bob,
        circle,
        fileToSend(bench, 'small.png', tellingPng(picture(640, 480))),
      )
      const view = await inState(bob, id, 'offered')
      const { preview } = view
      assert.ok(preview !== undefined)
      const shown = await contentOf(bob, preview)
      assert.deepEqual([...shown.subarray(0, 3)], [0xff, 0xd8, 0xff])
      assert.ok(!shown.includes(SECRET))
      assert.equal((await bob.device.file(id)).have, 0)
    } finally {
      await bob.device.setFileSettings({ autoFetchBytes: null })
    }
  })

  it('keeps what it tells if that was asked for', async () => {
    const original = await tellingJpeg(picture(64, 48))
    const path = fileToSend(bench, 'telling.jpg', original)
    const sent = await alice.device.sendFiles({ where: circle, paths: [path], keepMetadata: true })
    assert.deepEqual([sent.stripped, sent.mayTell], [[], []])
    const id = idOf(sent)
    await eventually('it to come', () => bob.device.file(id).catch(() => undefined))
    await whole(bob, id)
    assert.deepEqual(await contentOf(bob, id), original)
  })

  it('of a telephone, a HEIC, comes without what it tells, alone and in a folder', async () => {
    const original = tellingHeic()
    const folder = emptyFolder(bench)
    const path = join(folder, 'IMG_0001.HEIC')
    writeFileSync(path, original)
    const alone = await send(path)
    assert.deepEqual([alone.stripped, alone.mayTell], [[path], []])
    const view = await whole(bob, idOf(alone))
    assert.deepEqual([view.mediaType, view.width, view.height], ['image/heic', SIZE.width, SIZE.height])
    const among = await send(folder)
    assert.deepEqual([among.stripped, among.mayTell], [[path], []])
    await whole(bob, idOf(among))
    for (const came of [await contentOf(bob, view.id), await contentOf(bob, idOf(among), 'IMG_0001.HEIC')]) {
      assert.equal(came.length, original.length)
      assert.ok(came.includes(PICTURE) && !came.includes(SECRET))
    }
  })

  it('that can\u2019t be cleaned comes as it is, and the sender is told', async () => {
    const heic = Buffer.from(`\0\0\0\x18ftypheic\0\0\0\0mif1heic${SECRET}`, 'latin1')
    const path = fileToSend(bench, 'photo.heic', heic)
    const sent = await send(path)
    assert.deepEqual([sent.stripped, sent.mayTell], [[], [path]])
    await whole(bob, idOf(sent))
    assert.deepEqual(await contentOf(bob, idOf(sent)), heic)
  })

  it('is stored once however often it is sent, cleaned', async () => {
    const shown = { width: 700, height: 500, data: new Uint8ClampedArray(noise(700 * 500 * 4)) }
    const original = tellingPng(shown)
    assert.ok(original.length > 1_048_576, 'its pieces are large and small')
    const first = idOf(await send(fileToSend(bench, 'once.png', original)))
    assert.equal(idOf(await send(fileToSend(bench, 'twice.png', original))), first)
    const other = Buffer.from(original)
    other.writeUInt8(
      other.readUInt8(original.indexOf('IDAT') + 300_000) ^ 1,
      original.indexOf('IDAT') + 300_000,
    )
    assert.notEqual(idOf(await send(fileToSend(bench, 'other.png', other))), first)
  })
})

describe('a folder of photographs', () => {
  it('comes without what they tell, each with the size that it has now', async () => {
    const folder = join(emptyFolder(bench), 'Holiday')
    mkdirSync(join(folder, 'day 1'), { recursive: true })
    const files: Record<string, Buffer> = {
      'day 1/beach.jpg': await tellingJpeg(picture(300, 200), 3),
      'day 1/boat.png': tellingPng(picture(90, 60)),
      'day 1/plain words.jpg.txt': Buffer.from(SECRET),
      'phone.heic': Buffer.from(`\0\0\0\x18ftypheic\0\0\0\0mif1heic${SECRET}`, 'latin1'),
      'without an ending': await tellingJpeg(picture(64, 48)),
    }
    for (const [path, bytes] of Object.entries(files)) writeFileSync(join(folder, path), bytes)
    const sent = await send(folder)
    const cleaned = ['day 1/beach.jpg', 'day 1/boat.png', 'without an ending']
    assert.deepEqual(
      sent.stripped,
      cleaned.map((path) => join(folder, path)),
    )
    assert.deepEqual(sent.mayTell, [join(folder, 'phone.heic')])
    const view = await whole(bob, idOf(sent))
    const entries = await bob.device.folder(view.id)
    let total = 0
    for (const { path, kind, size } of entries) {
      if (kind !== 'file') continue
      const came = await contentOf(bob, view.id, path)
      assert.equal(came.length, size, path)
      total += size
      const original = files[path] ?? assert.fail(path)
      if (cleaned.includes(path)) assert.ok(!came.includes(SECRET) && size < original.length, path)
      else assert.deepEqual(came, original, path)
    }
    assert.deepEqual([view.size, view.files], [total, 5])
  })

  it('comes byte for byte if that was asked for', async () => {
    const folder = emptyFolder(bench)
    const original = await tellingJpeg(picture(64, 48))
    writeFileSync(join(folder, 'photo.jpg'), original)
    const sent = await alice.device.sendFiles({ where: circle, paths: [folder], keepMetadata: true })
    assert.deepEqual([sent.stripped, sent.mayTell], [[], []])
    await eventually('it to come', () => bob.device.file(idOf(sent)).catch(() => undefined))
    await whole(bob, idOf(sent))
    assert.deepEqual(await contentOf(bob, idOf(sent), 'photo.jpg'), original)
  })

  describe('that takes a while', () => {
    const image = tellingPng({ width: 900, height: 700, data: new Uint8ClampedArray(noise(900 * 700 * 4)) })
    let folder: string
    before(() => {
      folder = emptyFolder(bench)
      for (let n = 100; n < 140; n++) writeFileSync(join(folder, `${String(n)}.png`), image)
    })
    const sendIt = () => codeOf(alice.device.sendFiles({ where: circle, paths: [folder] }))
    const preparing = (bytesEach: number) =>
      eventually('it to be prepared', async () => {
        const [view] = await alice.device.files({ active: true })
        return view?.size === 40 * bytesEach ? view : undefined
      })

    it('says how far it is of what is sent, and can be called off', async () => {
      const cleaned = (await send(fileToSend(bench, 'one.png', image))).files[0]?.size ?? 0
      const sending = sendIt()
      const { have } = await preparing(cleaned)
      // What was looked at does not count as sealed.
      assert.ok(have < 20 * cleaned, String(have))
      const { id } = await eventually('more of it', async () => {
        const view = await preparing(cleaned)
        return view.have > have ? view : undefined
      })
      await alice.device.cancelFile(id)
      assert.equal(await sending, 'canceled')
    })

    it('says how far it is of what is looked at, and can be called off', async () => {
      const sending = sendIt()
      const { id } = await eventually('one to be looked at', async () => {
        const view = await preparing(image.length)
        return view.have > 0 ? view : undefined
      })
      await alice.device.cancelFile(id)
      assert.equal(await sending, 'canceled')
    })

    it('is looked through again if one of them changes meanwhile, and tells of each once', async () => {
      const sending = send(folder)
      await preparing(image.length)
      appendFileSync(join(folder, '139.png'), 'more')
      const { stripped, files } = await sending
      assert.deepEqual(
        stripped,
        Array.from({ length: 40 }, (_, n) => join(folder, `${String(100 + n)}.png`)),
      )
      assert.equal(files[0]?.files, 40)
    })
  })
})

it('a recording comes with how long it lasts', async () => {
  const id = idOf(await send(fileToSend(bench, 'voice.wav', recording(3))))
  const view = await whole(bob, id)
  assert.deepEqual([view.mediaType, view.durationMs, view.preview], ['audio/wav', 3_000, undefined])
})

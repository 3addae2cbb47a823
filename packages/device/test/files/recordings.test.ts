/** Alice sends Bob what she filmed and recorded, alone, in folders and as bytes: he sees and hears it all, and not where and when that was. */
import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import { packFolder } from '@triode/api'
import { event, eventually, type Bench, type TestDevice } from '../devices.ts'
import { cleaned } from './media/cleaned.ts'
import { film, TELLING } from './media/films.ts'
import { picture, SECRET, tellingPng } from './media/images.ts'
import { box } from './media/isoBoxes.ts'
import { matroska } from './media/matroskas.ts'
import { voiceNote } from './media/recording.ts'
import { flac, id3, ogg, SONG, wav } from './media/sounds.ts'
import { bytesOf, eagerPair, emptyFolder, fileToSend, idOf, whole } from './stories.ts'

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

const FILES: Readonly<Record<string, Buffer>> = {
  'boat.mp4': film(TELLING['android']),
  'boat.mov': film({ ...TELLING['iphone'], brand: 'qt  ' }),
  'wave.mp4': film({ ...TELLING['gopro'], shownBytes: 900_000 }),
  'harbour.mkv': matroska(),
  'song.mp3': Buffer.concat([
    id3(4, [
      ['TIT2', 'Song'],
      ['TPE1', 'The Oars'],
      ['TSSE', SECRET],
    ]),
    Buffer.alloc(9_000, 7),
  ]),
  'song.flac': flac(SONG),
  'song.opus': ogg('opus', SONG),
  'memo.wav': wav([['INAM', `Home Street ${SECRET}`]]),
}

async function contentOf(id: string, path?: string): Promise<Buffer> {
  const { stream } = await bob.device.readFile({ id, ...(path !== undefined && { path }) })
  return bytesOf(stream)
}

async function received(sent: Awaited<ReturnType<TestDevice['device']['sendFiles']>>): Promise<string> {
  await event(bob, 'message', ({ message }) => message.id === sent.message)
  return (await whole(bob, idOf(sent))).id
}

async function send(path: string, keepMetadata = false) {
  return alice.device.sendFiles({ where: circle, paths: [path], keepMetadata })
}

async function handedOver(name: string, bytes: Buffer) {
  const content = Readable.from([bytes.subarray(0, 9), bytes.subarray(9)])
  const up = await alice.device.uploadFile({ where: circle, name, content, size: bytes.length })
  return { up, sent: await alice.device.sendFiles({ where: circle, uploads: [up.upload] }) }
}

describe('a recording', () => {
  it('comes without what tells where it was made, as long as it was, alone, in a folder, and as bytes', async () => {
    for (const [name, original] of Object.entries(FILES)) {
      const { bytes: expected } = await cleaned(original)
      assert.ok(original.includes(SECRET) && !expected.includes(SECRET), name)
      const folder = emptyFolder(bench)
      const path = join(folder, name)
      writeFileSync(path, original)
      writeFileSync(join(folder, 'other.txt'), 'other')

      const alone = await send(path)
      assert.deepEqual([alone.stripped, alone.mayTell], [[path], []], name)
      assert.ok((await contentOf(await received(alone))).equals(expected), name)

      const among = await send(folder)
      assert.deepEqual([among.stripped, among.mayTell], [[path], []], name)
      assert.ok((await contentOf(await received(among), name)).equals(expected), name)

      const { up, sent } = await handedOver(name, original)
      assert.deepEqual([up.stripped, up.mayTell, up.size], [true, false, original.length], name)
      assert.deepEqual([sent.stripped, sent.mayTell], [[name], []], name)
      assert.equal(await received(sent), idOf(alone), 'the same content is here once')
      assert.ok(readFileSync(path).equals(original), 'what lies on the disk stays as it is')
    }
  })

  it('and an image lose with that when they were last written, alone, in a folder and as bytes, and nothing else does', async () => {
    const folder = emptyFolder(bench)
    const files = {
      'a.mp4': film(TELLING['android']),
      'b.png': tellingPng(picture(9, 7)),
      'c.txt': Buffer.from('c'),
    }
    const times = async (sent: Awaited<ReturnType<typeof send>>) => {
      const { id } = await whole(bob, await received(sent))
      return (await bob.device.folder(id)).map(({ path, modifiedAt }) => [path, modifiedAt !== undefined])
    }
    const [lost, kept] = [
      [...Object.keys(files)].map((name) => [name, name === 'c.txt']),
      [...Object.keys(files)].map((name) => [name, true]),
    ]
    for (const [name, bytes] of Object.entries(files)) {
      writeFileSync(join(folder, name), bytes)
      const alone = await whole(bob, await received(await send(join(folder, name))))
      const asIs = await whole(bob, await received(await send(join(folder, name), true)))
      assert.deepEqual(
        [alone.modifiedAt !== undefined, asIs.modifiedAt !== undefined],
        [name === 'c.txt', true],
        name,
      )
      const content = Readable.from([bytes])
      const up = await alice.device.uploadFile({
        where: circle,
        name,
        content,
        modifiedAt: 1_700_000_000_000,
      })
      assert.equal(up.modifiedAt, name === 'c.txt' ? 1_700_000_000_000 : undefined)
      await alice.device.dropUpload(up.upload)
    }
    assert.deepEqual(await times(await send(folder)), lost)
    assert.deepEqual(await times(await send(folder, true)), kept)
    const items = Object.entries(files).map(([name, bytes]) => ({
      path: [name],
      file: Object.assign(new Blob([new Uint8Array(bytes)]), { lastModified: 1_700_000_000_000 }),
    }))
    const { body, files: count } = packFolder(items)
    const up = await alice.device.uploadFile({
      where: circle,
      name: 'Sea',
      size: body.size,
      files: count,
      content: body.stream(),
    })
    assert.deepEqual(await times(await alice.device.sendFiles({ where: circle, uploads: [up.upload] })), lost)
  })

  it('goes as it is if its sender says so', async () => {
    const [name, original] = ['kept.mp4', film(TELLING['gopro'])]
    const path = fileToSend(bench, name, original)
    const sent = await send(path, true)
    assert.deepEqual([sent.stripped, sent.mayTell], [[], []])
    assert.ok((await contentOf(await received(sent))).equals(original))
  })

  it('of a kind that can’t be gone through comes as it is, and the sender is told', async () => {
    const avi = Buffer.concat([Buffer.from('RIFF\x40\0\0\0AVI LIST', 'latin1'), Buffer.alloc(200)])
    const folder = emptyFolder(bench)
    const path = join(folder, 'old.avi')
    writeFileSync(path, avi)
    for (const sent of [await send(path), await send(folder)]) {
      assert.deepEqual([sent.stripped, sent.mayTell], [[], [path]])
      await received(sent)
    }
    const { up, sent } = await handedOver('old.avi', avi)
    assert.deepEqual([up.mayTell, sent.mayTell], [true, ['old.avi']])
  })

  it('is sealed anew where what tells of each moment went by before that was known', async () => {
    const original = film({ ...TELLING['gopro'], shownBytes: 400_001 })
    const before = (await alice.device.storage()).filesBytes
    const { up, sent } = await handedOver('moments.mp4', original)
    assert.ok(up.stripped && !up.mayTell)
    assert.ok((await contentOf(await received(sent))).equals((await cleaned(original)).bytes))
    const { filesBytes } = await alice.device.storage()
    assert.ok(filesBytes - before < 1.5 * original.length, 'what was sealed before is gone')
  })

  it('that a browser recorded comes as it is, and nothing is said of it', async () => {
    const note = voiceNote(1_000)
    const { up, sent } = await handedOver('note.webm', note)
    assert.deepEqual([up.stripped, up.mayTell, sent.stripped], [false, false, []])
    assert.ok((await contentOf(await received(sent))).equals(note))
  })

  it('is gone through again if it changes while it is sealed', async () => {
    const folder = emptyFolder(bench)
    mkdirSync(join(folder, 'in'))
    const path = join(folder, 'in', 'long.mp4')
    writeFileSync(path, film({ ...TELLING['gopro'], shownBytes: 30_000_000 }))
    const sending = send(path)
    await eventually('it to be prepared', async () => (await alice.device.files({ active: true }))[0])
    appendFileSync(path, box('free', Buffer.from(SECRET)))
    const sent = await sending
    assert.deepEqual([sent.stripped, sent.mayTell], [[path], []])
    const { bytes: expected } = await cleaned(readFileSync(path))
    assert.ok((await contentOf(await received(sent))).equals(expected))
  })
})

it('a film that is sent again is found to be here, though less of it was sealed than lies on the disk', async () => {
  const path = fileToSend(bench, 'again.mp4', film(TELLING['3gpp']))
  const [one, other] = [await send(path), await send(path)]
  assert.equal(idOf(one), idOf(other))
})

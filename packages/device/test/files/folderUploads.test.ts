/** A face that has a folder and no path, a page of a browser above all: list and files as one body, sealed as it comes (spec §13.11). */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { packFolder, type FolderItem } from '@triode/api'
import type { UploadView } from '../../src/index.ts'
import { codeOf, event, type Bench, type TestDevice } from '../devices.ts'
import { cleaned } from './media/cleaned.ts'
import { film, TELLING } from './media/films.ts'
import { picture, SECRET, tellingJpeg } from './media/images.ts'
import { matroska } from './media/matroskas.ts'
import { digest, eagerPair, idOf, MIB, noise, saved, whole } from './stories.ts'

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

function file(path: string, bytes: Uint8Array, lastModified?: number): FolderItem {
  const blob = Object.assign(
    new Blob([new Uint8Array(bytes)]),
    lastModified === undefined ? {} : { lastModified },
  )
  return { path: path.split('/'), file: blob }
}

async function upload(items: readonly FolderItem[], more: { readonly keepMetadata?: boolean } = {}) {
  const { body, files } = packFolder(items)
  const content = body.stream()
  return alice.device.uploadFile({ where: circle, name: 'Regatta', size: body.size, files, content, ...more })
}

/** @returns where it was to be saved, and what Bob sees of it afterwards */
async function given({ upload: id }: UploadView) {
  const sent = await alice.device.sendFiles({ where: circle, uploads: [id] })
  await event(bob, 'message', ({ message }) => message.id === sent.message)
  const view = await whole(bob, idOf(sent))
  const to = join(bench.folder, `saved-${id}`)
  await bob.device.getFile({ id: view.id, to })
  return { to, view: await saved(bob, view.id) }
}

async function received(up: UploadView): Promise<string> {
  return (await given(up)).to
}

/** Elsewhere open folders have no paths, and what is too long is another. */
const ON_LINUX = { skip: process.platform !== 'linux' }

describe('a folder that is handed over', () => {
  it(
    'says which small file in it the disk can\u2019t hold, safely, and leaves nothing',
    ON_LINUX,
    async () => {
      const deep = Array.from({ length: 16 }, (_, n) => 'd'.repeat(n === 15 ? 220 : 250)).join('/')
      const name = `tide\u001b[31m ${'t'.repeat(190)}.txt`
      const { to, view } = await given(
        await upload([file('log.txt', noise(9)), file(`${deep}/${name}`, noise(7))]),
      )
      assert.equal(view.notSaved?.code, 'file-refused')
      assert.equal(view.notSaved.details?.['of'], 'named')
      const path = `${deep}/${name.replace('\u001b', '_')}`
      assert.equal(view.notSaved.details['path'], `\u2026${path.slice(-200)}`)
      assert.ok(readdirSync(bench.folder).every((one) => !one.startsWith(basename(to))))
    },
  )

  it('comes as it was: what lies in what, empty folders and files, when each was written to', async () => {
    const large = noise(3 * MIB + 17)
    const up = await upload([
      file('zuletzt.txt', noise(7), 1_700_000_000_000),
      file('deep/down/tide.bin', large),
      { path: ['empty'] },
      file('deep/nothing', noise(0)),
      file('deep.txt', noise(9)),
    ])
    assert.deepEqual([up.name, up.files, up.size, up.mediaType], ['Regatta', 4, large.length + 16, ''])
    const to = await received(up)
    assert.deepEqual(readdirSync(to, { recursive: true }).sort(), [
      'deep',
      'deep.txt',
      'deep/down',
      'deep/down/tide.bin',
      'deep/nothing',
      'empty',
      'zuletzt.txt',
    ])
    assert.equal(digest(readFileSync(join(to, 'deep/down/tide.bin'))), digest(large))
    assert.equal(statSync(join(to, 'zuletzt.txt')).mtimeMs, 1_700_000_000_000)
    assert.deepEqual(await alice.device.uploads(), [])
  })

  it('has what films tell taken out, and says which may go on telling', async () => {
    const items = [
      file('a boat.jpg', await tellingJpeg(picture(60, 40))),
      file('at home.mp4', film({ ...TELLING['gopro'], isFirst: true })),
      file('at sea.mp4', film(TELLING['gopro'])),
      file('old.avi', Buffer.from('RIFF\x08\0\0\0AVI LIST', 'latin1')),
      file('zuletzt.mkv', matroska({ types: [1, 33] })),
    ]
    const up = await upload(items)
    assert.ok(up.stripped && up.mayTell)
    const sent = await alice.device.sendFiles({ where: circle, uploads: [up.upload] })
    const named = ['a boat.jpg', 'at home.mp4', 'at sea.mp4', 'zuletzt.mkv'].map((name) => `Regatta/${name}`)
    assert.deepEqual([sent.stripped, sent.mayTell], [named, ['Regatta/old.avi', 'Regatta/zuletzt.mkv']])
    const to = await received(await upload(items))
    for (const { path, file: blob } of items) {
      const [came, was] = [
        readFileSync(join(to, ...path)),
        Buffer.from((await blob?.arrayBuffer()) ?? new ArrayBuffer(0)),
      ]
      assert.ok(!came.includes(SECRET), path.join('/'))
      if (!path[0]?.endsWith('.jpg')) assert.equal(came.length, was.length)
      if (path[0]?.endsWith('.mp4')) assert.ok(came.equals((await cleaned(was)).bytes))
    }
    const kept = await upload(items, { keepMetadata: true })
    assert.ok(!kept.mayTell && !kept.stripped)
    await alice.device.dropUpload(kept.upload)
  })

  it('has what images tell taken out, unless it is to stay', async () => {
    const items = [file('boat.jpg', await tellingJpeg(picture(60, 40))), file('log.txt', noise(100))]
    const up = await upload(items)
    assert.deepEqual([up.stripped, up.mayTell], [true, false])
    const sent = await alice.device.sendFiles({ where: circle, uploads: [up.upload] })
    assert.deepEqual(sent.stripped, ['Regatta/boat.jpg'])
    const to = await received(await upload(items))
    assert.ok(!readFileSync(join(to, 'boat.jpg')).includes(SECRET))
    assert.equal(readFileSync(join(to, 'log.txt')).length, 100)
    const kept = await received(await upload(items, { keepMetadata: true }))
    assert.ok(readFileSync(join(kept, 'boat.jpg')).includes(SECRET))
  })

  it('holds names in composed Unicode, each once; what can’t be named is left out', () => {
    const long = 'ä'.repeat(200)
    const items = [
      file('a\u0308.txt', noise(1)),
      file('ä.txt', noise(2)),
      file(`${long}/in.txt`, noise(3)),
      file('../out.txt', noise(4)),
    ]
    const { files, leftOut } = packFolder(items)
    assert.deepEqual([files, leftOut], [2, [`${long}/in.txt`, '../out.txt']])
  })

  it('that is no folder is refused, and nothing of it stays', async () => {
    const { body } = packFolder([file('a.txt', noise(10))])
    const good = new Uint8Array(await body.arrayBuffer())
    const cases: readonly [name: string, bytes: Uint8Array, files: number, code: string][] = [
      ['another number of files', good, 2, 'folder-invalid'],
      ['too short for its list', good.slice(0, 12), 1, 'folder-invalid'],
      ['a file cut short', good.slice(0, -1), 1, 'folder-invalid'],
      ['a byte too many', Uint8Array.of(...good, 0), 1, 'folder-invalid'],
      ['noise', noise(1_000), 1, 'folder-invalid'],
      ['nothing', new Uint8Array(0), 0, 'file-changed'],
    ]
    for (const [name, bytes, files, code] of cases) {
      const input = {
        where: circle,
        name: 'x',
        size: bytes.length,
        files,
        content: new Blob([new Uint8Array(bytes)]).stream(),
      }
      const said = await codeOf(alice.device.uploadFile(input))
      assert.ok(said === code || said === 'too-many-files', `${name}: ${said}`)
    }
    const unsized = { where: circle, name: 'x', files: 1, content: new Blob([good]).stream() }
    assert.equal(await codeOf(alice.device.uploadFile(unsized)), 'folder-invalid')
    assert.deepEqual(await alice.device.uploads(), [])
  })
})

import assert from 'node:assert/strict'
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Bench } from '../devices.ts'
import { eventually, type TestDevice } from '../devices.ts'
import { bytesOf, digest, eagerPair, emptyFolder, fileToSend, idOf, MIB, noise, whole } from './stories.ts'

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

const send = (...paths: string[]) => alice.device.sendFiles({ where: circle, paths })

function blobs(): number {
  return readdirSync(join(alice.home, 'files')).filter((name) => name.endsWith('.chunks')).length
}

/** Once some of it is sealed. */
function sealing() {
  return eventually('some of it to be sealed', async () => {
    const [view] = await alice.device.files({ where: circle, active: true })
    return view !== undefined && view.have > 0 ? view : undefined
  })
}

/** As a program does that logs. */
function keepWriting(path: string): Disposable {
  const timer = setInterval(() => {
    appendFileSync(path, 'and more\n')
  }, 5)
  return {
    [Symbol.dispose]() {
      clearInterval(timer)
    },
  }
}

async function contentOf(id: string, path?: string): Promise<string> {
  return digest(await bytesOf((await bob.device.readFile({ id, ...(path && { path }) })).stream))
}

describe('a file that changes for a moment while it is sent', () => {
  it('is sealed again as it is then, under the same id meanwhile, and nothing is left of the first time', async () => {
    const before = blobs()
    const path = fileToSend(bench, 'letter.txt', noise(64 * MIB))
    const sending = send(path)
    const { id: first } = await sealing()
    appendFileSync(path, 'P.S.')
    const again = await eventually('it to be read again', async () => {
      const [view] = await alice.device.files({ where: circle, active: true })
      return view?.size === 64 * MIB + 4 ? view : undefined
    })
    assert.equal(again.id, first)
    const id = idOf(await sending)
    assert.equal(blobs(), before + 1)
    assert.equal((await whole(bob, id)).size, 64 * MIB + 4)
    assert.equal(await contentOf(id), digest(readFileSync(path)))
  })

  it('may be shorter by then', async () => {
    const path = fileToSend(bench, 'shorter', noise(64 * MIB))
    const sending = send(path)
    await sealing()
    truncateSync(path, 10)
    const id = idOf(await sending)
    assert.equal((await whole(bob, id)).size, 10)
    assert.equal(await contentOf(id), digest(readFileSync(path)))
  })
})

describe('a folder in which something changes for a moment while it is sent', () => {
  it('goes as it is then: what got another name, what is new, and what was written to', async () => {
    const before = blobs()
    const folder = join(emptyFolder(bench), 'Downloads')
    mkdirSync(folder)
    writeFileSync(join(folder, 'a large one'), noise(64 * MIB))
    writeFileSync(join(folder, 'film.part'), noise(1_000))
    writeFileSync(join(folder, 'log'), 'begun\n')
    const sending = send(folder)
    await sealing()
    renameSync(join(folder, 'film.part'), join(folder, 'film'))
    appendFileSync(join(folder, 'log'), 'ended\n')
    writeFileSync(join(folder, 'new'), 'new')
    const { files, leftOut } = await sending
    const id = files[0]?.id ?? ''
    assert.deepEqual([files.length, files[0]?.files, leftOut], [1, 4, []])
    assert.equal(blobs(), before + 2, 'what it holds, and the list of that')
    await whole(bob, id)
    const names = (await bob.device.folder(id)).map(({ path }) => path)
    assert.deepEqual(names, ['a large one', 'film', 'log', 'new'])
    for (const name of names)
      assert.equal(await contentOf(id, name), digest(readFileSync(join(folder, name))))
  })

  it('is one that is made of many, too', async () => {
    const paths = Array.from({ length: 17 }, (_, n) => fileToSend(bench, `file ${n}`, noise(4 * MIB)))
    const [, second = ''] = paths
    const sending = send(...paths)
    await sealing()
    for (const path of paths) appendFileSync(path, '!')
    const id = idOf(await sending)
    await whole(bob, id)
    assert.equal((await bob.device.folder(id)).length, 17)
    assert.equal(await contentOf(id, 'file 1'), digest(readFileSync(second)))
  })

  it('names what can’t be sent of it once', async () => {
    const folder = join(emptyFolder(bench), 'Logs')
    mkdirSync(folder)
    writeFileSync(join(folder, 'log'), noise(64 * MIB))
    const odd = Buffer.from([0xff])
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), odd]), 'x')
    const sending = send(folder)
    await sealing()
    appendFileSync(join(folder, 'log'), 'more')
    assert.deepEqual(
      (await sending).leftOut.map(({ reason }) => reason),
      ['name-not-utf8'],
    )
  })
})

describe('what is removed while it is sent', () => {
  it('is refused by its name, and leaves nothing', async () => {
    const before = blobs()
    const path = fileToSend(bench, 'removed', noise(64 * MIB))
    const sending = send(path)
    const refused = assert.rejects(sending, { code: 'file-absent', details: { path } })
    await sealing()
    rmSync(path)
    await refused
    assert.equal(blobs(), before)
    assert.deepEqual(await alice.device.files({ where: circle, active: true }), [])
  })

  it('is missing in the folder that it was in, and the rest goes', async () => {
    const folder = join(emptyFolder(bench), 'Thinned')
    mkdirSync(folder)
    writeFileSync(join(folder, 'a large one'), noise(64 * MIB))
    writeFileSync(join(folder, 'stays'), noise(1_000))
    writeFileSync(join(folder, 'went'), noise(1_000))
    const sending = send(folder)
    await sealing()
    rmSync(join(folder, 'went'))
    rmSync(join(folder, 'a large one'))
    const id = idOf(await sending)
    await whole(bob, id)
    assert.deepEqual(
      (await bob.device.folder(id)).map(({ path }) => path),
      ['stays'],
    )
    assert.equal(await contentOf(id, 'stays'), digest(readFileSync(join(folder, 'stays'))))
  })
})

describe('what changes all the time while it is sent', () => {
  it('is refused, alone and in a folder, named, with what to do, and leaves nothing', async () => {
    const before = blobs()
    const folder = join(emptyFolder(bench), 'Service')
    mkdirSync(folder)
    const log = join(folder, 'service.log')
    writeFileSync(log, noise(48 * MIB))
    using _writing = keepWriting(log)
    for (const path of [log, folder])
      await assert.rejects(send(path), {
        code: 'file-changed',
        details: { path: log },
        message: `${log} changed while it was being sent.`,
        remedy: 'Send it again when nothing writes to it, or send a copy.',
      })
    assert.equal(blobs(), before)
    assert.deepEqual(await alice.device.files({ where: circle, active: true }), [])
  })
})

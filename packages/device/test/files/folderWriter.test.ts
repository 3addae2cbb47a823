import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Unavailable, type IndexedEntry, type PlainFile, type StoredBlob } from '@triode/core'
import { placed } from '../../src/files/folderPlan.ts'
import { FolderWriter } from '../../src/files/folderWriter.ts'
import { codeOf } from '../devices.ts'

/** Elsewhere open folders have no paths. */
const HELD = { skip: process.platform !== 'linux' }

let base: string
before(() => {
  base = mkdtempSync(join(tmpdir(), 'triode-folder-'))
})
after(() => {
  rmSync(base, { recursive: true, force: true })
})

/** Makes files of these bytes, and does nothing else of a blob. */
function blobOf(bytes: Uint8Array): StoredBlob {
  async function writeFiles(_: Uint8Array, files: Iterable<PlainFile>): Promise<void> {
    for (const { path, from, size } of files)
      await writeFile(path, bytes.subarray(from, from + size), { flag: 'wx' })
  }
  return { writeFiles } as unknown as StoredBlob
}

function file(path: string, from = 0, size = 1): IndexedEntry {
  return { path: path.split('/'), kind: 'file', executable: false, size, from }
}

function folder(path: string): IndexedEntry {
  return { path: path.split('/'), kind: 'folder', executable: false, size: 0, from: 0 }
}

function link(path: string, target: string): IndexedEntry {
  return { ...folder(path), kind: 'link', target: target.split('/') }
}

function names(...entries: IndexedEntry[]): string[] {
  return placed(entries).map(({ written }) => written)
}

describe('where the entries of a folder are written', () => {
  it('is under harmless names, each of them once', () => {
    const all = names(folder('CON'), file('CON/a:b'), file('CON/a*b'), file('x'), file('X'), file('tail. '))
    assert.equal(new Set(all.map((name) => name.toLowerCase())).size, all.length)
    for (const name of all) assert.doesNotMatch(name, /^CON(\/|$)|[:*]|[. ]$/)
  })

  it('is refused as a whole where it breaks the rules', () => {
    const hostile: IndexedEntry[][] = [
      [file('folder/without')],
      [file('a'), file('a/b')],
      [link('a', 'b'), file('a/b')],
      [file('twice'), file('twice')],
      [file('twice'), folder('twice')],
      [link('out', '..')],
      [folder('a'), link('a/out', '../..')],
      [folder('a'), link('a/out', '../../etc/passwd')],
      [link('through', 'a/../../b')],
      [{ ...file(''), path: [] }],
    ]
    for (const entries of hostile)
      assert.throws(() => placed(entries), { code: 'folder-malformed' }, JSON.stringify(entries))
  })

  it('makes links lead where they led, under the names that are written', () => {
    const all = placed([
      folder('a:b'),
      file('a:b/c?'),
      folder('d'),
      link('d/l', '../a:b/c?'),
      link('m', 'no:where'),
    ])
    assert.deepEqual(
      all.flatMap(({ target }) => target ?? []),
      ['../a_b/c_', 'no_where'],
    )
  })
})

describe('writing a folder', () => {
  const nothing = { secret: new Uint8Array(32), signal: new AbortController().signal }

  it('puts each file’s bytes under its name', async () => {
    const root = join(base, 'good')
    const stored = blobOf(Buffer.from('onetwo'))
    const entries = [file('a', 0, 3), folder('b'), file('b/c', 3, 3), file('empty', 6, 0), link('l', 'b/c')]
    await new FolderWriter({ stored, ...nothing }).write(root, entries, {})
    assert.equal(readFileSync(join(root, 'a'), 'utf8'), 'one')
    assert.equal(readFileSync(join(root, 'l'), 'utf8'), 'two')
    assert.equal(readFileSync(join(root, 'empty'), 'utf8'), '')
  })

  it('writes nothing elsewhere when somebody puts a link in its place meanwhile', HELD, async () => {
    const root = join(base, 'swapped')
    const outside = join(base, 'elsewhere')
    mkdirSync(outside)
    const blob = blobOf(Buffer.from('one'))
    const stored = {
      writeFiles: async (secret: Uint8Array, files: Iterable<PlainFile>) => {
        renameSync(root, `${root} as it was`)
        symlinkSync(outside, root)
        await blob.writeFiles(secret, files)
      },
    } as unknown as StoredBlob
    const entries = [file('a', 0, 3), folder('b'), file('b/c', 3, 0), link('l', 'b/c')]
    await codeOf(new FolderWriter({ stored, ...nothing }).write(root, entries, {}))
    assert.deepEqual(readdirSync(outside), [])
  })

  it('lets nobody else look into it until all of it is there', async () => {
    const root = join(base, 'closed')
    const modes: number[] = []
    const stored = {
      writeFiles: () => {
        modes.push(statSync(root).mode & 0o777)
        return Promise.resolve()
      },
    } as unknown as StoredBlob
    const umask = process.umask(0o002)
    try {
      await new FolderWriter({ stored, ...nothing }).write(root, [folder('b')], {})
      assert.deepEqual(modes, [0o700])
      assert.equal(statSync(root).mode & 0o777, 0o775)
      assert.deepEqual(readdirSync(root), ['b'])
    } finally {
      process.umask(umask)
    }
  })

  it('makes nothing of what is malformed, and writes into nothing that is there', async () => {
    const root = join(base, 'bad')
    const writer = new FolderWriter({ stored: blobOf(Buffer.from('x')), ...nothing })
    assert.equal(
      await codeOf(writer.write(root, [file('fine'), link('out', '../x')], {})),
      'folder-malformed',
    )
    assert.equal(existsSync(root), false)
    mkdirSync(root)
    writeFileSync(join(root, 'mine'), 'mine')
    assert.equal(await codeOf(writer.write(root, [file('mine')], {})), 'EEXIST')
    assert.deepEqual(readdirSync(root), ['mine'])
    assert.equal(readFileSync(join(root, 'mine'), 'utf8'), 'mine')
  })

  it('names what is refused by its path in the folder', async () => {
    const root = join(base, 'refused')
    const copyTo = () => Promise.reject(Object.assign(new Error('EFBIG'), { code: 'EFBIG', errno: -27 }))
    const stored = { ...blobOf(Buffer.of()), copyTo } as unknown as StoredBlob
    const writing = new FolderWriter({ stored, ...nothing }).write(
      root,
      [folder('films'), file('films/long.mp4', 0, 5_000_000_000)],
      {},
    )
    await assert.rejects(writing, { code: 'file-refused', details: { of: 'large', path: 'films/long.mp4' } })
  })

  it('names one of many small ones by its path in the folder, whoever says which it was', async () => {
    const entries = [folder('photos'), file('photos/sail.png'), file('photos/sun.png')]
    const refused = (root: string) =>
      Object.assign(new Error('no'), { code: 'ENAMETOOLONG', path: join(root, 'photos/sun.png') })
    const causes = {
      named: refused,
      large: (root: string) =>
        new Unavailable('disk-full', { cause: Object.assign(refused(root), { code: 'EFBIG' }) }),
    }
    for (const [of, causeIn] of Object.entries(causes)) {
      // Under the path of the open folder, which is not that of the person's.
      const writeFiles = (_: Uint8Array, files: Iterable<PlainFile>) =>
        Promise.reject(causeIn(dirname(dirname([...files][0]?.path ?? ''))))
      const writer = new FolderWriter({ stored: { writeFiles } as unknown as StoredBlob, ...nothing })
      await assert.rejects(writer.write(join(base, `small ${of}`), entries, {}), {
        code: 'file-refused',
        details: { of, path: 'photos/sun.png' },
      })
    }
  })

  it('names nothing that lies elsewhere, such as where chunks are kept', async () => {
    const cause = Object.assign(new Error('no'), { code: 'EMFILE', path: join(base, 'x.chunks') })
    const stored = { writeFiles: () => Promise.reject(cause) } as unknown as StoredBlob
    const writing = new FolderWriter({ stored, ...nothing }).write(
      join(base, 'elsewhere kept'),
      [file('a')],
      {},
    )
    await assert.rejects(writing, cause)
  })

  it('names a link that is refused', HELD, async () => {
    const writer = new FolderWriter({ stored: blobOf(Buffer.of()), ...nothing })
    const deep = Array.from({ length: 16 }, (_, n) => 'd'.repeat(n === 15 ? 220 : 250)).join('/')
    const folders = deep.split('/').map((_, n, all) => folder(all.slice(0, n + 1).join('/')))
    const name = `${deep}/${'l'.repeat(200)}`
    await assert.rejects(writer.write(join(base, 'link'), [...folders, link(name, 'x')], {}), {
      code: 'file-refused',
      details: { of: 'named', path: `…${name.slice(-200)}` },
    })
  })

  it('ends when it is called off', async () => {
    const abort = new AbortController()
    abort.abort()
    const writer = new FolderWriter({
      stored: blobOf(Buffer.from('x')),
      secret: nothing.secret,
      signal: abort.signal,
    })
    assert.equal(await codeOf(writer.write(join(base, 'off'), [file('a')], {})), 'canceled')
  })
})

describe('what was written of a folder that is not wanted any more', () => {
  it('goes, also where folders are closed to writing by then', () => {
    const root = join(base, 'partial')
    mkdirSync(join(root, 'a', 'b'), { recursive: true })
    writeFileSync(join(root, 'a', 'b', 'c'), 'c')
    const outside = join(base, 'outside')
    mkdirSync(outside, { mode: 0o500 })
    symlinkSync(outside, join(root, 'a', 'out'))
    // Root may write everywhere: somebody else removes it.
    const script = `import { removePartial } from ${JSON.stringify(new URL('../../src/files/partial.ts', import.meta.url).href)}
      if (process.getuid() === 0) { process.setgid(65534); process.setuid(65534) }
      await removePartial(${JSON.stringify(root)})`
    const owner = process.getuid?.() === 0 ? 65534 : undefined
    for (const path of [base, root, join(root, 'a'), join(root, 'a', 'b')])
      if (owner !== undefined) chownSync(path, owner, owner)
    for (const path of [join(root, 'a', 'b'), join(root, 'a'), root]) chmodSync(path, 0o500)
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script])
    assert.equal(status, 0, stderr.toString())
    assert.equal(existsSync(root), false)
    assert.equal(statSync(outside).mode & 0o777, 0o500)
  })
})

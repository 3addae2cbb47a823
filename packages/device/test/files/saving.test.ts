import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import fsPromises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { placeFile } from '../../src/files/partial.ts'
import type { Bench } from '../devices.ts'
import { codeOf, eventsOf, eventually, type TestDevice } from '../devices.ts'
import {
  digest,
  digestOf,
  eager,
  eagerPair,
  emptyFolder,
  fileToSend,
  MIB,
  noise,
  saved,
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

describe('a file that is saved', () => {
  it('lies where it was said, with its time and whether it is executable', async () => {
    const content = noise(MIB + 5)
    const path = fileToSend(bench, 'tool', content)
    chmodSync(path, 0o755)
    utimesSync(path, 1_600_000_000, 1_600_000_000)
    const id = await sendTo(alice, bob, circle, path)
    const folder = emptyFolder(bench)
    await bob.device.getFile({ id, to: join(folder, 'my tool') })
    assert.equal((await saved(bob, id)).savedTo, join(folder, 'my tool'))
    assert.equal(digestOf(join(folder, 'my tool')), digest(content))
    const stats = statSync(join(folder, 'my tool'))
    assert.equal(stats.mtimeMs, 1_600_000_000_000)
    assert.notEqual(stats.mode & 0o100, 0)
    assert.deepEqual(readdirSync(folder), ['my tool'])
    const { records } = await bob.device.audit({ limit: 5 })
    const entry = records.find((one) => one.event === 'file-saved')
    assert.equal(entry?.fields['blob'], id)
  })

  it('is as private and as closed to writing as it was, never wider than the umask, and nothing else', async () => {
    const modes: readonly (readonly [sent: number, written: number])[] = [
      [0o600, 0o600],
      [0o400, 0o400],
      [0o444, 0o440],
      [0o640, 0o640],
      [0o666, 0o640],
      [0o700, 0o700],
      [0o500, 0o500],
      [0o6755, 0o750],
      [0o4700, 0o700],
      [0o1777, 0o750],
    ]
    const folder = emptyFolder(bench)
    const inside = join(folder, 'in a folder')
    mkdirSync(join(inside, 'private'), { recursive: true })
    for (const [mode] of modes) {
      for (const path of [join(folder, mode.toString(8)), join(inside, mode.toString(8))]) {
        writeFileSync(path, mode.toString(8))
        chmodSync(path, mode)
      }
    }
    writeFileSync(join(inside, 'private', 'x'), 'x')
    chmodSync(join(inside, 'private'), 0o2700)
    const closed = join(folder, 'closed')
    mkdirSync(join(closed, 'inside'), { recursive: true })
    writeFileSync(join(closed, 'inside', 'x'), 'x')
    chmodSync(join(closed, 'inside'), 0o1555)
    chmodSync(closed, 0o500)
    const to = emptyFolder(bench)
    const before = process.umask(0o027)
    try {
      for (const name of [...modes.map(([mode]) => mode.toString(8)), 'in a folder', 'closed']) {
        const id = await sendTo(alice, bob, circle, join(folder, name))
        await bob.device.getFile({ id, to })
        const view = await saved(bob, id)
        assert.equal(view.notSaved, undefined)
        if (name === 'closed') assert.deepEqual([view.ownerOnly, view.readOnly], [true, true])
        if (name === 'in a folder') assert.deepEqual([view.ownerOnly, view.readOnly], [undefined, undefined])
      }
    } finally {
      process.umask(before)
    }
    const written = (...names: string[]): number => statSync(join(to, ...names)).mode & 0o7777
    for (const [mode, expected] of modes) {
      const name = mode.toString(8)
      assert.equal(written(name).toString(8), expected.toString(8), name)
      assert.equal(written('in a folder', name).toString(8), expected.toString(8), name)
    }
    assert.equal(written('in a folder', 'private').toString(8), '700')
    assert.equal(written('in a folder').toString(8), '750')
    assert.equal(written('closed').toString(8), '500')
    assert.equal(written('closed', 'inside').toString(8), '550')
    assert.equal(readFileSync(join(to, 'closed', 'inside', 'x'), 'utf8'), 'x')
  })

  it('gets its own name in a folder, and replaces nothing unasked', async () => {
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'letter.txt', 'dear Bob'))
    const folder = emptyFolder(bench)
    writeFileSync(join(folder, 'letter.txt'), 'older')
    assert.equal(await codeOf(bob.device.getFile({ id, to: folder })), 'file-exists')
    assert.equal(await codeOf(bob.device.getFile({ id, to: join(folder, 'letter.txt') })), 'file-exists')
    assert.equal(readFileSync(join(folder, 'letter.txt'), 'utf8'), 'older')
    await bob.device.getFile({ id, to: folder, overwrite: true })
    await saved(bob, id)
    assert.equal(readFileSync(join(folder, 'letter.txt'), 'utf8'), 'dear Bob')
    for (const to of [
      join(folder, 'no', 'such'),
      join(folder, 'new/'),
      'relative',
      join(folder, 'letter.txt', 'x'),
    ])
      assert.equal(await codeOf(bob.device.getFile({ id, to })), 'file-refused', to)
    await assert.rejects(bob.device.getFile({ id, to: join(folder, 'new/') }), {
      message: `There is no folder ${join(folder, 'new/')}.`,
      remedy: 'Make it first, or choose another.',
    })
    assert.deepEqual(readdirSync(folder), ['letter.txt'])
  })

  it('replaces no pipe and no device, though it may replace what is there', async () => {
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'bytes', 'bytes'))
    const pipe = join(emptyFolder(bench), 'pipe')
    assert.equal(spawnSync('mkfifo', [pipe]).status, 0)
    assert.equal(await codeOf(bob.device.getFile({ id, to: pipe, overwrite: true })), 'file-exists')
    assert.ok(lstatSync(pipe).isFIFO())
  })

  it('replaces a link, and not what that leads to', async () => {
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'new', 'new content'))
    const folder = emptyFolder(bench)
    writeFileSync(join(folder, 'precious'), 'precious')
    symlinkSync('precious', join(folder, 'link'))
    assert.equal(await codeOf(bob.device.getFile({ id, to: join(folder, 'link') })), 'file-exists')
    await bob.device.getFile({ id, to: join(folder, 'link'), overwrite: true })
    await saved(bob, id)
    assert.equal(lstatSync(join(folder, 'link')).isSymbolicLink(), false)
    assert.equal(readFileSync(join(folder, 'precious'), 'utf8'), 'precious')
  })

  it('gets a harmless name whatever it was called', async () => {
    const folder = emptyFolder(bench)
    for (const name of ['a\nb.txt', 'CON', 'x\u202egnp.exe', '...', 'c:d']) {
      const id = await sendTo(alice, bob, circle, fileToSend(bench, name, name))
      await bob.device.getFile({ id, to: folder })
      const { savedTo = '' } = await saved(bob, id)
      assert.equal(dirname(savedTo), folder)
      // eslint-disable-next-line no-control-regex -- none of them is to be there
      assert.doesNotMatch(basename(savedTo), /[\u0000-\u001f\u202e:]|^CON$|^\.+$/)
      assert.equal(readFileSync(savedTo, 'utf8'), name)
    }
  })

  it('is not hidden under the name that its sender gave it, and is called so if its saver says so', async () => {
    const home = emptyFolder(bench)
    const id = await sendTo(alice, bob, circle, fileToSend(bench, '.profile', 'rm -r ~'))
    await bob.device.getFile({ id, to: home })
    assert.equal((await saved(bob, id)).savedTo, join(home, '_.profile'))
    await bob.device.getFile({ id, to: join(home, '.profile') })
    assert.equal((await saved(bob, id)).savedTo, join(home, '.profile'))
    const hidden = join(emptyFolder(bench), '.ssh')
    mkdirSync(hidden)
    writeFileSync(join(hidden, '.keys'), 'hers')
    const folder = await sendTo(alice, bob, circle, hidden)
    await bob.device.getFile({ id: folder, to: home })
    assert.equal((await saved(bob, folder)).savedTo, join(home, '_.ssh'))
    assert.deepEqual(readdirSync(join(home, '_.ssh')), ['.keys'])
  })

  it('says why when it could not be, and leaves nothing', async () => {
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'late', 'too late'))
    await whole(bob, id)
    const folder = emptyFolder(bench)
    const to = join(folder, 'late')
    await alice.device.close()
    await bob.device.dropFile(id)
    await bob.device.getFile({ id, to })
    mkdirSync(to)
    alice = await reopened(alice)
    const view = await saved(bob, id)
    assert.equal(view.notSaved?.code, 'file-exists')
    assert.ok(eventsOf(bob, 'fault').some(({ code }) => code === 'file-exists'))
    assert.deepEqual(readdirSync(folder), ['late'])
  })
})

async function reopened(one: TestDevice): Promise<TestDevice> {
  const again = await bench.open(one.home)
  await again.device.unlock('a passphrase for tests')
  return again
}

describe('what a killed process left of a file that it was saving', () => {
  interface Inside {
    readonly state: { readonly unlocked: { readonly files: { readonly stock: { readonly parts: Parts } } } }
  }
  interface Parts {
    readonly book: {
      get(circle: string, id: string): { saving?: { path: string; mark: string } } | undefined
      change(circle: string, id: string, changes: object): void
    }
  }
  after(async () => {
    await bob.device.setFileSettings({ rateLimits: {} })
    await eager(bob)
  })
  /** As a process would leave it, in the middle of `id`. */
  async function left(): Promise<{ id: string; message: string; partial: string; taken: string }> {
    const rateLimits = { tcp: 1_000 }
    await bob.device.setFileSettings({ autoFetchBytes: 0, autoFetchSlowBytes: 0, rateLimits })
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'secret', noise(MIB)))
    const { message = '' } = await bob.device.getFile({ id, to: emptyFolder(bench) })
    const { book } = (bob.device as unknown as Inside).state.unlocked.files.stock.parts
    const saving = book.get(circle, id)?.saving
    assert.ok(saving)
    const partial = `${saving.path}.${saving.mark}.partial`
    writeFileSync(partial, 'plaintext')
    // Where the disk has no hard links.
    writeFileSync(saving.path, basename(partial))
    return { id, message, partial, taken: saving.path }
  }
  const goes = (path: string) => eventually('it to go', () => (existsSync(path) ? undefined : true))

  it('is saved soon after the next start, and once it has its name, that is it', async () => {
    const content = noise(MIB + 1)
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'whole', content))
    const to = join(emptyFolder(bench), 'whole')
    await bob.device.getFile({ id, to })
    await saved(bob, id)
    for (const isThere of [false, true]) {
      // As if it had ended before that was remembered.
      const { book } = (bob.device as unknown as Inside).state.unlocked.files.stock.parts
      book.change(circle, id, {
        saving: { path: to, overwrite: false, mark: 'abcdefgh' },
        savedTo: undefined,
      })
      if (!isThere) rmSync(to)
      await bob.device.close()
      bob = await reopened(bob)
      const view = await saved(bob, id, 10_000)
      assert.deepEqual([view.savedTo, view.notSaved], [to, undefined])
      assert.equal(digestOf(to), digest(content))
      assert.deepEqual(readdirSync(dirname(to)), ['whole'])
    }
  })

  it('of a folder as well: under its name it is that, and what is somebody else’s stays', async () => {
    const folder = bench.home()
    mkdirSync(join(folder, 'inner', 'deep'), { recursive: true })
    writeFileSync(join(folder, 'inner', 'a'), noise(9_000))
    writeFileSync(join(folder, 'b'), 'b')
    symlinkSync('inner/a', join(folder, 'link'))
    const id = await sendTo(alice, bob, circle, folder)
    await whole(bob, id)
    const to = join(emptyFolder(bench), 'saved')
    await bob.device.getFile({ id, to })
    await saved(bob, id)
    const a = readFileSync(join(folder, 'inner', 'a'))
    const another = () => {
      gone()
      mkdirSync(to)
      writeFileSync(join(to, 'mine'), 'mine')
    }
    const empty = () => {
      gone()
      mkdirSync(to)
    }
    const changed = () => {
      writeFileSync(join(to, 'inner', 'a'), new Uint8Array(a.length))
    }
    const relinked = () => {
      rmSync(join(to, 'link'))
      symlinkSync('b', join(to, 'link'))
    }
    const gone = () => {
      rmSync(to, { recursive: true })
    }
    const cases: readonly (readonly [what: string, isSaved: boolean, change: () => void])[] = [
      ['all of it', true, () => undefined],
      ['nothing', true, gone],
      ['one that was written to', false, changed],
      ['one with another link', false, relinked],
      ['another folder', false, another],
      ['an empty folder', false, empty],
    ]
    for (const [what, isSaved, change] of cases) {
      change()
      const before = existsSync(to) ? readdirSync(to, { recursive: true }) : []
      const { book } = (bob.device as unknown as Inside).state.unlocked.files.stock.parts
      book.change(circle, id, {
        saving: { path: to, overwrite: false, mark: 'abcdefgh' },
        savedTo: undefined,
      })
      // Whoever asks for it again at once is not told that it is somebody else's either.
      if (what === 'all of it') await bob.device.getFile({ id, to })
      await bob.device.close()
      bob = await reopened(bob)
      const view = await saved(bob, id, 10_000)
      assert.deepEqual(
        [view.savedTo, view.notSaved?.code],
        isSaved ? [to, undefined] : [undefined, 'file-exists'],
        what,
      )
      if (isSaved) {
        assert.deepEqual(readFileSync(join(to, 'inner', 'a')), a)
        assert.equal(readlinkSync(join(to, 'link')), 'inner/a')
      } else assert.deepEqual(readdirSync(to, { recursive: true }), before, what)
      assert.deepEqual(readdirSync(dirname(to)), ['saved'], what)
      if (what === 'one that was written to') writeFileSync(join(to, 'inner', 'a'), a)
    }
  })

  it('goes with the message', async () => {
    const { message, partial, taken } = await left()
    await bob.device.deleteMessage(message)
    await goes(partial)
    await goes(taken)
  })

  it('goes when the file is dropped, or saved elsewhere', async () => {
    const { id, partial, taken } = await left()
    await bob.device.dropFile(id)
    await goes(partial)
    await goes(taken)
    const other = await left()
    await bob.device.getFile({ id: other.id, to: emptyFolder(bench) })
    await goes(other.partial)
    await goes(other.taken)
  })
})

/** From now on, until the test ends, no disk has such links: FAT and exFAT answer so. */
function without(t: TestContext, call: 'link' | 'symlink'): void {
  const real = fsPromises[call]
  const refuse = (): Promise<void> =>
    Promise.reject(
      Object.assign(new Error(`EPERM: operation not permitted, ${call}`), { code: 'EPERM', errno: -1 }),
    )
  fsPromises[call] = refuse
  syncBuiltinESMExports()
  t.after(() => {
    Object.assign(fsPromises, { [call]: real })
    syncBuiltinESMExports()
  })
}

it('a place on a disk without hard links is not left with an empty file when the file can\u2019t get there', async () => {
  const folder = emptyFolder(bench)
  // Nothing has a hard link to a folder, nor takes one the place of a file.
  mkdirSync(join(folder, 'no file'))
  await assert.rejects(placeFile(join(folder, 'no file'), join(folder, 'x'), false))
  assert.deepEqual(readdirSync(folder), ['no file'])
})

it('a place on a disk without hard links that a killed process had taken is gone on with, and no other', async (t) => {
  without(t, 'link')
  const folder = emptyFolder(bench)
  const [partial, path] = [join(folder, 'x.abcdefgh.partial'), join(folder, 'x')]
  for (const [there, isOurs] of [
    ['x.abcdefgh.partial', true],
    ['x.bcdefghi.partial', false],
    ['', false],
  ] as const) {
    writeFileSync(partial, 'content')
    writeFileSync(path, there)
    const placed = placeFile(partial, path, false)
    if (isOurs) await placed
    else await assert.rejects(placed, { code: 'file-exists' })
    assert.equal(readFileSync(path, 'utf8'), isOurs ? 'content' : there)
  }
  rmSync(path)
  await placeFile(partial, path, false)
  assert.deepEqual([readdirSync(folder), readFileSync(path, 'utf8')], [['x'], 'content'])
})

describe('a large file that is saved while it comes', () => {
  const content = noise(24 * MIB)
  const slowly = { autoFetchBytes: 0, autoFetchSlowBytes: 0, rateLimits: { tcp: 8 * MIB, lan: 8 * MIB } }
  before(async () => {
    await bob.device.setFileSettings(slowly)
  })
  after(async () => {
    await bob.device.setFileSettings({ rateLimits: {} })
    await eager(bob)
  })

  /** In the middle of it. */
  async function coming(): Promise<{ id: string; folder: string }> {
    const id = await sendTo(alice, bob, circle, fileToSend(bench, 'film', content))
    const folder = emptyFolder(bench)
    await bob.device.getFile({ id, to: folder })
    await eventually('some of it to be written', () => {
      const [name] = readdirSync(folder)
      return name !== undefined && statSync(join(folder, name)).size > 2 * MIB ? true : undefined
    })
    assert.deepEqual(
      readdirSync(folder).map((name) => name.slice(-8)),
      ['.partial'],
    )
    return { id, folder }
  }

  it('is there under its name once all of it has come, and not before', async () => {
    const { id, folder } = await coming()
    assert.equal((await saved(bob, id, 30_000)).savedTo, join(folder, 'film'))
    assert.equal(digestOf(join(folder, 'film')), digest(content))
    assert.deepEqual(readdirSync(folder), ['film'])
    await bob.device.deleteMessage((await bob.device.file(id)).message ?? '')
  })

  it('leaves nothing when it is called off, or the device is locked, after which it goes on', async () => {
    const { id, folder } = await coming()
    await bob.device.dropFile(id)
    assert.deepEqual(readdirSync(folder), [])
    await bob.device.getFile({ id, to: folder })
    await eventually('some of it to be written', () => readdirSync(folder)[0])
    const elsewhere = emptyFolder(bench)
    await bob.device.getFile({ id, to: elsewhere })
    assert.deepEqual(readdirSync(folder), [])
    await eventually('some of it to be written', () => readdirSync(elsewhere)[0])
    await bob.device.close()
    assert.deepEqual(readdirSync(elsewhere), [])
    bob = await reopened(bob)
    assert.equal((await saved(bob, id, 30_000)).savedTo, join(elsewhere, 'film'))
    assert.equal(digestOf(join(elsewhere, 'film')), digest(content))
    assert.deepEqual(readdirSync(elsewhere), ['film'])
  })
})

describe('a folder that is saved', () => {
  it('is there whole, with times, links and modes', async () => {
    const source = join(emptyFolder(bench), 'Project')
    mkdirSync(join(source, 'src', 'deep'), { recursive: true })
    mkdirSync(join(source, 'empty'))
    writeFileSync(join(source, 'src', 'main.sh'), 'true', { mode: 0o755 })
    writeFileSync(join(source, 'src', 'deep', 'data'), noise(9 * MIB))
    writeFileSync(join(source, 'nothing'), '')
    symlinkSync('../src/main.sh', join(source, 'empty', 'run'))
    symlinkSync('src/deep', join(source, 'short'))
    utimesSync(join(source, 'src'), 1_500_000_000, 1_500_000_000)
    utimesSync(join(source, 'src', 'main.sh'), 1_400_000_000, 1_400_000_000)
    const id = await sendTo(alice, bob, circle, source)
    const folder = emptyFolder(bench)
    await bob.device.getFile({ id, to: folder })
    const { savedTo = '' } = await saved(bob, id)
    assert.equal(savedTo, join(folder, 'Project'))
    assert.deepEqual(readdirSync(folder), ['Project'])
    assert.deepEqual(readdirSync(savedTo).sort(), ['empty', 'nothing', 'short', 'src'])
    assert.equal(
      digestOf(join(savedTo, 'src', 'deep', 'data')),
      digestOf(join(source, 'src', 'deep', 'data')),
    )
    assert.equal(readlinkSync(join(savedTo, 'empty', 'run')), '../src/main.sh')
    assert.equal(readlinkSync(join(savedTo, 'short')), 'src/deep')
    assert.equal(statSync(join(savedTo, 'src')).mtimeMs, 1_500_000_000_000)
    const script = statSync(join(savedTo, 'src', 'main.sh'))
    assert.deepEqual([script.mtimeMs, (script.mode & 0o100) !== 0], [1_400_000_000_000, true])
    // It is not said that it may be replaced: a folder is not.
    await assert.rejects(bob.device.getFile({ id, to: folder, overwrite: true }), {
      code: 'file-exists',
      remedy: 'Choose another name.',
    })
  })

  it('is saved without its links where the disk has none, and says which those are', async (t) => {
    const source = join(emptyFolder(bench), 'Linked')
    mkdirSync(join(source, 'inner'), { recursive: true })
    writeFileSync(join(source, 'a'), 'a')
    symlinkSync('../a', join(source, 'inner', 'one'))
    symlinkSync('a', join(source, 'two'))
    const id = await sendTo(alice, bob, circle, source)
    await whole(bob, id)
    const folder = emptyFolder(bench)
    await bob.device.getFile({ id, to: folder })
    assert.equal((await saved(bob, id)).linksLeftOut, undefined)
    without(t, 'symlink')
    const stick = emptyFolder(bench)
    await bob.device.getFile({ id, to: stick })
    const { savedTo = '', notSaved, linksLeftOut } = await saved(bob, id)
    assert.deepEqual([notSaved, savedTo], [undefined, join(stick, 'Linked')])
    assert.deepEqual(linksLeftOut, { count: 2, paths: ['inner/one', 'two'] })
    assert.deepEqual(readdirSync(savedTo, { recursive: true }).sort(), ['a', 'inner'])
    // Saved again, it is as it was.
    await bob.device.getFile({ id, to: emptyFolder(bench) })
    assert.equal((await saved(bob, id)).linksLeftOut?.count, 2)
  })

  it('may hold ten thousand small files', async () => {
    const source = join(emptyFolder(bench), 'Many')
    for (let outer = 0; outer < 100; outer++) {
      const inner = join(source, `folder ${String(outer)}`)
      mkdirSync(inner, { recursive: true })
      for (let index = 0; index < 100; index++)
        writeFileSync(join(inner, `file ${String(index)}`), `${String(outer)}/${String(index)} `.repeat(20))
    }
    const startedAt = performance.now()
    const id = await sendTo(alice, bob, circle, source)
    const folder = emptyFolder(bench)
    await bob.device.getFile({ id, to: folder })
    const { savedTo = '' } = await saved(bob, id, 60_000)
    const tookMs = performance.now() - startedAt
    assert.ok(tookMs < 60_000, `took ${String(tookMs)} ms`)
    for (const [outer, index] of [
      [0, 0],
      [57, 3],
      [99, 99],
    ] as const) {
      const path = join(`folder ${String(outer)}`, `file ${String(index)}`)
      assert.equal(digestOf(join(savedTo, path)), digestOf(join(source, path)))
    }
    assert.equal(readdirSync(savedTo, { recursive: true }).length, 10_100)
    assert.equal(existsSync(`${savedTo}.partial`), false)
  })
})

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { isFileName } from '@triode/core'
import { targetWithin } from '../../src/files/linkTarget.ts'
import { OwnHome } from '../../src/files/ownHome.ts'
import { Walk } from '../../src/files/walk.ts'
import { codeOf } from '../devices.ts'

let base: string
let folder: string
let count = 0
before(() => {
  base = mkdtempSync(join(tmpdir(), 'triode-walk-'))
})
beforeEach(() => {
  folder = join(base, `folder-${String(++count)}`)
  mkdirSync(folder)
})
after(() => {
  rmSync(base, { recursive: true, force: true })
})

async function walked(): Promise<{ paths: string[]; leftOut: string[]; walk: Walk }> {
  const walk = new Walk()
  await walk.into(folder)
  const paths = walk.entries.map(({ path, kind }) => `${kind} ${path.join('/')}`)
  return { paths, leftOut: walk.leftOut.map(({ path, reason }) => `${reason} ${path}`), walk }
}

describe('walking a folder', () => {
  it('gives all that is in it, parents first, in the order of names', async () => {
    mkdirSync(join(folder, 'b', 'deep'), { recursive: true })
    mkdirSync(join(folder, 'a'))
    writeFileSync(join(folder, 'z.txt'), 'zet')
    writeFileSync(join(folder, 'b', 'deep', 'x'), '')
    writeFileSync(join(folder, 'a', 'run.sh'), 'true', { mode: 0o755 })
    utimesSync(join(folder, 'z.txt'), 1_000_000_000, 1_000_000_000.5)
    const { paths, leftOut, walk } = await walked()
    assert.deepEqual(paths, [
      'folder a',
      'folder b',
      'file z.txt',
      'file a/run.sh',
      'folder b/deep',
      'file b/deep/x',
    ])
    assert.deepEqual(leftOut, [])
    const file = walk.entries.find(({ path }) => path[0] === 'z.txt')
    assert.deepEqual([file?.size, file?.modifiedAt, file?.executable], [3, 1_000_000_000_500, false])
    assert.equal(walk.entries.find(({ path }) => path[1] === 'run.sh')?.executable, true)
  })

  it('keeps links that stay inside, and says which do not', async () => {
    mkdirSync(join(folder, 'sub'))
    writeFileSync(join(folder, 'file'), 'x')
    for (const [name, target] of [
      ['good', 'file'],
      ['sub/up', '../file'],
      ['away', '/etc/passwd'],
      ['sub/out', '../../secret'],
      ['through', 'sub/../file'],
      ['dangling', 'nowhere/at/all'],
      ['itself', '.'],
    ] as const)
      symlinkSync(target, join(folder, name))
    const { paths, leftOut, walk } = await walked()
    assert.deepEqual(
      paths.filter((path) => path.startsWith('link')),
      ['link dangling', 'link good', 'link sub/up'],
    )
    assert.deepEqual(walk.entries.find(({ path }) => path.at(-1) === 'up')?.target, ['..', 'file'])
    const out = ['away', 'itself', 'sub/out', 'through'].map(
      (name) => `symlink-outside ${join(folder, name)}`,
    )
    assert.deepEqual(leftOut.sort(), out)
  })

  it('does not follow a link to a folder outside', async () => {
    const outside = join(base, `outside-${String(count)}`)
    mkdirSync(outside)
    writeFileSync(join(outside, 'secret'), 'x')
    symlinkSync(outside, join(folder, 'link'))
    symlinkSync(`../${outside.split('/').at(-1) ?? ''}`, join(folder, 'relative'))
    const { paths, leftOut } = await walked()
    assert.deepEqual(paths, [])
    assert.equal(leftOut.length, 2)
  })

  it('leaves out sockets, devices and names that are no UTF-8, and says so', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(join(folder, 'socket'), resolve))
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/bad-`), Buffer.of(0xff, 0xfe)]), 'x')
    writeFileSync(join(folder, 'line\nbreak'), 'x')
    assert.equal(spawnSync('mkfifo', [join(folder, 'pipe')]).status, 0)
    const { paths, leftOut } = await walked()
    await new Promise((resolve) => server.close(resolve))
    assert.deepEqual(paths, ['file line\nbreak'])
    assert.deepEqual(leftOut.map((text) => text.split(' ')[0]).sort(), [
      'name-not-utf8',
      'not-a-file',
      'not-a-file',
    ])
  })

  it('gives names that differ by nothing but their form of Unicode a number', async () => {
    writeFileSync(join(folder, 'u\u0308'), 'decomposed')
    writeFileSync(join(folder, '\u00fc'), 'composed')
    const { paths } = await walked()
    assert.deepEqual(paths, ['file \u00fc', 'file \u00fc (2)'])
  })

  it('leaves out names that become too long in the form in which they travel, and says just that', async () => {
    // Each letter takes three bytes on the disk, and six once it is composed.
    const long = '\u0958'.repeat(80)
    assert.ok(Buffer.byteLength(long) <= 255 && Buffer.byteLength(long.normalize('NFC')) > 255)
    writeFileSync(join(folder, long), 'x')
    writeFileSync(join(folder, '\u0958'), 'short')
    const { paths, leftOut } = await walked()
    assert.deepEqual(paths, [`file ${'\u0958'.normalize('NFC')}`])
    assert.deepEqual(leftOut, [`name-too-long ${join(folder, long)}`])
  })

  it('leaves out what may not be read', async (t) => {
    writeFileSync(join(folder, 'mine'), 'x', { mode: 0o600 })
    writeFileSync(join(folder, 'open'), 'x', { mode: 0o644 })
    mkdirSync(join(folder, 'closed'), { mode: 0o700 })
    chmodSync(base, 0o755)
    if (process.getuid?.() !== 0) {
      chmodSync(join(folder, 'mine'), 0)
      chmodSync(join(folder, 'closed'), 0)
      const { paths, leftOut } = await walked()
      chmodSync(join(folder, 'closed'), 0o700)
      assert.deepEqual(paths, ['folder closed', 'file open'])
      assert.equal(leftOut.length, 2)
      return
    }
    // Root may read everything: somebody else walks.
    const script = `import { Walk } from ${JSON.stringify(new URL('../../src/files/walk.ts', import.meta.url).href)}
      process.setgid(65534); process.setuid(65534)
      const walk = new Walk()
      await walk.into(${JSON.stringify(folder)})
      console.log(JSON.stringify([walk.entries.map((e) => e.path.join('/')), walk.leftOut.map((l) => l.reason)]))`
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script])
    if (status !== 0) {
      const reason = `NOT TESTED what may not be read: ${stderr.toString().slice(0, 200)}`
      console.error(reason)
      t.skip(reason)
      return
    }
    assert.deepEqual(JSON.parse(stdout.toString()), [
      ['closed', 'open'],
      ['unreadable', 'unreadable'],
    ])
  })

  it('leaves out what says that it is empty, and is not', async (t) => {
    if (!existsSync('/proc/version')) {
      t.skip('there is no /proc')
      return
    }
    writeFileSync(join(folder, 'empty'), '')
    const walk = new Walk()
    await walk.add('/proc/version', 'version')
    await walk.into(folder)
    assert.deepEqual(walk.leftOut, [{ path: '/proc/version', reason: 'not-a-file' }])
    assert.deepEqual(
      walk.entries.map(({ path }) => path.join('/')),
      ['empty'],
    )
  })

  it('keeps the extension of what is called the same, in a name that is not too long', async () => {
    const long = `${'x'.repeat(251)}.txt`
    for (const name of ['report.pdf', long]) writeFileSync(join(folder, name), 'x')
    const walk = new Walk()
    for (const name of ['report.pdf', 'report.pdf', 'report.pdf', long, long])
      await walk.add(join(folder, name), name)
    const names = walk.entries.map(({ path }) => path.join('/'))
    assert.deepEqual(names, [
      ...['report.pdf', 'report (2).pdf', 'report (3).pdf'],
      ...[long, `${'x'.repeat(247)} (2).txt`],
    ])
    for (const name of names) assert.ok(isFileName(name), name)
  })

  it('leaves out where the device keeps its vault, whichever way leads there', async () => {
    const home = join(folder, 'deep', '.triode')
    mkdirSync(home, { recursive: true })
    writeFileSync(join(home, 'vault.db'), 'sealed')
    writeFileSync(join(folder, 'deep', 'file'), 'x')
    const link = `${folder}-link`
    symlinkSync(folder, link)
    for (const from of [folder, link]) {
      const walk = new Walk({ home: new OwnHome(join(link, 'deep', '.triode')) })
      await walk.into(from)
      assert.deepEqual(
        walk.entries.map(({ path }) => path.join('/')),
        ['deep', 'deep/file'],
      )
      assert.deepEqual(walk.leftOut, [{ path: join(from, 'deep', '.triode'), reason: 'own-home' }])
    }
  })

  it('ends when it is called off, and where there is nothing', async () => {
    writeFileSync(join(folder, 'x'), 'x')
    const abort = new AbortController()
    abort.abort()
    assert.equal(await codeOf(new Walk({ signal: abort.signal }).into(folder)), 'canceled')
    assert.equal(await codeOf(new Walk().into(join(folder, 'nothing'))), 'file-absent')
    assert.equal(await codeOf(new Walk().into(join(folder, 'x'))), 'file-absent')
  })
})

describe('where a link leads', () => {
  it('stays inside whatever other links there are', () => {
    const within = (path: string, target: string) => targetWithin(path.split('/'), Buffer.from(target))
    assert.deepEqual(within('a/b/c', '../../x/y'), ['..', '..', 'x', 'y'])
    assert.deepEqual(within('a/b/c', './/x/.'), ['x'])
    assert.deepEqual(within('a/b', '..'), ['..'])
    for (const target of ['../../..', '../../../x', '/x', '', '.', 'x/..', 'x/../../y', '../x/../y'])
      assert.equal(within('a/b/c', target), undefined, target)
    assert.equal(targetWithin(['a'], Buffer.of(0xff)), undefined)
    assert.equal(within('a', '..'), undefined)
  })
})

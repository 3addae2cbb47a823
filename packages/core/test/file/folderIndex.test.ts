import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  FolderIndexReader,
  comparePaths,
  concat,
  createSimulationSuite,
  encodeFolderIndex,
  encodeValue,
  entryValue,
  staysWithin,
  u32,
  type FolderEntry,
  type IndexedEntry,
  type Value,
} from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import fc from 'fast-check'
import { FolderOrder } from '../../src/file/folderOrder.ts'
import { anyName, folderOf } from './samples.ts'

const suite = createSimulationSuite(nodePrimitives())

function file(path: string, size = 10): FolderEntry {
  return { path: path.split('/'), kind: 'file', executable: false, size }
}

function folder(path: string): FolderEntry {
  return { path: path.split('/'), kind: 'folder', executable: false, size: 0 }
}

function link(path: string, target: string): FolderEntry {
  return { path: path.split('/'), kind: 'link', executable: false, size: 0, target: target.split('/') }
}

function readerOf(entries: readonly FolderEntry[]): FolderIndexReader {
  const size = entries.reduce((sum, entry) => sum + entry.size, 0)
  const { blob } = folderOf(suite, 'Tour')
  return new FolderIndexReader({
    blob: { ...blob, size },
    files: entries.filter(({ kind }) => kind === 'file').length,
  })
}

/** Read in pieces of `pieceBytes`. */
function read(index: Uint8Array, reader: FolderIndexReader, pieceBytes = 1_000): IndexedEntry[] {
  const entries: IndexedEntry[] = []
  for (let at = 0; at < index.length; at += pieceBytes) {
    entries.push(...reader.push(index.subarray(at, at + pieceBytes)))
  }
  reader.end()
  return entries
}

function indexOf(entries: Iterable<FolderEntry>): Uint8Array {
  return concat(...encodeFolderIndex(entries))
}

/** Pages as somebody may write them who does not look at what is in them. */
function unchecked(entries: readonly Value[]): Uint8Array {
  const page = encodeValue(entries)
  return concat(u32(page.length), page)
}

/** Any tree: each folder's entries, in order. */
const tree = fc
  .letrec<{ node: FolderEntry[] }>((tie) => ({
    node: fc
      .array(
        fc.record({
          name: anyName,
          kind: fc.constantFrom('file' as const, 'folder' as const, 'link' as const),
          modifiedAt: fc.option(fc.nat(), { nil: undefined }),
          executable: fc.boolean(),
          ownerOnly: fc.boolean(),
          readOnly: fc.boolean(),
          size: fc.nat(1_000_000),
          below: fc.oneof({ maxDepth: 4 }, fc.constant<FolderEntry[]>([]), tie('node')),
        }),
        { maxLength: 6 },
      )
      .map((nodes) => {
        const named = new Map(nodes.map((node) => [node.name, node]))
        return [...named.values()].flatMap(
          ({ name, kind, modifiedAt, executable, ownerOnly, readOnly, size, below }): FolderEntry[] => {
            const entry: FolderEntry = {
              path: [name],
              kind,
              executable,
              ...(ownerOnly && { ownerOnly }),
              ...(readOnly && { readOnly }),
              size: kind === 'file' ? size : 0,
              ...(modifiedAt !== undefined && { modifiedAt }),
              ...(kind === 'link' && { target: ['elsewhere', 'in it'] }),
            }
            const inside = kind === 'folder' ? below : []
            return [entry, ...inside.map((one) => ({ ...one, path: [name, ...one.path] }))]
          },
        )
      }),
  }))
  .node.map((entries) => entries.toSorted((a, b) => comparePaths(a.path, b.path)))

describe('the index of a folder', () => {
  it('comes out as it went in, in pieces of any length, with where each file begins', () => {
    fc.assert(
      fc.property(tree, fc.integer({ min: 1, max: 500 }), (entries, pieceBytes) => {
        const found = read(indexOf(entries), readerOf(entries), pieceBytes)
        let from = 0
        for (const [at, entry] of entries.entries()) {
          assert.deepEqual(found[at], { ...entry, from })
          from += entry.size
        }
        assert.equal(found.length, entries.length)
      }),
    )
  })

  it('of an empty folder is empty', () => {
    assert.deepEqual(read(indexOf([]), readerOf([])), [])
  })

  it('has pages of at most 512 entries and a mebibyte', () => {
    const many = Array.from({ length: 1_300 }, (_, n) => file(String(n).padStart(5, '0')))
    const pages = [...encodeFolderIndex(many)]
    assert.equal(pages.length, 3)
    const deep = Array.from({ length: 63 }, (_, n) =>
      folder(Array.from({ length: n + 1 }, () => 'é'.repeat(127)).join('/')),
    )
    const inside = deep.at(-1)?.path.join('/') ?? ''
    const long = [
      ...deep,
      ...Array.from({ length: 500 }, (_, n) => file(`${inside}/${String(n).padStart(5, '0')}`)),
    ]
    const heavy = [...encodeFolderIndex(long)]
    assert.ok(heavy.length > 5)
    assert.ok(heavy.every((page) => page.length <= 4 + 1_048_576))
    assert.equal(read(concat(...heavy), readerOf(long), 70_000).length, long.length)
  })

  it('takes no more memory for ten times the entries', () => {
    const reader = new FolderIndexReader({
      blob: { ...folderOf(suite, 'Tour').blob, size: 100_000 },
      files: 100_000,
    })
    function* entries(): Generator<FolderEntry> {
      for (let n = 0; n < 100_000; n++) yield file(String(n).padStart(6, '0'), 1)
    }
    let [count, most] = [0, 0]
    for (const page of encodeFolderIndex(entries())) {
      count += reader.push(page).length
      most = Math.max(most, JSON.stringify(reader).length)
    }
    reader.end()
    assert.equal(count, 100_000)
    assert.ok(most < 2_000, `${String(most)} characters of state`)
  })
})

describe('an index that breaks the rules', () => {
  const good = [folder('a'), file('a/b'), link('a/c', '../d'), file('d')]

  for (const [what, entries] of [
    ['has a file in a folder that did not come', [file('a/b')]],
    ['has a file in a file', [file('a'), file('a/b')]],
    ['has a file in a link', [link('a', 'b'), file('a/b')]],
    ['comes back to a folder', [folder('a'), file('b'), file('a/c')]],
    ['has a name twice', [file('a'), file('a')]],
    ['has a folder twice', [folder('a'), file('a/x'), folder('a')]],
    ['has names out of order', [file('b'), file('a')]],
    ['has names in the order of UTF-16 and not of bytes', [file('\u{1f3b7}'), file('\uff5e')]],
    ['has a name that leads out', [folder('..')]],
    ['has a name with a zero', [file('a\0')]],
    ['has a name that is not composed', [file('e\u0301')]],
    ['has an empty name', [folder('a'), file('a/')]],
    ['has a link to what is above', [link('a', '..')]],
    ['has a link out of a folder', [folder('a'), link('a/b', '../../x')]],
    ['has a link that turns back behind a name', [folder('a'), link('a/b', 'c/..')]],
    ['has an absolute link', [link('a', '/etc')]],
    ['has 65 names in a path', [{ ...file('a'), path: Array.from({ length: 65 }, () => 'a') }]],
  ] as const) {
    it(`since it ${what}, is taken for nothing, and not written`, () => {
      const index = unchecked(entries.map(entryValue))
      assert.throws(() => read(index, readerOf(entries)), { code: 'folder-malformed' })
      assert.throws(() => indexOf(entries), { code: 'folder-invalid' })
    })
  }

  for (const [what, value] of [
    ['is of a kind to come', [['a'], 3, null, 0, 0, null]],
    ['is a folder with a size', [['a'], 1, null, 0, 1, null]],
    ['is a file with a target', [['a'], 0, null, 0, 0, ['b']]],
    ['is a link without one', [['a'], 2, null, 0, 0, null]],
    ['has no path', [[], 0, null, 0, 0, null]],
    ['has a number for a name', [[1], 0, null, 0, 0, null]],
    ['has a field too many', [['a'], 0, null, 0, 0, null, 0]],
  ] as const) {
    it(`since an entry ${what}, is taken for nothing`, () => {
      assert.throws(() => readerOf([file('a', 0)]).push(unchecked([value])), { code: 'folder-malformed' })
    })
  }

  it('has more names in its paths than a reader has room for, though few entries', () => {
    const order = new FolderOrder()
    const deep = Array.from({ length: 63 }, () => 'd')
    for (let depth = 1; depth <= 63; depth++) order.take(folder(deep.slice(0, depth).join('/')))
    let taken = 0
    const more = (): void => {
      for (; taken < 200_000; taken++)
        order.take({
          kind: 'file',
          executable: false,
          size: 0,
          path: [...deep, String(taken).padStart(6, '0')],
        })
    }
    assert.throws(more, { code: 'malformed' })
    assert.equal(taken, Math.floor((8_000_000 - (63 * 64) / 2) / 64))
  })

  it('is not what the message says: another size, another number of files, cut short, or longer', () => {
    const index = indexOf(good)
    const { blob } = folderOf(suite, 'Tour')
    for (const wrong of [
      { blob: { ...blob, size: 19 }, files: 2 },
      { blob: { ...blob, size: 21 }, files: 2 },
      { blob: { ...blob, size: 20 }, files: 1 },
      { blob: { ...blob, size: 20 }, files: 3 },
    ])
      assert.throws(() => read(index, new FolderIndexReader(wrong)), { code: 'folder-malformed' })
    for (const bytes of [index.subarray(0, -1), concat(index, new Uint8Array(1)), concat(index, u32(0))])
      assert.throws(() => read(bytes, readerOf(good)), { code: 'folder-malformed' })
  })

  it('announces a page larger than there may be, has an empty one, or one of 513 entries', () => {
    assert.throws(() => readerOf(good).push(u32(1_048_577)), { code: 'folder-malformed' })
    assert.throws(() => readerOf(good).push(unchecked([])), { code: 'folder-malformed' })
    const many = Array.from({ length: 513 }, (_, n) => file(String(n).padStart(5, '0')))
    assert.throws(() => readerOf(many).push(unchecked(many.map(entryValue))), { code: 'folder-malformed' })
  })
})

describe('a link', () => {
  it('stays inside, however the links on its way lead', () => {
    // Folders a/b/c, and links anywhere to anything that is allowed: wherever one starts, the way never goes above the top.
    const target = fc
      .tuple(fc.nat(3), fc.array(fc.constantFrom('a', 'b', 'c', 'l', 'm'), { maxLength: 4 }))
      .map(([ups, names]) => [...Array.from({ length: ups }, () => '..'), ...names])
    const links = fc.array(fc.tuple(fc.constantFrom('l', 'a/l', 'a/b/l', 'm', 'a/m', 'a/b/c/m'), target))
    fc.assert(
      fc.property(links, (all) => {
        const known = new Map(all.filter(([path, to]) => staysWithin(path.split('/'), to)))
        for (const [path, to] of known) assert.ok(!escapes(path.split('/').slice(0, -1), to, known, 40))
      }),
      { numRuns: 2_000 },
    )
    // Why a `..` behind a name is not taken: each of these stays inside by its letters, and together they lead out.
    const pair = new Map([['a/b/l', ['..', '..']]])
    assert.ok(escapes([], ['a', 'b', 'l', '..'], pair, 10))
    assert.ok(staysWithin(['a', 'l'], ['..', 'b']))
    assert.ok(!staysWithin(['l'], ['..']))
    assert.ok(!staysWithin(['l'], []))
  })
})

/** Follows `target` from the folder `at` as an operating system does. */
function escapes(
  at: readonly string[],
  target: readonly string[],
  links: ReadonlyMap<string, readonly string[]>,
  hops: number,
): boolean {
  const way = [...target]
  let here = [...at]
  while (way.length > 0 && hops-- > 0) {
    const name = way.shift() ?? ''
    if (name === '..') {
      if (here.length === 0) return true
      here.pop()
      continue
    }
    const to = links.get([...here, name].join('/'))
    if (to === undefined) here = [...here, name]
    else way.unshift(...to)
  }
  return false
}

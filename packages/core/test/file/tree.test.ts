import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  CHUNK_BYTES,
  type ChunkShape,
  PAGE_HASHES,
  type PagePlace,
  type Tree,
  TreeBuilder,
  type TreePage,
  chunkShapeOf,
  hashPage,
  pageAbove,
  pageBytes,
  verifyPage,
} from '@triode/core'
import { nodePrimitives } from '@triode/crypto'

const primitives = nodePrimitives()

/** As a blob of so many chunks has it, without the bytes. */
function shapeOf(chunks: number): ChunkShape {
  const levels = [chunks]
  for (let hashes = chunks; hashes > PAGE_HASHES; levels.push(hashes))
    hashes = Math.ceil(hashes / PAGE_HASHES)
  return { size: chunks * CHUNK_BYTES, chunks, sealedBytes: chunks * (CHUNK_BYTES + 16), levels }
}

function build(tree: Tree): { root: Uint8Array; pages: TreePage[] } {
  const pages: TreePage[] = []
  const builder = new TreeBuilder(tree, (page) => pages.push(page))
  for (let n = 0; n < tree.shape.chunks; n++) builder.push(leaf(tree, n))
  return { root: builder.finish(), pages }
}

function leaf({ hash }: Tree, n: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, n)
  return primitives.hash(hash, bytes)
}

/** What the page above says of this one. */
function expected(tree: Tree, pages: readonly TreePage[], root: Uint8Array, place: PagePlace): Uint8Array {
  const above = pageAbove(tree, place)
  if (above === undefined) return root
  const page = pages.find(({ level, index }) => level === above.level && index === above.index)
  assert.ok(page)
  return page.hashes.subarray(above.offset * root.length, (above.offset + 1) * root.length)
}

describe('a tree', () => {
  for (const hash of ['sha256', 'sha384'] as const)
    for (const chunks of [
      1,
      2,
      1_023,
      1_024,
      1_025,
      3_000,
      ...(hash === 'sha256' ? [1_024 * 1_024 + 1] : []),
    ])
      it(`of ${chunks} chunks with ${hash} has pages that each verify against the one above`, () => {
        const tree: Tree = { primitives, hash, shape: shapeOf(chunks) }
        const { root, pages } = build(tree)
        assert.equal(
          pages.length,
          tree.shape.levels.reduce((sum, n) => sum + Math.ceil(n / PAGE_HASHES), 0),
        )
        for (const page of pages.length > 20 ? [...pages.slice(0, 10), ...pages.slice(-10)] : pages) {
          assert.equal(page.hashes.length, pageBytes(tree, page))
          assert.ok(verifyPage(tree, page, expected(tree, pages, root, page)))
        }
      })

  it('has another root when anything about it is different', () => {
    const tree: Tree = { primitives, hash: 'sha256', shape: shapeOf(3) }
    const hashes = [0, 1, 2].flatMap((n) => [...leaf(tree, n)])
    const page = { level: 0, index: 0, hashes: Uint8Array.from(hashes) }
    const roots = [
      build(tree).root,
      build({ ...tree, hash: 'sha384' }).root,
      build({ ...tree, shape: shapeOf(2) }).root,
      hashPage(tree, { ...page, level: 1 }),
      hashPage(tree, { ...page, index: 1 }),
      hashPage(tree, { ...page, hashes: page.hashes.toReversed() }),
    ]
    assert.equal(new Set(roots.map((root) => root.toHex())).size, roots.length)
    assert.deepEqual(build(tree).root, hashPage(tree, page))
  })

  it('takes no page that is longer, shorter, changed, or from another place', () => {
    const tree: Tree = { primitives, hash: 'sha256', shape: shapeOf(1_030) }
    const { root, pages } = build(tree)
    const [first] = pages
    assert.ok(first)
    const said = expected(tree, pages, root, first)
    const changed = first.hashes.slice()
    changed[9] = (changed[9] ?? 0) ^ 128
    for (const hashes of [
      changed,
      first.hashes.subarray(1),
      new Uint8Array(0),
      new Uint8Array([...changed, 0]),
    ])
      assert.equal(verifyPage(tree, { ...first, hashes }, said), false)
    for (const place of [
      { level: 0, index: 1 },
      { level: 0, index: 2 },
      { level: 2, index: 0 },
      { level: 0, index: -1 },
    ])
      assert.equal(verifyPage(tree, { ...first, ...place }, said), false)
  })

  it('says when hashes are missing, and takes not one too many', () => {
    const builder = new TreeBuilder({ primitives, hash: 'sha256', shape: shapeOf(2) }, () => {})
    builder.push(new Uint8Array(32))
    assert.throws(() => builder.finish(), RangeError)
    builder.push(new Uint8Array(32))
    assert.throws(() => builder.push(new Uint8Array(32)), RangeError)
    assert.equal(builder.finish().length, 32)
  })
})

describe('the shape of a blob', () => {
  it('counts chunks and levels from nothing to the largest there is', () => {
    assert.deepEqual(chunkShapeOf(0), { size: 0, chunks: 1, sealedBytes: 272, levels: [1] })
    assert.deepEqual(chunkShapeOf(2 ** 48).levels, [2 ** 30, 2 ** 20, 2 ** 10])
    const { chunks, sealedBytes } = chunkShapeOf(400e9)
    assert.equal(sealedBytes, chunks * 16 + (sealedBytes - chunks * 16))
    assert.ok(sealedBytes > 400e9 && sealedBytes < 400e9 * 1.017)
  })
})

import {
  chunkShapeOf,
  deriveChunkKey,
  hashChunk,
  openChunk,
  sealChunk,
  type Tree,
  TreeBuilder,
  type TreeHash,
  verifyPage,
} from '@triode/core'
import assert from 'node:assert/strict'
import type { Area, Case } from './area.ts'
import { filled, primitives } from './cast.ts'

export const chunks: Area = {
  name: 'chunks',
  format: 'Chunks of blobs and their tree',
  spec: ['15.1', '15.2'],
  about:
    'Each chunk of a blob holds one byte, repeated: its number modulo 256, before the zeros of the padding.',

  make: () => ({
    cases: [...HASHES.flatMap((hash) => SIZES.map((size) => blob(hash, size))), ...SHAPES.map(shape)],
  }),
}

const HASHES: readonly TreeHash[] = ['sha256', 'sha384']
/** One short chunk; one whole chunk; the last of three chunks with padding. */
const SIZES = [3, 262_144, 600_000]
const SHAPES = [0, 255, 256, 257, 262_144, 262_145, 268_435_456, 400_000_000_000, 2 ** 48]

const secret = filled(32, 0x5e)

function blob(hash: TreeHash, size: number): Case {
  const key = deriveChunkKey(primitives, hash, secret)
  const of = chunkShapeOf(size)
  const tree: Tree = { primitives, hash, shape: of }
  let page = new Uint8Array(0)
  const builder = new TreeBuilder(tree, ({ hashes }) => (page = Uint8Array.from(hashes)))
  for (let index = 0; index < of.chunks; index++) builder.push(hashChunk(tree, sealed(key, size, index)))
  const root = builder.finish()
  assert.ok(verifyPage(tree, { level: 0, index: 0, hashes: page }, root))
  const last = sealed(key, size, of.chunks - 1)
  return {
    name: `${size} bytes, ${hash}`,
    input: { hash, secret: secret.toHex(), size },
    expected: {
      key: key.toHex(),
      'last sealed chunk, its first 32 bytes': last.slice(0, 32).toHex(),
      'last sealed chunk, its tag': last.slice(-16).toHex(),
      page: page.toHex(),
      root: root.toHex(),
    },
  }
}

function sealed(key: Uint8Array, size: number, index: number): Uint8Array {
  const of = chunkShapeOf(size)
  const paddedBytes = of.sealedBytes - of.chunks * 16
  const chunk = new Uint8Array(Math.min(262_144, paddedBytes - index * 262_144))
  chunk.fill(index % 256, 0, size - index * 262_144)
  const out = sealChunk(primitives, key, index, chunk)
  assert.deepEqual(openChunk(primitives, key, index, out), chunk)
  return out
}

function shape(size: number): Case {
  const { chunks, sealedBytes, levels } = chunkShapeOf(size)
  return { name: `the shape of ${size} bytes`, input: { size }, expected: { chunks, sealedBytes, levels } }
}

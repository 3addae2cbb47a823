/** What whoever carries or keeps chunks gets to see says nothing of what is in them, even to somebody who has the same file. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  CHUNK_BYTES,
  TreeBuilder,
  blobIdOf,
  chunkShapeOf,
  createSuite,
  deriveChunkKey,
  fromBase32,
  hashChunk,
  sealChunk,
} from '@triode/core'
import { nodePrimitives } from '@triode/crypto'
import { createSeededRandom } from '@triode/testkit'

const primitives = nodePrimitives()
const suite = createSuite('hybrid', primitives)
const SIZE = 300_000
/** No two of these bytes repeat by chance: 2^-128 for each pair of windows. */
const WINDOW = 16

/** Id, sealed chunks, and all hashes of the tree: everything of a blob that is sent or kept outside of messages. */
function visibleOf(content: Uint8Array, secret: Uint8Array): Uint8Array[] {
  const shape = chunkShapeOf(content.length)
  const tree = { primitives, hash: 'sha256', shape } as const
  const key = deriveChunkKey(primitives, 'sha256', secret)
  const padded = new Uint8Array(shape.sealedBytes - shape.chunks * 16)
  padded.set(content)
  const chunks = Array.from({ length: shape.chunks }, (_, index) =>
    sealChunk(primitives, key, index, padded.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES)),
  )
  const pages: Uint8Array[] = []
  const builder = new TreeBuilder(tree, ({ hashes }) => pages.push(hashes))
  for (const chunk of chunks) builder.push(hashChunk(tree, chunk))
  const root = builder.finish()
  const id = fromBase32(blobIdOf(suite, { secret, size: content.length, root }))
  return [id, root, ...pages, ...chunks]
}

function windowsOf(all: readonly Uint8Array[]): Set<string> {
  const windows = new Set<string>()
  for (const bytes of all) {
    const text = Buffer.from(bytes).toString('latin1')
    for (let at = 0; at + WINDOW <= text.length; at++) windows.add(text.slice(at, at + WINDOW))
  }
  return windows
}

/** How many windows of `some` are in `others` as well. */
function common(some: readonly Uint8Array[], others: readonly Uint8Array[]): number {
  const known = windowsOf(others)
  return [...windowsOf(some)].filter((window) => known.has(window)).length
}

describe('a file that somebody else has too', () => {
  const random = createSeededRandom('unlinkable')
  const content = random.bytes(SIZE)
  const sent = visibleOf(content, random.bytes(32))

  it('has nothing in common, once it is sealed, with the same file sealed by anyone else', () => {
    assert.equal(common(sent, visibleOf(content, random.bytes(32))), 0)
  })

  it('has nothing in common with its own bytes, their hashes, or the tree that these would make', () => {
    const shape = chunkShapeOf(SIZE)
    const tree = { primitives, hash: 'sha256', shape } as const
    const pieces = [content.subarray(0, CHUNK_BYTES), content.subarray(CHUNK_BYTES)]
    const hashes = [content, ...pieces].map((bytes) => hashChunk(tree, bytes))
    const guesses = [new Uint8Array(32), primitives.hash('sha256', content), content.subarray(0, 32)]
    assert.equal(
      common(sent, [content, ...hashes, ...guesses.flatMap((guess) => visibleOf(content, guess))]),
      0,
    )
  })

  it('would be found by this comparison if its secret followed from what is in it', () => {
    const convergent = primitives.hash('sha256', content)
    assert.ok(common(visibleOf(content, convergent), visibleOf(content, convergent)) > SIZE / 2)
  })

  it('has the length of many others: one of those to which files are padded', () => {
    const lengths = new Set<number>()
    for (let size = SIZE; size < SIZE * 2; size += 97) lengths.add(chunkShapeOf(size).sealedBytes)
    assert.ok(lengths.size <= 33, `${String(lengths.size)} lengths between one and two times its size`)
  })
})

/** What a `BlobStore` promises of sealing bytes that come once. */
import assert from 'node:assert/strict'
import { CHUNK_BYTES, chunkShapeOf } from '@triode/core'
import { blobBytes, type BlobCases, blobSecret, fault, plaintextOf } from './blobScene.ts'

/** Some end a run of chunks, some have chunks of nothing but padding. */
const SIZES = [
  0,
  1,
  CHUNK_BYTES,
  CHUNK_BYTES + 1,
  8 * CHUNK_BYTES - 1,
  8 * CHUNK_BYTES,
  8 * CHUNK_BYTES + 1,
  33 * CHUNK_BYTES + 9,
  129 * CHUNK_BYTES,
]

export const streaming: BlobCases = {
  async 'makes the very blob that all of it at once would make, whether it says how much comes or not'({
    alice,
    bob,
  }) {
    for (const size of SIZES) {
      const bytes = blobBytes(size)
      const secret = blobSecret()
      const expected = await bob.seal(secret, 'sha256', [{ bytes }])
      for (const options of [{}, { size }]) {
        const blob = await alice.sealStream(secret, 'sha256', piecesOf(bytes), options)
        assert.deepEqual(blob, expected, `${String(size)} bytes`)
        const stored = await alice.open(blob, 'sha256')
        assert.equal(stored.have.count, chunkShapeOf(size).chunks)
        assert.deepEqual(await plaintextOf(stored, secret), bytes)
        assert.deepEqual(await stored.check(), [])
        await stored.close()
        await alice.remove(blob.id)
      }
    }
  },
  async 'makes a tree of several levels of it'({ alice }) {
    const bytes = blobBytes(1_030 * CHUNK_BYTES)
    const blob = await alice.sealStream(blobSecret(), 'sha384', piecesOf(bytes, 1_000_000))
    const stored = await alice.open(blob, 'sha384')
    assert.ok(stored.isWhole)
    assert.deepEqual(await stored.check(), [])
    const from = 1_029 * CHUNK_BYTES
    assert.deepEqual(await plaintextOf(stored, blob.secret, from), bytes.slice(from))
  },
  async 'leaves nothing of what is cut short, is not as long as it said, or is called off'({ alice }) {
    const bytes = blobBytes(20 * CHUNK_BYTES)
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* piecesOf(bytes)
      throw new Error('the other side went away')
    }
    await assert.rejects(alice.sealStream(blobSecret(), 'sha256', broken()), /the other side went away/)
    for (const size of [bytes.length - 1, bytes.length + 1])
      await assert.rejects(
        alice.sealStream(blobSecret(), 'sha256', piecesOf(bytes), { size }),
        fault('file-changed'),
      )
    const abort = new AbortController()
    async function* calledOff(): AsyncGenerator<Uint8Array> {
      yield* piecesOf(bytes)
      abort.abort()
      yield* piecesOf(bytes)
    }
    await assert.rejects(
      alice.sealStream(blobSecret(), 'sha256', calledOff(), { signal: abort.signal }),
      fault('aborted'),
    )
    assert.deepEqual(await alice.list(), [])
    assert.equal(await alice.usedBytes(), 0)
  },
}

/** As they come over a network: of all lengths, also none. */
async function* piecesOf(bytes: Uint8Array, longest = 70_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length;) {
    const length = at % 3 === 0 ? Math.ceil(longest / 2) : longest
    yield bytes.subarray(at, at + length)
    yield new Uint8Array(0)
    at += length
    await Promise.resolve()
  }
}

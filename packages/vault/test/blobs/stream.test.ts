import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CHUNK_BYTES } from '@triode/core'
import { blobBytes, blobSecret, plaintextOf } from '@triode/testkit'
import { type ChunkExecutor, inProcess } from '../../src/blobs/chunkJobs.ts'
import { tooLongUnsized } from '../../src/blobs/blobFaults.ts'
import { MAX_UNSIZED_BYTES, RUN_CHUNKS } from '../../src/blobs/tuning.ts'
import { folder, primitives, storeIn } from './stores.ts'

const RUN_BYTES = RUN_CHUNKS * CHUNK_BYTES

describe('bytes that are sealed as they come', () => {
  it('are taken no faster than they are sealed, so that they are never all in memory', async (t) => {
    let open = (): void => undefined
    const gate = new Promise<void>((resolve) => (open = resolve))
    const inner = inProcess(primitives)
    const begun = Promise.withResolvers<undefined>()
    const executor: ChunkExecutor = {
      width: 2,
      run: (job) => {
        begun.resolve(undefined)
        return gate.then(() => inner.run(job))
      },
    }
    const store = storeIn(folder(t), { executor })
    t.after(() => store.lock())
    const bytes = blobBytes(20 * RUN_BYTES)
    let taken = 0
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (; taken < bytes.length; taken += RUN_BYTES) {
        yield bytes.subarray(taken, taken + RUN_BYTES)
        await Promise.resolve()
      }
    }
    const sealing = store.sealStream(blobSecret(), 'sha256', pieces())
    await begun.promise
    // Whoever takes more does so at once.
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.ok(taken > 0 && taken <= 6 * RUN_BYTES, `${String(taken)} bytes were taken`)
    open()
    const blob = await sealing
    assert.deepEqual(await plaintextOf(await store.open(blob, 'sha256'), blob.secret), bytes)
  })

  it('and are more than is taken without a length are refused as that', () => {
    const { code, message, details } = tooLongUnsized(MAX_UNSIZED_BYTES)
    assert.deepEqual([code, details], ['file-too-large', { of: 'unsized', most: 64 }])
    assert.match(message, /no more than 64 GiB/)
  })
})

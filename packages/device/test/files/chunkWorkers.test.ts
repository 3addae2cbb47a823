import assert from 'node:assert/strict'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { type BlobStore, chunkShapeOf, Unavailable } from '@triode/core'
import { nodePrimitives, systemClock, systemRandom } from '@triode/crypto'
import {
  blobBytes,
  blobSecret,
  blobStoreCompliance,
  plaintextOf,
  type BlobStoreUnderTest,
} from '@triode/testkit'
import { createVault, openVault, type Vault } from '@triode/vault'
import type { SealJob } from '@triode/vault/chunkJobs'
import { ChunkWorkers, type ChunkWorkersOptions } from '../../src/files/chunkWorkers.ts'

const PASSPHRASE = 'a passphrase of the test'
const primitives = nodePrimitives()
const options = {
  primitives,
  random: systemRandom,
  clock: systemClock,
  kdf: { name: 'pbkdf2-hmac-sha512', iterations: 1_000 },
} as const

function workers(t: TestContext, own: ChunkWorkersOptions = {}): ChunkWorkers {
  const made = new ChunkWorkers(primitives, own)
  t.after(() => made.close())
  return made
}

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'triode-workers-'))
}

/** Seals `count` chunks of zeros into a file that goes with the test. */
function sealJob(t: TestContext, count: number): SealJob & { readonly path: string } {
  const dir = folder()
  const path = join(dir, 'chunks')
  const fd = openSync(path, 'w+')
  t.after(() => {
    closeSync(fd)
    rmSync(dir, { recursive: true })
  })
  const shape = chunkShapeOf(count * 262_144)
  const key = new Uint8Array(32).fill(1)
  return { kind: 'seal', hash: 'sha256', key, shape, from: 0, count, fd, parts: [], path }
}

function ended(error: unknown): boolean {
  assert.ok(error instanceof Unavailable)
  assert.equal(error.code, 'worker-ended')
  return true
}

/** A vault's store whose chunks are done by threads. */
async function underTest(): Promise<BlobStoreUnderTest> {
  const dir = folder()
  const executor = new ChunkWorkers(primitives)
  const opened = (vault: Vault): BlobStoreUnderTest => ({
    store: vault.blobs(executor),
    reopen: async () => opened(vault.lock().unlock(PASSPHRASE)),
    dispose: async () => {
      vault.close()
      await executor.close()
      rmSync(dir, { recursive: true, force: true })
    },
  })
  createVault(dir, PASSPHRASE, options).close()
  return opened(openVault(dir, options).unlock(PASSPHRASE))
}

blobStoreCompliance('disk, by threads', underTest)

describe('threads for chunks', () => {
  it('do what the device would do itself, and leave no key behind', async (t) => {
    const pool = workers(t)
    const [one, two] = [sealJob(t, 8), sealJob(t, 2)]
    const [many, few] = [await pool.run(one), await pool.run(two)]
    assert.equal(pool.running, 1)
    assert.deepEqual(many.bytes.slice(0, 64), few.bytes, 'hashes of the same chunks')
    assert.deepEqual(readFileSync(one.path).subarray(0, 500_000), readFileSync(two.path).subarray(0, 500_000))
    assert.equal(one.key.length, 0, 'it was moved, not copied')
  })

  it('are none where none are wanted, and all is done the same', async (t) => {
    const [none, some] = [workers(t, { threads: 0 }), workers(t)]
    const [here, there] = [await none.run(sealJob(t, 8)), await some.run(sealJob(t, 8))]
    assert.deepEqual(here.bytes, there.bytes)
    assert.equal(none.running, 0)
    assert.equal(some.running, 1)
  })

  it('are not started for a chunk now and then, but for a stream of them', async (t) => {
    const pool = workers(t)
    for (let n = 0; n < 4; n++) await pool.run(sealJob(t, 2))
    assert.equal(pool.running, 0)
    await pool.run(sealJob(t, 1))
    assert.equal(pool.running, 1)
  })

  it('are as many as were asked for, and end when there was nothing to do for a while', async (t) => {
    const pool = workers(t, { threads: 3, idleMs: 500 })
    await Promise.all(Array.from({ length: 20 }, () => pool.run(sealJob(t, 3))))
    assert.equal(pool.running, 3)
    const isGone = async (): Promise<boolean> => {
      for (let n = 0; n < 100; n++)
        if (pool.running === 0) return true
        else await setTimeout(20)
      return false
    }
    assert.ok(await isGone())
    await pool.run(sealJob(t, 3))
    assert.equal(pool.running, 1)
  })

  it('that die fail what they had, with a clear fault, and are replaced', async (t) => {
    const main = new URL('./dyingWorker.ts', import.meta.url)
    const pool = workers(t, { threads: 1, main })
    const jobs = [1, 2, 3, 4].map(() => pool.run(sealJob(t, 3)))
    const outcomes = await Promise.allSettled(jobs)
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
      'the second and, ready behind it, the third',
    )
    await assert.rejects(jobs[1] ?? Promise.resolve(), ended)
  })

  it('refuse what comes after they were closed, and finish what they had', async (t) => {
    const pool = new ChunkWorkers(primitives, { threads: 1 })
    const jobs = Array.from({ length: 6 }, () => pool.run(sealJob(t, 16)))
    const outcomes = Promise.allSettled(jobs)
    await pool.close()
    const states = (await outcomes).map(({ status }) => status)
    assert.deepEqual(states.slice(0, 2), ['fulfilled', 'fulfilled'])
    assert.ok(states.includes('rejected'))
    await assert.rejects(pool.run(sealJob(t, 1)), ended)
    assert.equal(pool.running, 0)
  })

  it('that could not finish a seal leave nothing of it', async (t) => {
    const dir = folder()
    const pool = workers(t)
    const vault = createVault(dir, PASSPHRASE, options)
    t.after(() => {
      vault.close()
      rmSync(dir, { recursive: true })
    })
    const store: BlobStore = vault.blobs(pool)
    const bytes = blobBytes(60_000_000)
    const onProgress = (): void => void pool.close()
    await assert.rejects(store.seal(blobSecret(), 'sha256', [{ bytes }], { onProgress }), ended)
    assert.deepEqual(await store.list(), [])
    const again = createVault(join(dir, 'again'), PASSPHRASE, options)
    t.after(() => again.close())
    const other = again.blobs(workers(t))
    const blob = await other.seal(blobSecret(), 'sha256', [{ bytes }])
    assert.deepEqual(await plaintextOf(await other.open(blob, 'sha256'), blob.secret), bytes)
  })
})

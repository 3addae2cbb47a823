/** Blob stores of vaults, for tests. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { nodePrimitives, systemRandom } from '@triode/crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import type { BlobStoreUnderTest } from '@triode/testkit'
import { type ChunkExecutor, inProcess } from '../../src/blobs/chunkJobs.ts'
import { DiskBlobStore } from '../../src/blobs/diskBlobStore.ts'
import { Keyring } from '../../src/keyring.ts'

export const primitives = nodePrimitives()

export interface StoreOptions {
  readonly executor?: ChunkExecutor
  /** Of the machine: all stores of a test have one unless it says otherwise. */
  readonly bootId?: Uint8Array
}

const BOOT_ID = new Uint8Array(16).fill(5)

/** A store in `dir` as a vault with one master key has it. */
export function storeIn(dir: string, { executor, bootId }: StoreOptions = {}): DiskBlobStore {
  const ring = new Keyring(new Uint8Array(32).fill(9), primitives, systemRandom)
  return new DiskBlobStore(join(dir, 'files'), ring, executor ?? inProcess(primitives), bootId ?? BOOT_ID)
}

/** A folder that goes with the test. */
export function folder(t?: { after(work: () => void): void }): string {
  const path = mkdtempSync(join(tmpdir(), 'triode-blobs-'))
  t?.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

export function underTest(dir: string, options: StoreOptions = {}): BlobStoreUnderTest {
  const store = storeIn(dir, options)
  return {
    store,
    reopen: async () => {
      await store.lock()
      return underTest(dir, options)
    },
    dispose: async () => {
      await store.lock()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

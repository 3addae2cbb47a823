/** Blobs for tests: bytes, and what hands them from one store to another. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Blob,
  type BlobStore,
  Fault,
  type FileSource,
  type StoredBlob,
  type TreeHash,
} from '@triode/core'

export interface BlobStoreUnderTest {
  readonly store: BlobStore
  /** Ends the store without warning, as the end of its process would, and opens what is left of it. */
  reopen(): Promise<BlobStoreUnderTest>
  /** Removes everything that the test made. */
  dispose(): Promise<void>
}

let secrets = 0

/** 32 bytes that no other call gives. */
export function blobSecret(): Uint8Array {
  const secret = new Uint8Array(32).fill(7)
  new DataView(secret.buffer).setUint32(0, ++secrets)
  return secret
}

/** Bytes that differ from chunk to chunk. */
export function blobBytes(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let at = 0, state = seed; at < length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[at] = state >>> 24
  }
  return bytes
}

/** All of a blob's plaintext, or a part of it. */
export async function plaintextOf(
  stored: StoredBlob,
  secret: Uint8Array,
  from = 0,
  to = stored.shape.size,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of stored.plaintext(secret, from, to)) parts.push(part)
  return new Uint8Array(Buffer.concat(parts))
}

/** Hands the tree of `from` to `to`, from the top. */
export async function givePages(from: StoredBlob, to: StoredBlob): Promise<void> {
  for (const { level, index } of pagesOf(from).toReversed()) {
    const page = await from.page(level, index)
    assert.ok(page)
    assert.equal(await to.addPage(level, index, page), true)
  }
}

/** Level 0 first. */
function pagesOf({ shape }: StoredBlob): { level: number; index: number }[] {
  return shape.levels.flatMap((hashes, level) =>
    Array.from({ length: Math.ceil(hashes / 1_024) }, (_, index) => ({ level, index })),
  )
}

/** Hands chunks over in runs of `step`. */
export async function giveChunks(
  from: StoredBlob,
  to: StoredBlob,
  first = 0,
  end = from.shape.chunks,
  step = 3,
): Promise<void> {
  for (let at = first; at < end; at += step) {
    const count = Math.min(step, end - at)
    assert.deepEqual(await to.add(at, await from.read(at, count)), [])
  }
}

/** Alice's store has what is sent, Bob's gets it. */
export class BlobScene {
  alice: BlobStore
  bob: BlobStore
  readonly folder = mkdtempSync(join(tmpdir(), 'triode-blobs-'))
  private readonly open: [BlobStoreUnderTest, BlobStoreUnderTest]

  private constructor(open: [BlobStoreUnderTest, BlobStoreUnderTest]) {
    this.open = open
    this.alice = open[0].store
    this.bob = open[1].store
  }

  static async make(makeStore: () => Promise<BlobStoreUnderTest>): Promise<BlobScene> {
    return new BlobScene([await makeStore(), await makeStore()])
  }

  async reopen(): Promise<void> {
    for (const at of [0, 1] as const) this.open[at] = await this.open[at].reopen()
    this.alice = this.open[0].store
    this.bob = this.open[1].store
  }

  /** A file with these bytes, as it would be chosen. */
  file(name: string, bytes: Uint8Array): FileSource {
    const path = join(this.folder, name)
    writeFileSync(path, bytes)
    const { size, mtimeMs } = statSync(path)
    return { path, size, modifiedMs: mtimeMs }
  }

  /** A blob that Alice has and of which Bob has the tree. */
  async sent(
    bytes: Uint8Array,
    hash: TreeHash = 'sha256',
  ): Promise<{ blob: Blob; here: StoredBlob; there: StoredBlob }> {
    const blob = await this.alice.seal(blobSecret(), hash, [{ bytes }])
    const here = await this.alice.open(blob, hash)
    const there = await this.bob.open(blob, hash)
    await givePages(here, there)
    return { blob, here, there }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const under of this.open) await under.dispose()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Cases of the compliance suite, by their titles. */
export type BlobCases = Record<string, (scene: BlobScene) => Promise<void>>

/** For assert.rejects: a fault of that code. */
export function fault(code: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof Fault, String(error))
    assert.equal(error.code, code)
    return true
  }
}
